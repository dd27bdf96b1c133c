import type { PromQuery } from '../../../prometheus/sample.js';
import { formatDuration } from '../../../schema/duration.js';
import { oneOfTexts, quotePromql, range, selector } from '../../../promql/selector.js';
import { trafficQueries } from '../../serving-versions.js';
import type { ModelFacts } from '../kind.js';
import { sourcesOf, watchedFeatures } from './source.js';
import type { DriftSpec } from './spec.js';

const WEEK_MS = 7 * 86_400_000;

/** Weeks whose same hours make the seasonal reference. */
export const SEASONS = 4;

/** The label that tells them apart; no exporter's, which it would replace. */
export const WEEK_LABEL = 'retune_week';

/** The name of a query about the `index`-th window, counted back from 0: `current`, then `current_2`. */
export function windowName(query: string, index: number): string {
  return index === 0 ? query : `${query}_${index + 1}`;
}

/**
 * What a drift rule asks: the counts of each window, what they are compared with where that is in Prometheus, and which
 * versions serve.
 */
export function driftQueries(spec: DriftSpec, model: ModelFacts): readonly PromQuery[] {
  const series = seriesOf(spec, model);
  const sources = sourcesOf(spec, model);
  const rolling = sources.has('rolling');
  const seasonal = spec.seasonal_guard || sources.has('seasonal');
  const windows = Array.from({ length: spec.confirm }, (_, index): readonly PromQuery[] => {
    const back = index * spec.window;
    const asked = (query: string, expr: string): PromQuery => ({ name: windowName(query, index), expr });
    return [
      asked('current', countQuery(spec, series, spec.window, back)),
      ...(rolling ? [asked('earlier', earlierQuery(spec, series, back + spec.offset))] : []),
      ...(seasonal ? [asked('seasonal', seasonalQuery(spec, series, back))] : []),
    ];
  }).flat();
  const labels = { model_name: spec.model, ...spec.where };
  return [...windows, ...telling(spec, series, labels), ...trafficQueries(labels, spec.window, model)];
}

/** Counts over a span by version. */
export function countQuery(spec: DriftSpec, series: string, spanMs: number, back = 0): string {
  return `sum by (model_version, ${bucketsOf(spec)}) (${increase(series, spanMs, back)})`;
}

/** The series that are counted, as a selector. `every`: of all features, also those the rule does not watch. */
export function seriesOf(spec: DriftSpec, model: ModelFacts, every = false): string {
  const labels = { model_name: spec.model, ...spec.where };
  if (spec.metric === 'predictions') return `predictions_total${selector(labels)}`;
  const watched = every ? undefined : watchedFeatures(spec, model);
  const names = watched && `feature=~${quotePromql(oneOfTexts(Object.keys(watched)))}`;
  return `model_feature_value_bucket${selector(labels, ...(names ? [names] : []))}`;
}

const bucketsOf = ({ metric }: DriftSpec): string => (metric === 'predictions' ? 'class' : 'feature, le');

function increase(series: string, spanMs: number, back: number): string {
  const offset = back > 0 ? ` offset ${formatDuration(back)}` : '';
  return `increase(${series}${range(spanMs)}${offset})`;
}

/** All versions together: the one that served then is most often another. */
function earlierQuery(spec: DriftSpec, series: string, back: number): string {
  return `sum by (${bucketsOf(spec)}) (${increase(series, spec.window, back)})`;
}

/** One query for all weeks, which a label tells apart: a week without data must not take the others along. */
function seasonalQuery(spec: DriftSpec, series: string, back: number): string {
  const weeks = Array.from({ length: SEASONS }, (_, index) => {
    const counted = increase(series, spec.window, back + (index + 1) * WEEK_MS);
    return `label_replace(${counted}, "${WEEK_LABEL}", "${index + 1}", "", "")`;
  });
  return `sum by (${bucketsOf(spec)}, ${WEEK_LABEL}) (${weeks.join(' or ')})`;
}

/** What explains an answer: a class whose first sample increase() loses, a histogram without buckets. */
function telling(
  spec: DriftSpec,
  series: string,
  labels: Readonly<Record<string, string>>,
): readonly PromQuery[] {
  if (spec.metric === 'features') {
    return [{ name: 'native', expr: `count(model_feature_value${selector(labels)})` }];
  }
  // increase() loses the first sample of a series: a class that appeared at 40 would count as 0.
  const before = `last_over_time(${series}${range(spec.window)} offset ${formatDuration(spec.window)})`;
  return [{ name: 'fresh', expr: `sum by (model_version, class) (${series} unless ${before})` }];
}

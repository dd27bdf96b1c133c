import type { PromQuery, SamplesByQuery } from '../../../prometheus/sample.js';
import { range, selector } from '../../../promql/selector.js';
import { formatDuration } from '../../../schema/duration.js';
import type { Proportion } from '../../../statistics/proportion.js';
import { valuesByLabel } from '../../read-samples.js';
import { DEFAULT_ACTIVE_VERSION } from '../../serving-versions.js';
import type { ModelFacts } from '../kind.js';
import type { AccuracySpec } from './spec.js';

/** Looks within the window for when a version last served, and looks for when each began. */
const FREEZE_LOOKS = 7;
const BEGIN_LOOKS = 672;

/** How far back a version may have served to be compared with: the window, after its last labels came in. */
export function previousSpanMs(spec: AccuracySpec, model: ModelFacts): number {
  return spec.window + model.labelDelaySettledMs;
}

/**
 * What is asked about versions that were replaced. A version goes on receiving labels after the switch, and in the end
 * only its slow cases are left in the window. So its counts are those at the last look at which it had served
 * `label_delay.settled` before: when all its labels were in and nothing had left the window yet. Prometheus evaluates
 * `@` only at instants known beforehand, hence the subquery.
 */
export function previousQueries(spec: AccuracySpec, model: ModelFacts): readonly PromQuery[] {
  const labels = { model_name: spec.model, ...spec.where };
  const all = selector(labels);
  const requests = `model_prediction_requests_total${all}`;
  const settled = model.labelDelaySettledMs;
  const step = everyOf(spec.window, FREEZE_LOOKS);
  const served = `increase(${requests}${range(step)}${settled > 0 ? ` offset ${formatDuration(settled)}` : ''})`;
  const { minTraffic } = model.activeVersion ?? DEFAULT_ACTIVE_VERSION;
  const active = `sum by (model_version) (${served}) > on () group_left () ${minTraffic} * sum(${served})`;
  const frozen = (matchers: string): string =>
    `last_over_time((sum by (model_version) (increase(model_labeled_predictions_total${matchers}${range(spec.window)})) ` +
    `and on (model_version) (${active}))[${formatDuration(spec.window)}:${formatDuration(step)}])`;
  const lookback = formatDuration(spec.window + previousSpanMs(spec, model));
  const looks = formatDuration(everyOf(spec.window, BEGIN_LOOKS));
  // Not timestamp(): in a subquery Prometheus 2.42 takes thirty times as long for it.
  const began = (metric: string): string =>
    `min by (model_version) (min_over_time((time() + 0 * ${metric}${all})[${lookback}:${looks}]))`;
  return [
    { name: 'previous_correct', expr: frozen(selector(labels, 'outcome="correct"')) },
    { name: 'previous_labeled', expr: frozen(all) },
    {
      name: 'previous_gauge',
      expr: `min by (model_version) (last_over_time(model_accuracy${all}${range(spec.window)}))`,
    },
    { name: 'began', expr: `${began('model_prediction_requests_total')} or ${began('model_accuracy')}` },
  ];
}

/** Whole seconds, at least one, so that `looks` of them make up the span. */
function everyOf(spanMs: number, looks: number): number {
  return Math.max(1000, Math.round(spanMs / looks / 1000) * 1000);
}

/** A version that served before another, and how often it was right. Without counts, `share` is that of a bare gauge. */
export interface PreviousVersion {
  readonly version: string;
  /** Absent when it has neither counts nor a gauge that makes sense. */
  readonly share?: number;
  /** Labels behind the share; absent for a gauge. */
  readonly n?: number;
  /** Whether it serves beside the other, so that both are measured over the same time. */
  readonly beside: boolean;
}

/** Which versions serve, and whether labelled predictions are counted at all; otherwise there is only the gauge. */
export interface Versions {
  readonly counted: boolean;
  readonly isServing: (version: string) => boolean;
}

/**
 * The version that began last of those that began before `version`; undefined when there is none, or nobody can tell
 * which came first.
 */
export function previousVersion(
  version: string,
  samples: SamplesByQuery,
  { counted, isServing }: Versions,
): PreviousVersion | undefined {
  const began = valuesByLabel(samples['began'], 'model_version');
  const own = began.get(version);
  if (version === '' || own === undefined) return undefined;
  const known = valuesByLabel(samples[counted ? 'previous_labeled' : 'previous_gauge'], 'model_version');
  const earlier = [...began]
    .filter(([other, at]) => other !== '' && at < own && (known.has(other) || isServing(other)))
    .toSorted(([, left], [, right]) => right - left);
  const [found] = earlier;
  if (!found) return undefined;
  const [previous] = found;
  const beside = isServing(previous);
  if (!counted) {
    const share = valuesByLabel(samples['previous_gauge'], 'model_version').get(previous);
    return {
      version: previous,
      beside,
      ...(share !== undefined && share >= 0 && share <= 1 ? { share } : {}),
    };
  }
  const prefix = beside ? '' : 'previous_';
  const proportion = proportionOf(
    valuesByLabel(samples[`${prefix}correct`], 'model_version').get(previous) ?? 0,
    valuesByLabel(samples[`${prefix}labeled`], 'model_version').get(previous),
  );
  return { version: previous, beside, ...proportion };
}

/** The share of labels that were correct; undefined without a usable number of labels. */
export function proportionOf(correct: number, labeled: number | undefined): Proportion | undefined {
  if (labeled === undefined || !(labeled > 0 && correct >= 0)) return undefined;
  // Both counts are extrapolated on their own, so the part can come out a little larger than the whole.
  return { share: Math.min(1, correct / labeled), n: labeled };
}

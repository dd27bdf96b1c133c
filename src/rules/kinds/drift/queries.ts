import type { PromQuery } from '../../../prometheus/sample.js';
import { formatDuration } from '../../../schema/duration.js';
import { oneOfTexts, quotePromql, range, selector } from '../../../promql/selector.js';
import { trafficQueries } from '../../serving-versions.js';
import type { ModelFacts } from '../kind.js';
import type { DriftSpec } from './spec.js';

/** Whether the model itself, some time earlier, has to stand in for a reference. */
export function needsRolling(spec: DriftSpec, model: ModelFacts): boolean {
  if (model.referenceFallback === 'none') return false;
  const { reference } = model;
  if (spec.metric === 'predictions') return !reference?.predictions;
  if (!reference) return true;
  // Without a list of features the file's own are watched.
  return (
    spec.weights !== undefined && Object.keys(spec.weights).some((feature) => !reference.features[feature])
  );
}

/** The features a rule is about, with their weights; undefined means "all there are". */
export function watchedFeatures(
  spec: DriftSpec,
  model: ModelFacts,
): Readonly<Record<string, number>> | undefined {
  if (spec.weights) return spec.weights;
  const known = model.reference ? Object.keys(model.reference.features) : [];
  return known.length > 0 ? Object.fromEntries(known.map((name) => [name, 1])) : undefined;
}

/** What a drift rule asks: the counts now, the counts earlier when they are needed, and which versions serve. */
export function driftQueries(spec: DriftSpec, model: ModelFacts): readonly PromQuery[] {
  const labels = { model_name: spec.model, ...spec.where };
  const window = range(spec.window);
  const earlier = `${window} offset ${formatDuration(spec.offset)}`;
  const rolling = needsRolling(spec, model);
  const traffic = trafficQueries(labels, spec.window);

  if (spec.metric === 'predictions') {
    const series = `predictions_total${selector(labels)}`;
    return [
      { name: 'current', expr: `sum by (model_version, class) (increase(${series}${window}))` },
      ...(rolling ? [{ name: 'earlier', expr: `sum by (class) (increase(${series}${earlier}))` }] : []),
      // increase() loses the first sample of a series: a class that appeared at 40 would count as 0.
      {
        name: 'fresh',
        expr:
          `sum by (model_version, class) ` +
          `(${series} unless last_over_time(${series}${window} offset ${formatDuration(spec.window)}))`,
      },
      ...traffic,
    ];
  }

  const watched = watchedFeatures(spec, model);
  const names = watched && `feature=~${quotePromql(oneOfTexts(Object.keys(watched)))}`;
  const series = `model_feature_value_bucket${selector(labels, ...(names ? [names] : []))}`;
  return [
    { name: 'current', expr: `sum by (model_version, feature, le) (increase(${series}${window}))` },
    ...(rolling ? [{ name: 'earlier', expr: `sum by (feature, le) (increase(${series}${earlier}))` }] : []),
    ...traffic,
  ];
}

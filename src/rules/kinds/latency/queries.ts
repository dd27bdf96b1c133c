import type { PromQuery } from '../../../prometheus/sample.js';
import { range, selector } from '../../../promql/selector.js';
import { trafficQueries } from '../../serving-versions.js';
import type { ModelFacts } from '../kind.js';
import type { LatencySpec } from './spec.js';

/**
 * Every bucket, because bounds are compared as numbers in the answer: a selector would have to know whether the exporter
 * writes `1` or `1.0`. `series` counts what stands behind each bound, which tells exporters whose buckets differ.
 */
export function latencyQueries(spec: LatencySpec, model: ModelFacts): readonly PromQuery[] {
  const labels = { model_name: spec.model, ...spec.where };
  const buckets = `increase(model_prediction_latency_seconds_bucket${selector(labels)}${range(spec.window)})`;
  return [
    { name: 'buckets', expr: `sum by (model_version, le) (${buckets})` },
    { name: 'series', expr: `count by (model_version, le) (${buckets})` },
    ...trafficQueries(labels, spec.window, model),
  ];
}

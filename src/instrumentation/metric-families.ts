import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { FeatureHistogram } from './feature-histogram.js';
import { METRIC_DEFINITIONS, type MetricName } from './metric-definitions.js';

/** Seconds; the default bounds of `model_prediction_latency_seconds`. A latency rule's limit should be one of the bounds in use. */
export const LATENCY_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The metrics of one registry, shared by all models that report to it. */
export interface MetricFamilies {
  readonly requests: Counter;
  readonly errors: Counter;
  /** The latency histogram, with the model's series at zero from its first mention on. */
  readonly latencyOf: (modelName: string) => Histogram;
  readonly accuracy: Gauge;
  readonly evaluatedAt: Gauge;
  readonly predictions: Counter;
  readonly labeled: Counter;
  readonly features: FeatureHistogram;
}

/** prom-client's `zero` overwrites what was counted, so each model gets it once. */
const zeroed = new WeakMap<Histogram, Set<string>>();

function withZeroSeries(latency: Histogram, modelName: string): Histogram {
  const models = zeroed.get(latency) ?? new Set();
  if (!models.has(modelName)) latency.zero({ model_name: modelName });
  zeroed.set(latency, models.add(modelName));
  return latency;
}

/**
 * The metrics of `registry`, made at the first call and found again at later ones.
 * `latencyBuckets` (seconds) counts only when the histogram is made: one registry has one latency layout.
 */
export function metricFamilies(
  registry: Registry,
  latencyBuckets: readonly number[] = LATENCY_BUCKETS,
): MetricFamilies {
  const config = (name: MetricName) => {
    const { help, labels } = METRIC_DEFINITIONS[name];
    return { name, help, labelNames: [...labels] as string[], registers: [registry] };
  };
  const found = <M>(name: MetricName, make: () => M): M =>
    (registry.getSingleMetric(name) as M | undefined) ?? make();
  const counter = (name: MetricName) => found(name, () => new Counter(config(name)));
  const gauge = (name: MetricName) => found(name, () => new Gauge(config(name)));

  const latency = found('model_prediction_latency_seconds', () => {
    return new Histogram({ ...config('model_prediction_latency_seconds'), buckets: [...latencyBuckets] });
  });

  return {
    requests: counter('model_prediction_requests_total'),
    errors: counter('model_prediction_errors_total'),
    latencyOf: (modelName) => withZeroSeries(latency, modelName),
    accuracy: gauge('model_accuracy'),
    evaluatedAt: gauge('model_accuracy_evaluated_timestamp_seconds'),
    predictions: counter('predictions_total'),
    labeled: counter('model_labeled_predictions_total'),
    features: FeatureHistogram.of(registry),
  };
}

/** The library a model server imports, `retune/instrumentation`: everything it may use, and nothing else is public. */
export { METRIC_DEFINITIONS, type MetricDefinition, type MetricName } from './metric-definitions.js';
export { LATENCY_BUCKETS } from './metric-families.js';
export { createModelMetrics, ModelMetrics } from './model-metrics.js';
export type { ModelMetricsOptions, PredictionRecord } from './model-metrics.js';
export type { AnyFunction, EndPrediction } from './track-calls.js';
export { trackPrediction, type PredictionTracker, type TrackOptions } from './track-prediction.js';

/** What a Prometheus metric of a model server is called, what it counts and which labels it carries. */
export interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly help: string;
}

/**
 * Every metric this library exposes, by name. Latencies are in seconds, accuracies are shares from 0 to 1,
 * timestamps are Unix seconds. `model_prediction_requests_total` counts failed requests too.
 */
export const METRIC_DEFINITIONS = {
  model_prediction_requests_total: {
    type: 'counter',
    labels: ['model_name', 'model_version'],
    help: 'Prediction requests, failed ones included.',
  },
  model_prediction_errors_total: {
    type: 'counter',
    labels: ['model_name', 'error_type'],
    help: 'Prediction requests that failed, by type of error.',
  },
  model_prediction_latency_seconds: {
    type: 'histogram',
    labels: ['model_name'],
    help: 'Time to answer a prediction request, failed ones included.',
  },
  model_accuracy: {
    type: 'gauge',
    labels: ['model_name', 'model_version'],
    help: 'Share of correct predictions in the last evaluation.',
  },
  model_accuracy_evaluated_timestamp_seconds: {
    type: 'gauge',
    labels: ['model_name', 'model_version'],
    help: 'When model_accuracy was last evaluated.',
  },
  predictions_total: {
    type: 'counter',
    labels: ['model_name', 'model_version', 'class'],
    help: 'Predictions made, by predicted class.',
  },
  model_labeled_predictions_total: {
    type: 'counter',
    labels: ['model_name', 'model_version', 'outcome'],
    help: 'Predictions whose true label arrived, by whether they were correct or incorrect.',
  },
  model_feature_value: {
    type: 'histogram',
    labels: ['model_name', 'model_version', 'feature'],
    help: 'Input values by feature; missing and non-finite values count in the +Inf bucket only.',
  },
} as const satisfies Record<string, MetricDefinition>;

/** Name of a metric this library exposes. */
export type MetricName = keyof typeof METRIC_DEFINITIONS;

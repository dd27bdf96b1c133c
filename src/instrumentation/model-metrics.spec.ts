import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Registry } from 'prom-client';
import { METRIC_DEFINITIONS } from './metric-definitions.js';
import { createModelMetrics } from './model-metrics.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

function iris(registry = new Registry()) {
  return createModelMetrics({
    registry,
    modelName: 'iris',
    modelVersion: '7',
    classes: ['setosa', 'virginica'],
    features: { petal_length: [2, 5] },
    errorTypes: ['TypeError'],
    latencyBuckets: [0.1, 0.25],
  });
}

/** The exposition without comments and empty lines. */
async function samples(registry: Registry): Promise<string[]> {
  return (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('the metrics of a model', () => {
  it('stand at zero before the first request, except an accuracy that nobody measured', async () => {
    expect(await iris().registry.metrics())
      .toBe(`# HELP model_prediction_latency_seconds Time to answer a prediction request, failed ones included.
# TYPE model_prediction_latency_seconds histogram
model_prediction_latency_seconds_bucket{le="0.1",model_name="iris"} 0
model_prediction_latency_seconds_bucket{le="0.25",model_name="iris"} 0
model_prediction_latency_seconds_bucket{le="+Inf",model_name="iris"} 0
model_prediction_latency_seconds_sum{model_name="iris"} 0
model_prediction_latency_seconds_count{model_name="iris"} 0

# HELP model_prediction_requests_total Prediction requests, failed ones included.
# TYPE model_prediction_requests_total counter
model_prediction_requests_total{model_name="iris",model_version="7"} 0

# HELP model_prediction_errors_total Prediction requests that failed, by type of error.
# TYPE model_prediction_errors_total counter
model_prediction_errors_total{model_name="iris",error_type="TypeError"} 0

# HELP model_accuracy Share of correct predictions in the last evaluation.
# TYPE model_accuracy gauge

# HELP model_accuracy_evaluated_timestamp_seconds When model_accuracy was last evaluated.
# TYPE model_accuracy_evaluated_timestamp_seconds gauge

# HELP predictions_total Predictions made, by predicted class.
# TYPE predictions_total counter
predictions_total{model_name="iris",model_version="7",class="setosa"} 0
predictions_total{model_name="iris",model_version="7",class="virginica"} 0

# HELP model_labeled_predictions_total Predictions whose true label arrived, by whether they were correct or incorrect.
# TYPE model_labeled_predictions_total counter
model_labeled_predictions_total{model_name="iris",model_version="7",outcome="correct"} 0
model_labeled_predictions_total{model_name="iris",model_version="7",outcome="incorrect"} 0

# HELP model_feature_value Input values by feature; missing and non-finite values count in the +Inf bucket only.
# TYPE model_feature_value histogram
model_feature_value_bucket{le="2",model_name="iris",model_version="7",feature="petal_length"} 0
model_feature_value_bucket{le="5",model_name="iris",model_version="7",feature="petal_length"} 0
model_feature_value_bucket{le="+Inf",model_name="iris",model_version="7",feature="petal_length"} 0
model_feature_value_sum{model_name="iris",model_version="7",feature="petal_length"} 0
model_feature_value_count{model_name="iris",model_version="7",feature="petal_length"} 0
`);
  });

  it('show a served day: answers, an error, late labels and an evaluation', async () => {
    const metrics = iris();
    const predict = metrics.track((petalLength: number) => {
      jest.advanceTimersByTime(200);
      if (petalLength < 0) throw new RangeError('negative');
      metrics.recordPrediction({ class: 'setosa', features: { petal_length: petalLength } });
    });
    predict(1.5);
    predict(6);
    expect(() => predict(-1)).toThrow(RangeError);
    metrics.recordLabel({ correct: true });
    metrics.recordLabel({ correct: false });
    metrics.recordLabel({ correct: true });
    metrics.recordAccuracy(0.96, new Date('2026-03-01T12:00:00.500Z'));
    expect(await samples(metrics.registry)).toEqual([
      'model_prediction_latency_seconds_bucket{le="0.1",model_name="iris"} 0',
      'model_prediction_latency_seconds_bucket{le="0.25",model_name="iris"} 3',
      'model_prediction_latency_seconds_bucket{le="+Inf",model_name="iris"} 3',
      expect.stringMatching(/^model_prediction_latency_seconds_sum\{model_name="iris"\} 0\.60*\d*$/),
      'model_prediction_latency_seconds_count{model_name="iris"} 3',
      'model_prediction_requests_total{model_name="iris",model_version="7"} 3',
      'model_prediction_errors_total{model_name="iris",error_type="TypeError"} 0',
      'model_prediction_errors_total{model_name="iris",error_type="RangeError"} 1',
      'model_accuracy{model_name="iris",model_version="7"} 0.96',
      'model_accuracy_evaluated_timestamp_seconds{model_name="iris",model_version="7"} 1772366400.5',
      'predictions_total{model_name="iris",model_version="7",class="setosa"} 2',
      'predictions_total{model_name="iris",model_version="7",class="virginica"} 0',
      'model_labeled_predictions_total{model_name="iris",model_version="7",outcome="correct"} 2',
      'model_labeled_predictions_total{model_name="iris",model_version="7",outcome="incorrect"} 1',
      'model_feature_value_bucket{le="2",model_name="iris",model_version="7",feature="petal_length"} 1',
      'model_feature_value_bucket{le="5",model_name="iris",model_version="7",feature="petal_length"} 1',
      'model_feature_value_bucket{le="+Inf",model_name="iris",model_version="7",feature="petal_length"} 2',
      'model_feature_value_sum{model_name="iris",model_version="7",feature="petal_length"} 7.5',
      'model_feature_value_count{model_name="iris",model_version="7",feature="petal_length"} 2',
    ]);
  });

  it('count under a new version from the switch on, while labels of the old one still arrive', async () => {
    const metrics = iris();
    metrics.track(() => undefined)();
    metrics.setVersion('8');
    metrics.track(() => undefined)();
    metrics.recordPrediction({ class: 'virginica', features: { petal_length: 5 } });
    metrics.recordLabel({ correct: false, modelVersion: '7' });
    const lines = await samples(metrics.registry);
    expect(metrics.modelVersion).toBe('8');
    expect(lines).toEqual(
      expect.arrayContaining([
        'model_prediction_requests_total{model_name="iris",model_version="7"} 1',
        'model_prediction_requests_total{model_name="iris",model_version="8"} 1',
        'predictions_total{model_name="iris",model_version="7",class="virginica"} 0',
        'predictions_total{model_name="iris",model_version="8",class="virginica"} 1',
        'predictions_total{model_name="iris",model_version="8",class="setosa"} 0',
        'model_labeled_predictions_total{model_name="iris",model_version="7",outcome="incorrect"} 1',
        'model_labeled_predictions_total{model_name="iris",model_version="8",outcome="incorrect"} 0',
        'model_feature_value_count{model_name="iris",model_version="7",feature="petal_length"} 0',
        'model_feature_value_count{model_name="iris",model_version="8",feature="petal_length"} 1',
      ]),
    );
  });

  it('lose a version that is forgotten, and only that one', async () => {
    const metrics = iris();
    metrics.recordPrediction({ class: 'surprise' });
    metrics.recordAccuracy(0.9, new Date(0));
    expect(() => metrics.forgetVersion('7')).toThrow('version 7 is in use: set another one first');
    metrics.setVersion('8');
    metrics.forgetVersion('7');
    const lines = await samples(metrics.registry);
    expect(lines.filter((line) => line.includes('model_version="7"'))).toEqual([]);
    expect(lines.filter((line) => line.includes('model_version="8"'))).not.toEqual([]);
  });

  it('continue when the model is made again, beside other models of the registry', async () => {
    const registry = new Registry();
    iris(registry).track(() => undefined)();
    iris(registry).track(() => undefined)();
    createModelMetrics({ registry, modelName: 'fraud', modelVersion: '1' });
    const lines = await samples(registry);
    expect(lines).toContain('model_prediction_requests_total{model_name="iris",model_version="7"} 2');
    expect(lines).toContain('model_prediction_latency_seconds_count{model_name="iris"} 2');
    expect(lines).toContain('model_prediction_requests_total{model_name="fraud",model_version="1"} 0');
  });

  it('refuse a feature that nobody gave bounds', () => {
    const metrics = iris();
    const features = { petal_lenght: 1 } as Record<string, number>;
    expect(() => metrics.recordPrediction({ features })).toThrow(
      'feature petal_lenght has no bucket bounds: name it under features (known: petal_length)',
    );
  });

  it('are exactly the documented ones, with exactly the documented labels', async () => {
    const metrics = iris();
    metrics.track(() => undefined)();
    metrics.recordAccuracy(1, new Date(0));
    const seen = Object.fromEntries(
      (await metrics.registry.getMetricsAsJSON()).map((metric) => [
        metric.name,
        { type: metric.type, labels: Object.keys(metric.values.at(-1)?.labels ?? {}) },
      ]),
    );
    expect(seen).toEqual(
      Object.fromEntries(
        Object.entries(METRIC_DEFINITIONS).map(([name, { type, labels }]) => [
          name,
          { type, labels: [...labels] },
        ]),
      ),
    );
  });
});

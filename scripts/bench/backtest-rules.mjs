/** The rules of the benchmark of `retune backtest`: 25 of plain PromQL and 25 of Retune's kinds, about five models. */
import { modelName, FEATURES } from './fleet.mjs';
import { driftReference } from './rule-files.mjs';

/** How many models the rules are about. */
export const MODELS = 5;
const names = Array.from({ length: MODELS }, (_, n) => modelName(n));

function plainRules(model) {
  const m = `model_name="${model}"`;
  return [
    { alert: 'AccuracyGaugeLow', expr: `model_accuracy{${m}} < 0.85`, for: '30m' },
    {
      alert: 'ErrorShareHigh',
      expr: `sum(rate(model_prediction_errors_total{${m}}[5m])) / sum(rate(model_prediction_requests_total{${m}}[5m])) > 0.05`,
      for: '5m',
    },
    {
      alert: 'P99High',
      expr: `histogram_quantile(0.99, sum by (le) (rate(model_prediction_latency_seconds_bucket{${m}}[10m]))) > 2`,
      for: '10m',
      keep_firing_for: '5m',
    },
    {
      alert: 'MedianMoved',
      expr: `abs(histogram_quantile(0.5, sum by (le) (rate(model_feature_value_bucket{${m},feature="f0"}[1h]))) - 5) > 1`,
      for: '15m',
    },
    {
      alert: 'ClassShareHigh',
      expr: `sum by (class) (rate(predictions_total{${m}}[30m])) / scalar(sum(rate(predictions_total{${m}}[30m]))) > 0.6`,
      for: '10m',
    },
  ].map((rule) => ({
    ...rule,
    labels: { severity: 'warning', model_name: model },
    annotations: { summary: `{{ $labels.model_name }}: {{ $value | humanize }}` },
  }));
}

/** Every kind for four models with the defaults of its windows, and an error budget for the fifth. */
function modelRules(model, n) {
  if (n === MODELS - 1) return [{ alert: 'ErrorBudgetBurn', error_rate: { model, slo: '99%' } }];
  return [
    { alert: 'AccuracyLow', accuracy: { model, below: '92%' } },
    { alert: 'InputDrift', drift: { model, features: FEATURES } },
    { alert: 'PredictionDrift', prediction_drift: { model } },
    { alert: 'ErrorsHigh', error_rate: { model, above: '5%' }, for: '5m' },
    { alert: 'Slow', latency: { model, under: '2500ms', share: '99%' } },
    { alert: 'Stale', staleness: { model } },
  ];
}

/** The files of a rules folder, by name. */
export function backtestFiles() {
  const groups = names.flatMap((model, n) => [
    { name: `${model} plain`, interval: '1m', rules: plainRules(model) },
    { name: `${model} kinds`, interval: '1m', rules: modelRules(model, n) },
  ]);
  const policies = names.slice(0, -1).map((model) => ({
    name: `retrain ${model}`,
    model,
    mode: 'auto',
    run: 'train',
    trigger: { any: ['AccuracyLow', 'InputDrift'] },
  }));
  const webhook = {
    url: 'http://127.0.0.1:1/runs',
    status_url: 'http://127.0.0.1:1/runs/{correlation_id}',
    secret_file: 'train',
  };
  const models = names.map((name) => ({ name, reference: { file: `references/${name}.json` } }));
  return {
    ...Object.fromEntries(names.map((model) => [`references/${model}.json`, driftReference(model)])),
    'rules.yml': JSON.stringify({ models, groups, policies, ci: [{ name: 'train', webhook }] }), // JSON is YAML
  };
}

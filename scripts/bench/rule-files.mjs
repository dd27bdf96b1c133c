/** The rules of the benchmark: the same decisions as plain PromQL and as rules of Retune's kinds. */
import { CLASSES, FEATURES, FEATURE_BOUNDS, FEATURE_SHARES, modelName } from './fleet.mjs';

const RULES_PER_MODEL = 5;
const RULES_PER_GROUP = 10;

function plainRules(model, copy) {
  const m = `model_name="${model}"`;
  const name = (kind) => `${kind}${copy}`;
  // Copies differ in their thresholds, so that no two rules ask the very same.
  const more = copy / 10_000;
  return [
    { alert: name('AccuracyLow'), expr: `model_accuracy{${m}} < ${0.85 - more}` },
    {
      alert: name('ErrorRateHigh'),
      expr: `sum(rate(model_prediction_errors_total{${m}}[1m])) / sum(rate(model_prediction_requests_total{${m}}[1m])) > ${0.05 + more}`,
    },
    {
      alert: name('LatencyHigh'),
      expr: `histogram_quantile(0.99, sum by (le) (rate(model_prediction_latency_seconds_bucket{${m}}[1m]))) > ${2 + more}`,
    },
    {
      alert: name('FeatureMoved'),
      expr: `abs(histogram_quantile(0.5, sum by (le) (rate(model_feature_value_bucket{${m},feature="f0"}[1m]))) - 5) > ${1 + more}`,
    },
    {
      alert: name('ClassShareHigh'),
      expr: `sum(rate(predictions_total{${m},class="a"}[1m])) / sum(rate(predictions_total{${m}}[1m])) > ${0.6 + more}`,
      for: '10s',
    },
  ].map((rule) => ({
    ...rule,
    labels: { severity: 'warning', model_name: model },
    annotations: { summary: `{{ $labels.model_name }}: {{ $value | humanize }}` },
  }));
}

/** A Prometheus rule file: `count` rules in groups of ten, each group about two models. */
export function plainRuleFile(count, models, interval) {
  const sets = Array.from({ length: count / RULES_PER_MODEL }, (_, index) =>
    plainRules(modelName(index % models), Math.floor(index / models)),
  );
  const perGroup = RULES_PER_GROUP / RULES_PER_MODEL;
  const groups = [];
  for (let from = 0; from < sets.length; from += perGroup) {
    groups.push({
      name: `group-${groups.length}`,
      interval,
      rules: sets.slice(from, from + perGroup).flat(),
    });
  }
  return JSON.stringify({ groups });
}

/** The same decisions as model rules: one group for each kind, one rule for each model. Files by name. */
export function modelRuleFiles(count, models, interval) {
  const names = Array.from({ length: count / RULES_PER_MODEL }, (_, index) => ({
    model: modelName(index % models),
    copy: Math.floor(index / models),
  }));
  const kinds = {
    AccuracyLow: ({ model }) => ({ accuracy: { model, below: 0.85, window: '1m', min_samples: 100 } }),
    ErrorRateHigh: ({ model }) => ({ error_rate: { model, above: 0.05, window: '1m' } }),
    LatencyHigh: ({ model }) => ({ latency: { model, under: '2500ms', share: 0.99, window: '1m' } }),
    FeatureMoved: ({ model }) => ({ drift: { model, window: '1m', features: FEATURES, min_samples: 200 } }),
    ClassesMoved: ({ model }) => ({ prediction_drift: { model, window: '1m', min_samples: 200 } }),
  };
  const groups = Object.entries(kinds).map(([name, condition]) => ({
    name,
    interval,
    rules: names.map((about) => ({
      alert: `${name}${about.copy}`,
      ...condition(about),
      labels: { severity: 'warning' },
      annotations: { summary: '{{ $labels.model_name }}: {{ $value | humanize }}' },
    })),
  }));
  const known = [...new Set(names.map(({ model }) => model))];
  const files = Object.fromEntries(known.map((model) => [`references/${model}.json`, driftReference(model)]));
  return {
    files,
    rules: JSON.stringify({
      models: known.map((name) => ({ name, reference: { file: `references/${name}.json` } })),
      groups,
    }),
  };
}

/** The reference file of a model of the fleet. */
export function driftReference(model) {
  const counts = FEATURE_SHARES.map((share) => share * 100);
  return JSON.stringify({
    format: 'drift-reference/1',
    model_name: model,
    model_version: '7',
    features: Object.fromEntries(
      FEATURES.map((name) => [
        name,
        { kind: 'histogram', upper_bounds: [...FEATURE_BOUNDS, '+Inf'], counts, nulls: 0 },
      ]),
    ),
    predictions: {
      class: Object.fromEntries(CLASSES.map((name, index) => [name, [4000, 3500, 2500][index]])),
    },
    quality: { accuracy: 0.95, n: 5000 },
  });
}

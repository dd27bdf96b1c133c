/**
 * A fleet of models as Prometheus sees it: one exporter with some 59 series a model, counters that grow with the clock, and
 * a few models in trouble, so that rules have something to fire about. A process of its own, so that its work counts for nobody.
 *
 *   node scripts/bench/fleet.mjs MODELS     prints the port it listens on
 */
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

/** Upper bounds of the latency histogram, seconds. */
export const LATENCY_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Upper bounds of the feature histograms. */
export const FEATURE_BOUNDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12];
/** Share of the values of a feature in each bucket, overflow last. */
export const FEATURE_SHARES = [1, 3, 8, 15, 23, 23, 15, 8, 3, 0.5, 0.4, 0.1];
export const FEATURES = ['f0', 'f1'];
export const CLASSES = ['a', 'b', 'c'];
const LATENCY_SHARES = [5, 10, 20, 30, 20, 10, 4, 0.7, 0.2, 0.05, 0.03, 0.02];
const REQUESTS_PER_SECOND = 20;

/** The name of the n-th model. */
export const modelName = (n) => `model-${String(n).padStart(4, '0')}`;

/** What is wrong with the n-th model: three in ten models have one trouble each. */
export function troubleOf(n) {
  return { 0: 'accuracy', 3: 'errors', 6: 'classes' }[n % 10];
}

/** The exposition after `seconds` of traffic. */
export function exposition(models, seconds) {
  const lines = [];
  const put = (name, labels, value) => lines.push(`${name}{${labels}} ${value}`);
  for (let n = 0; n < models; n += 1) {
    const trouble = troubleOf(n);
    const model = `model_name="${modelName(n)}"`;
    const version = `${model},model_version="7"`;
    const requests = Math.floor(seconds * REQUESTS_PER_SECOND + 1000 + n);
    const accuracy = trouble === 'accuracy' ? 0.7 : 0.95;
    put('model_prediction_requests_total', version, requests);
    put(
      'model_prediction_errors_total',
      `${model},error_type="internal"`,
      Math.floor(requests * (trouble === 'errors' ? 0.1 : 0.002)),
    );
    put('model_accuracy', version, accuracy);
    put('model_accuracy_evaluated_timestamp_seconds', version, Math.floor(Date.now() / 1000 / 60) * 60);
    put(
      'model_labeled_predictions_total',
      `${version},outcome="correct"`,
      Math.floor(requests * 0.5 * accuracy),
    );
    put(
      'model_labeled_predictions_total',
      `${version},outcome="incorrect"`,
      Math.floor(requests * 0.5 * (1 - accuracy)),
    );
    const classes = trouble === 'classes' ? [0.8, 0.1, 0.1] : [0.4, 0.35, 0.25];
    CLASSES.forEach((name, index) =>
      put('predictions_total', `${version},class="${name}"`, Math.floor(requests * classes[index])),
    );
    histogram(put, 'model_prediction_latency_seconds', model, LATENCY_BOUNDS, LATENCY_SHARES, requests);
    for (const feature of FEATURES) {
      histogram(
        put,
        'model_feature_value',
        `${version},feature="${feature}"`,
        FEATURE_BOUNDS,
        FEATURE_SHARES,
        requests,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

function histogram(put, name, labels, bounds, shares, count) {
  let cumulative = 0;
  const total = shares.reduce((sum, share) => sum + share, 0);
  bounds.forEach((bound, index) => {
    cumulative += shares[index];
    put(`${name}_bucket`, `${labels},le="${bound}"`, Math.floor((count * cumulative) / total));
  });
  put(`${name}_bucket`, `${labels},le="+Inf"`, count);
  put(`${name}_count`, labels, count);
  put(`${name}_sum`, labels, count * 0.05);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const models = Number(process.argv[2] ?? 200);
  const started = Date.now();
  const server = createServer((_request, answer) => {
    answer.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
    answer.end(exposition(models, (Date.now() - started) / 1000));
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
}

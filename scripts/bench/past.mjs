/**
 * A past for a Prometheus: weeks of a few models with daily waves, restarts and spells of trouble, written as OpenMetrics and made
 * into blocks by promtool. The same every time: the numbers come from a seed, and the past ends at a fixed instant.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CLASSES, FEATURES, FEATURE_BOUNDS, FEATURE_SHARES, LATENCY_BOUNDS, modelName } from './fleet.mjs';

/** Where every past ends. */
export const PAST_END = Date.parse('2026-03-01T00:00:00Z') / 1000;

const DAY = 86_400;
/** The longest block that promtool makes of 2h · 3^k; with files cut at its bounds each file is read once. */
const BLOCK = 162 * 3600;
const REQUESTS_PER_SECOND = 5;
const LATENCY_SHARES = [5, 10, 20, 30, 20, 10, 4, 0.7, 0.2, 0.05, 0.03, 0.02];
const SLOW_SHARES = [1, 2, 5, 10, 15, 20, 20, 12, 8, 4, 2, 1];
const CLASS_SHARES = [40, 35, 25];
const MOVED_CLASS_SHARES = [70, 20, 10];
/** A model is in one of these troubles at a time: how long, and how often. */
const TROUBLES = [
  { name: 'errors', every: 4 * DAY, lasts: 3 * 3600 },
  { name: 'latency', every: 5 * DAY, lasts: 2 * 3600 },
  { name: 'accuracy', every: 11 * DAY, lasts: 2 * DAY },
  { name: 'inputs', every: 9 * DAY, lasts: DAY },
];

/** A random number from 0 to 1, the same for the same seed (mulberry32). */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The counters of one model; `tick(at, seconds)` lets time go on and returns all of its samples as `[head, value]`. */
function modelPast(n) {
  const next = random(n + 1);
  const model = `model_name="${modelName(n)}"`;
  const version = `${model},model_version="7"`;
  const series = [];
  const counter = (name, labels) => {
    series.push([`${name}{${labels}} `, 0]);
    return series.length - 1;
  };
  const histogram = (name, labels, bounds) => ({
    buckets: [...bounds, '+Inf'].map((le) => counter(`${name}_bucket`, `${labels},le="${le}"`)),
    count: counter(`${name}_count`, labels),
    sum: counter(`${name}_sum`, labels),
  });
  const requests = counter('model_prediction_requests_total', version);
  const errors = counter('model_prediction_errors_total', `${model},error_type="internal"`);
  const [correct, incorrect] = ['correct', 'incorrect'].map((outcome) =>
    counter('model_labeled_predictions_total', `${version},outcome="${outcome}"`),
  );
  const classes = CLASSES.map((name) => counter('predictions_total', `${version},class="${name}"`));
  const latency = histogram('model_prediction_latency_seconds', model, LATENCY_BOUNDS);
  const features = FEATURES.map((name) =>
    histogram('model_feature_value', `${version},feature="${name}"`, FEATURE_BOUNDS),
  );
  const gauges = series.length;
  const accuracy = counter('model_accuracy', version);
  const evaluated = counter('model_accuracy_evaluated_timestamp_seconds', version);

  const add = (index, amount) => (series[index][1] += Math.max(0, Math.round(amount * (0.8 + 0.4 * next()))));
  const fill = ({ buckets, count, sum }, bounds, shares, amount) => {
    const total = shares.reduce((all, share) => all + share, 0);
    let cumulative = 0;
    buckets.forEach((bucket, index) => {
      // What is left of a share below one is carried by chance, so that rare buckets fill as well.
      cumulative += Math.floor((amount * shares[index]) / total + next());
      series[bucket][1] += cumulative;
      series[sum][1] += (shares[index] / total) * amount * (bounds[index] ?? bounds.at(-1));
    });
    series[count][1] += cumulative;
  };
  const tick = (at, seconds) => {
    const trouble = TROUBLES.find(
      ({ every, lasts }, index) => (at + (n * 5 + index * 3) * 0.4 * DAY) % every < lasts,
    )?.name;
    if ((at + n * DAY) % (6 * DAY) < seconds)
      for (let index = 0; index < gauges; index += 1) series[index][1] = 0;
    const wave = 1 + 0.7 * Math.sin((at / DAY) * 2 * Math.PI);
    const asked = seconds * REQUESTS_PER_SECOND * wave;
    const right = trouble === 'accuracy' ? 0.8 : 0.95;
    add(requests, asked);
    add(errors, asked * (trouble === 'errors' ? 0.08 : 0.002));
    add(correct, asked * 0.3 * right);
    add(incorrect, asked * 0.3 * (1 - right));
    const shares = trouble === 'inputs' ? MOVED_CLASS_SHARES : CLASS_SHARES;
    classes.forEach((index, k) => add(index, (asked * shares[k]) / 100));
    fill(latency, LATENCY_BOUNDS, trouble === 'latency' ? SLOW_SHARES : LATENCY_SHARES, asked);
    const moved = trouble === 'inputs' ? FEATURE_SHARES.toReversed() : FEATURE_SHARES;
    fill(features[0], FEATURE_BOUNDS, moved, asked);
    fill(features[1], FEATURE_BOUNDS, FEATURE_SHARES, asked);
    series[accuracy][1] = Number((right + 0.02 * (next() - 0.5)).toFixed(4));
    series[evaluated][1] = Math.floor(at / 3600) * 3600;
    return series;
  };
  return tick;
}

/**
 * Writes `days` of `models` models, scraped each `scrape` seconds, as the data folder of a Prometheus. Resolves with the number of
 * series and of samples. @throws Error when promtool is not there or refuses.
 */
export async function writePast({ folder, days, models, scrape }) {
  mkdirSync(folder, { recursive: true });
  const ticks = Array.from({ length: models }, (_, n) => modelPast(n));
  let [samples, series, at] = [0, 0, PAST_END - days * DAY];
  let making = Promise.resolve();
  while (at <= PAST_END) {
    const end = Math.min(PAST_END + scrape, (Math.floor(at / BLOCK) + 1) * BLOCK);
    const path = join(folder, `${at}.txt`);
    const file = openSync(path, 'w');
    for (let text = ''; at < end; at += scrape, text = '') {
      const all = ticks.flatMap((tick) => tick(at, scrape));
      for (const [head, value] of all) text += `${head}${value} ${at}\n`;
      writeSync(file, text);
      series = all.length;
      samples += all.length;
    }
    writeSync(file, '# EOF\n');
    closeSync(file);
    await making; // the file before, while this one was written
    making = makeBlocks(path, join(folder, 'data')).finally(() => rmSync(path));
    making.catch(() => undefined); // told by whoever awaits it
  }
  await making;
  return { series, samples };
}

async function makeBlocks(path, data) {
  const args = [
    'tsdb',
    'create-blocks-from',
    'openmetrics',
    '--quiet',
    `--max-block-duration=${BLOCK}s`,
    path,
    data,
  ];
  const child = spawn('promtool', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`promtool made no blocks: ${output.slice(-1000)}`);
}

/**
 * How many incidents Retune takes from a firing alert to the end of a pipeline, beside BullMQ alone on the same queue.
 * Each incident is an alert of a model of its own: it is taken in, decided with every gate, becomes a run, is queued, sent
 * as a signed webhook, and reported back by the pipeline. Rounds of both alternate, on the same PostgreSQL (or Redis).
 * Prometheus and the pipelines are a stand-in in this process that answers at once.
 *
 *   npm run bench:retraining -- [--incidents 10000] [--rounds 5] [--redis redis://127.0.0.1:6379] [--json]
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from '../build.mjs';
import { ROOT } from '../child.mjs';
import { quantile } from './measure.mjs';
import { runBench, startRetune, tempFolder } from './servers.mjs';
import { fixed, table } from './table.mjs';

const { values: options } = parseArgs({
  options: {
    incidents: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '5' },
    redis: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const rounds = Number(options.rounds);
/** Of one round, so that all rounds together are as many as asked for. */
const perRound = Math.ceil(Number(options.incidents) / rounds);
/** As the service's own dispatcher and worker do it. */
const BATCH = 200;
const CONCURRENCY = 8;
const ALERTS_PER_POST = 500;
const LOST_AFTER_MS = 900_000;

const fromDist = (path) => import(pathToFileURL(join(ROOT, 'dist', path)).href);
const body = async (request) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};
const post = (url, headers, value) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
  });

/** Prometheus, which knows one version of every model, and the pipelines, which succeed as soon as they are asked for. */
async function startWorld() {
  const reported = new Set();
  let sent = 0;
  let waiting = { count: Infinity, resolve: () => {} };
  const failures = new Map();
  const report = async ({ correlation_id: id, callback }) => {
    const answer = await post(
      callback.url,
      { authorization: `Bearer ${callback.token}` },
      { run_id: id, status: 'succeeded', model_version: '8' },
    );
    const text = await answer.text();
    if (answer.ok) reported.add(id);
    else failures.set(`${answer.status} ${text.slice(0, 200)}`, id);
    if (reported.size >= waiting.count) waiting.resolve();
  };
  const vector = (value) =>
    JSON.stringify({
      status: 'success',
      data: {
        resultType: 'vector',
        result: [{ metric: { model_version: '7' }, value: [Date.now() / 1000, value] }],
      },
    });
  const serve = async (request, answer) => {
    const text = await body(request);
    if (request.url.startsWith('/runs')) {
      sent += 1;
      answer.writeHead(202, { 'content-type': 'application/json' }).end('{}');
      report(JSON.parse(text).data).catch((error) => failures.set(String(error.cause ?? error), ''));
      return;
    }
    answer.writeHead(200, { 'content-type': 'application/json' }).end(vector('1000'));
  };
  const server = createServer((request, answer) => void serve(request, answer));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    begin: () => {
      reported.clear();
      sent = 0;
    },
    /** Resolves when so many pipelines have been heard. */
    heard: (count) =>
      new Promise((resolve, reject) => {
        const told = () =>
          `${reported.size} of ${count} runs came back, ${sent} were sent. ${[...failures.keys()].join('; ')}`;
        const timer = setTimeout(() => reject(new Error(told())), LOST_AFTER_MS);
        waiting = { count, resolve: () => (clearTimeout(timer), resolve(sent)) };
        if (reported.size >= count) waiting.resolve();
      }),
    close: () => server.close(),
  };
}

const modelOf = (n) => `model-${n}`;

/** A policy for each model; JSON is YAML. */
function rulesOf(world) {
  const models = Array.from({ length: perRound }, (_, n) => modelOf(n));
  return JSON.stringify({
    models: models.map((name) => ({ name })),
    policies: models.map((model) => ({
      name: `retrain-${model}`,
      model,
      mode: 'auto',
      run: 'train',
      trigger: { any: [{ matchers: ['alertname="ModelAuditFailed"'] }] },
    })),
    ci: [
      {
        name: 'train',
        webhook: { url: `${world.url}/runs`, secret: `whsec_${randomBytes(32).toString('base64')}` },
      },
    ],
  });
}

/** All incidents at once, as a bad deployment makes them. Seconds until the last pipeline was heard. */
async function roundOfRetune(world, rules, database) {
  const env = { DATABASE_URL: database, ...(options.redis ? { REDIS_URL: options.redis } : {}) };
  const retune = await startRetune(world.url, { 'rules.yml': rules }, env);
  world.begin();
  const heard = world.heard(perRound);
  const began = performance.now();
  const startsAt = new Date().toISOString();
  for (let from = 0; from < perRound; from += ALERTS_PER_POST) {
    const size = Math.min(ALERTS_PER_POST, perRound - from);
    const alerts = Array.from({ length: size }, (_, n) => ({
      status: 'firing',
      labels: { alertname: 'ModelAuditFailed', model_name: modelOf(from + n), model_version: '7' },
      annotations: {},
      startsAt,
      endsAt: '0001-01-01T00:00:00Z',
    }));
    const answer = await post(`${retune.url}/webhooks/alertmanager`, {}, { version: '4', alerts });
    if (!answer.ok) throw new Error(`the alerts were answered ${answer.status}: ${await answer.text()}`);
  }
  const sent = await heard;
  const seconds = (performance.now() - began) / 1000;
  if (sent !== perRound) throw new Error(`${sent} runs were sent for ${perRound} incidents`);
  await retune.stop();
  return seconds;
}

/** The same number of jobs through BullMQ alone: added in the service's batches, taken by as many workers, nothing done. */
async function roundOfBullmq(address, round, silent) {
  const { QueueClient } = await fromDist('platform/queue.client.js');
  const queue = await QueueClient.open(options.redis, address, silent);
  const name = `bench-${round}`;
  let done = 0;
  let seconds = 0;
  await new Promise((resolve, reject) => {
    const began = performance.now();
    queue.work(name, CONCURRENCY, async () => {
      done += 1;
      if (done === perRound) {
        seconds = (performance.now() - began) / 1000;
        resolve();
      }
      return { kind: 'done' };
    });
    (async () => {
      for (let from = 0; from < perRound; from += BATCH) {
        const size = Math.min(BATCH, perRound - from);
        await queue.add(
          name,
          Array.from({ length: size }, (_, n) => ({ id: `job-${from + n}`, rowId: `${from + n}` })),
        );
      }
    })().catch(reject);
  });
  await queue.close();
  return seconds;
}

await runBench(async () => {
  await build();
  const { startEmbeddedPostgres } = await fromDist('platform/embedded-postgres.client.js');
  const { openPool, poolConfig } = await fromDist('platform/database.client.js');
  const world = await startWorld();
  const rules = rulesOf(world);
  const silent = { info() {}, warn() {}, error() {}, debug() {} };
  const rates = { retune: [], bullmq: [] };
  const postgres = await startEmbeddedPostgres(tempFolder());
  const { host, user, password } = postgres.address;
  const admin = openPool({ ...poolConfig(postgres.address, 'public', 1) }, () => {});
  try {
    for (let round = 0; round < rounds; round += 1) {
      // A database of its own for every round: no round finds the tables of the last one full.
      for (const of of ['retune', 'bullmq']) await admin.query(`create database ${of}_${round}`);
      const of = (name) => ({ ...postgres.address, database: `${name}_${round}` });
      rates.bullmq.push(perRound / (await roundOfBullmq(of('bullmq'), round, silent)));
      const search = new URLSearchParams({ host, user, password });
      const seconds = await roundOfRetune(world, rules, `postgresql:///retune_${round}?${search}`);
      rates.retune.push(perRound / seconds);
      console.error(
        `round ${round + 1}: Retune ${fixed(rates.retune.at(-1), 0)}/s, BullMQ alone ${fixed(rates.bullmq.at(-1), 0)}/s`,
      );
    }
  } finally {
    await admin.end();
    await postgres.stop();
    world.close();
  }
  const median = (values) => quantile(values, 0.5);
  const ratios = rates.retune.map((rate, round) => rate / rates.bullmq[round]);
  const result = {
    incidents: perRound * rounds,
    rounds,
    queue: options.redis ? 'redis' : 'postgres',
    retunePerSecond: median(rates.retune),
    bullmqPerSecond: median(rates.bullmq),
    ratio: median(ratios),
    ratios,
  };
  if (options.json) {
    console.log(JSON.stringify(result, null, 2));
    return;
  }
  console.log(`\n${result.incidents} incidents in ${rounds} rounds, queue on ${result.queue}; medians\n`);
  console.log(
    table(
      ['', 'per second', 'of BullMQ alone'],
      [
        ['BullMQ alone: add, process', fixed(result.bullmqPerSecond, 0), '100 %'],
        [
          'Retune: decide, enqueue, webhook, callback',
          fixed(result.retunePerSecond, 0),
          `${fixed(result.ratio * 100, 0)} %`,
        ],
      ],
    ),
  );
});

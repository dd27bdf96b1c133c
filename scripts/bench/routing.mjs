/**
 * Alertmanager's API beside Alertmanager itself: the same configuration, generator and batches, one server at a time, in turn.
 *
 *   npm run bench:routing -- [--seconds 8] [--rounds 1] [--distinct 10000,100000] [--parts post,reads,inhibition,latency,busy]
 *
 * Retune answers 200 once every new or changed alert is stored durably; Alertmanager keeps alerts in memory.
 */
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { build } from '../build.mjs';
import { client, post, postings } from './alerts.mjs';
import {
  cpuSeconds,
  cpuSecondsBelow,
  median,
  proportionalMegabytesBelow,
  quantile,
  residentMegabytes,
} from './measure.mjs';
import { runBench, startAlertmanager, startRetune } from './servers.mjs';
import { fixed, table } from './table.mjs';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '1' },
    distinct: { type: 'string', default: '10000,100000' },
    parts: { type: 'string', default: 'post,reads,inhibition,latency,busy' },
    only: { type: 'string', default: 'alertmanager,retune' },
    json: { type: 'boolean', default: false },
  },
});
const SECONDS = Number(options.seconds);
const ROUNDS = Number(options.rounds);
const DISTINCT = options.distinct.split(',').map(Number);
const PARTS = options.parts.split(',');
const READS = 7;
const SINGLES = 200;

const configuration = (sink, over = {}) => ({
  route: { receiver: 'sink', group_by: ['alertname'], group_wait: '10m', group_interval: '10m' },
  receivers: [{ name: 'sink', webhook_configs: [{ url: sink }] }],
  ...over,
});
const INHIBIT = [
  { source_matchers: ['severity="critical"'], target_matchers: ['severity="warning"'], equal: ['pair'] },
];

/** A webhook that notes when each alert first came, by its instance. */
async function startSink() {
  const arrived = new Map();
  const server = createServer((request, answer) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const now = performance.now();
      for (const { labels } of JSON.parse(Buffer.concat(chunks).toString('utf8')).alerts)
        if (!arrived.has(labels.instance)) arrived.set(labels.instance, now);
      answer.end('{}');
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, arrived, close: () => server.close() };
}

const SYSTEMS = {
  alertmanager: (config) => startAlertmanager(config),
  // Nothing is evaluated: the address of Prometheus leads nowhere.
  retune: (config) => startRetune('http://127.0.0.1:9', { 'alertmanager.yml': JSON.stringify(config) }),
};

/** Runs `measure` on each system in turn, `ROUNDS` times, each time on a new server; the figures by system. */
async function inTurn(title, over, measure) {
  const figures = new Map(options.only.split(',').map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, list] of figures) {
      if (process.stderr.isTTY)
        process.stderr.write(`\r\u001b[K${title}: ${name}, round ${round + 1}/${ROUNDS} `);
      const sink = await startSink();
      const server = await SYSTEMS[name](configuration(sink.url, over));
      const cpu = () => cpuSeconds(server.pid) + cpuSecondsBelow(server.pid);
      list.push(await measure({ ...server, cpu, sink, memory: () => memoryOf(server.pid) }));
      await server.stop();
      sink.close();
    }
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  return [...figures].map(([name, list]) => ({
    name,
    ...Object.fromEntries(Object.keys(list[0]).map((key) => [key, median(list.map((each) => each[key]))])),
  }));
}

const memoryOf = (pid) => ({ own: residentMegabytes(pid), database: proportionalMegabytesBelow(pid) });

const report = [];
/** Prints a table: a row for each system, and the ratio of ours to theirs. */
function tell(title, rows, columns) {
  report.push({ title, rows });
  if (options.json) return;
  const [peer, ours] = rows;
  const lines = rows.map((row) => [
    row.name,
    ...columns.map(([, key, digits = 0]) => fixed(row[key], digits)),
  ]);
  if (ours) lines.push(['ratio', ...columns.map(([, key]) => fixed(ours[key] / peer[key]))]);
  console.log(`\n${title}\n\n${table(['', ...columns.map(([name]) => name)], lines)}`);
}

async function posting(distinct, batch) {
  const rows = await inTurn(`${distinct} alerts, batches of ${batch}`, {}, async (server) => {
    const before = server.cpu();
    const { accepted, ms, seconds } = await post(server.url, { distinct, batch, seconds: SECONDS });
    const cpu = server.cpu() - before;
    return {
      rate: accepted / seconds,
      perCpu: accepted / cpu,
      passes: accepted / distinct,
      p50: quantile(ms, 0.5),
      p99: quantile(ms, 0.99),
    };
  });
  tell(`POST /api/v2/alerts: ${distinct} alerts, batches of ${batch}, over and over for ${SECONDS} s`, rows, [
    ['alerts/s', 'rate'],
    ['per CPU second', 'perCpu'],
    ['times over', 'passes', 1],
    ['p50 ms', 'p50', 1],
    ['p99 ms', 'p99', 1],
  ]);
}

async function reading(distinct, title, over) {
  const rows = await inTurn(`${title} ${distinct}`, over, async (server) => {
    await post(server.url, { distinct, batch: 64, passes: 1 });
    await sleep(2000);
    const full = server.memory();
    const { send, close } = client(server.url);
    const read = async (path) => {
      const answers = [];
      for (let n = 0; n < READS; n += 1) answers.push(await send('GET', path));
      return answers;
    };
    const before = server.cpu();
    const alerts = await read('/api/v2/alerts');
    const cpu = (server.cpu() - before) / READS;
    const groups = await read('/api/v2/alerts/groups');
    close();
    const after = server.memory();
    return {
      first: median(alerts.map(({ first }) => first)),
      alerts: median(alerts.map(({ ms }) => ms)),
      cpu: cpu * 1000,
      megabytes: alerts[0].bytes / 1e6,
      groups: median(groups.map(({ ms }) => ms)),
      full: full.own,
      after: after.own,
      database: after.database,
    };
  });
  tell(`${title}, ${distinct} alerts that fire`, rows, [
    ['GET alerts ms', 'alerts'],
    ['first byte ms', 'first'],
    ['CPU ms', 'cpu'],
    ['MB', 'megabytes', 1],
    ['GET groups ms', 'groups'],
    ['memory MB', 'full'],
    ['after the reads MB', 'after'],
    ['database MB', 'database'],
  ]);
}

async function arriving() {
  const route = { receiver: 'sink', group_by: ['...'], group_wait: '0s', group_interval: '1s' };
  const rows = await inTurn('from post to webhook', { route }, async (server) => {
    const { send, close } = client(server.url, 1);
    const ms = [];
    for (let n = 0; n < SINGLES; n += 1) {
      const body = postings(n + 1, 1).body(n, new Date(Date.now() + 240_000).toISOString());
      const began = performance.now();
      await send('POST', '/api/v2/alerts', body);
      const instance = `host-${n}.example.org:9100`;
      while (!server.sink.arrived.has(instance) && performance.now() - began < 10_000) await sleep(1);
      ms.push((server.sink.arrived.get(instance) ?? Infinity) - began);
      await sleep(20);
    }
    close();
    return { p50: quantile(ms, 0.5), p90: quantile(ms, 0.9), p99: quantile(ms, 0.99), max: Math.max(...ms) };
  });
  tell(`from POST to webhook, group_wait 0s, ${SINGLES} alerts one by one; ms`, rows, [
    ['p50', 'p50', 1],
    ['p90', 'p90', 1],
    ['p99', 'p99', 1],
    ['max', 'max', 1],
  ]);
}

async function posting30kBesideReader() {
  const distinct = 30_000;
  const rows = await inTurn('posts beside a reader', {}, async (server) => {
    await post(server.url, { distinct, batch: 64, passes: 1 });
    const reader = client(server.url, 1);
    let [reading, reads] = [true, 0];
    const loop = (async () => {
      while (reading) {
        await reader.send('GET', '/api/v2/alerts/groups');
        reads += 1;
      }
    })();
    const { ms } = await post(server.url, { distinct, batch: 64, seconds: SECONDS });
    reading = false;
    await loop;
    reader.close();
    return { p50: quantile(ms, 0.5), p99: quantile(ms, 0.99), max: Math.max(...ms), posts: ms.length, reads };
  });
  tell(`POST of 64 while a reader loops over the groups of ${distinct} alerts; ms`, rows, [
    ['p50', 'p50', 1],
    ['p99', 'p99', 1],
    ['max', 'max', 1],
    ['posts', 'posts'],
    ['reads', 'reads'],
  ]);
}

async function main() {
  await build();
  if (PARTS.includes('post'))
    for (const distinct of DISTINCT) for (const batch of [64, 1]) await posting(distinct, batch);
  if (PARTS.includes('reads')) for (const distinct of DISTINCT) await reading(distinct, 'reading', {});
  if (PARTS.includes('inhibition'))
    await reading(10_000, 'reading with one inhibit rule', { inhibit_rules: INHIBIT });
  if (PARTS.includes('latency')) await arriving();
  if (PARTS.includes('busy')) await posting30kBesideReader();
  if (options.json) console.log(JSON.stringify(report, null, 2));
}

await runBench(main);

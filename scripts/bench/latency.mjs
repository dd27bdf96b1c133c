/**
 * How long it takes from a metric crossing its line to the notification at a webhook: Retune beside Prometheus with
 * Alertmanager. Both watch the same exporter at the same time, scrape and evaluate each second, and wait for nothing.
 *
 *   npm run bench:latency -- [--crossings 40] [--json]
 */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { build } from '../build.mjs';
import { quantile } from './measure.mjs';
import { startAlertmanager, startPrometheus, startRetune, runBench, tempFolder } from './servers.mjs';
import { fixed, table } from './table.mjs';

const { values: options } = parseArgs({
  options: { crossings: { type: 'string', default: '40' }, json: { type: 'boolean', default: false } },
});
const crossings = Number(options.crossings);
const GROUPS = 10;
const LOST_AFTER_MS = 30_000;
const PAUSE_MS = 1500;
// Scrapes are a second apart: crossings spread evenly over the second wait evenly long for the next one, whenever that is.
const phases = Array.from({ length: crossings }, (_, n) => (n * 617) % 1000);

/** An exporter of one gauge a case, and the sinks that both systems tell. */
async function startWorld() {
  const crossedAt = new Map();
  const arrivals = { prometheus: new Map(), retune: new Map() };
  const server = createServer((request, answer) => {
    const name = request.url.slice(1);
    if (name === 'metrics') {
      const lines = Array.from(
        { length: crossings },
        (_, n) => `bench_value{case="${n}"} ${crossedAt.has(n) ? 1 : 0}`,
      );
      // Prometheus 3 takes no exposition without its type.
      answer.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(`${lines.join('\n')}\n`);
      return;
    }
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const now = Date.now();
      for (const alert of JSON.parse(Buffer.concat(chunks).toString('utf8')).alerts) {
        const n = Number(alert.labels.case);
        if (alert.status !== 'firing' || arrivals[name].has(n)) continue;
        arrivals[name].set(n, { at: now, slot: Date.parse(alert.startsAt) });
      }
      answer.end('{}');
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const target = `127.0.0.1:${server.address().port}`;
  return {
    target,
    sink: (name) => `http://${target}/${name}`,
    crossedAt,
    arrivals,
    close: () => server.close(),
  };
}

const groups = Array.from({ length: GROUPS }, (_, group) => ({
  name: `group-${group}`,
  interval: '1s',
  rules: Array.from({ length: crossings }, (_, n) => n)
    .filter((n) => n % GROUPS === group)
    .map((n) => ({ alert: `Case${n}`, expr: `bench_value{case="${n}"} > 0.5` })),
}));

const routing = (url) => ({
  route: { receiver: 'sink', group_by: ['...'], group_wait: '0s', group_interval: '1s' },
  receivers: [{ name: 'sink', webhook_configs: [{ url }] }],
});

async function main() {
  await build();
  const world = await startWorld();
  const alertmanager = await startAlertmanager(routing(world.sink('prometheus')));
  const ruleFile = join(tempFolder(), 'rules.yml');
  writeFileSync(ruleFile, JSON.stringify({ groups }));
  const { host } = new URL(alertmanager.url);
  await startPrometheus({ targets: [world.target], interval: '1s', ruleFile, alertmanager: host });
  const bare = await startPrometheus({ targets: [world.target], interval: '1s' });
  await startRetune(bare.url, { 'rules.yml': JSON.stringify({ groups, ...routing(world.sink('retune')) }) });
  await sleep(20_000);
  for (const [n, phase] of phases.entries()) {
    await sleep(PAUSE_MS + ((phase - Date.now() - PAUSE_MS) % 1000) + 1000);
    world.crossedAt.set(n, Date.now());
    if (process.stderr.isTTY) process.stderr.write(`\rcrossing ${n + 1}/${crossings} `);
  }
  const told = () => Object.values(world.arrivals).every((arrived) => arrived.size === crossings);
  for (let waited = 0; !told() && waited < LOST_AFTER_MS; waited += 100) await sleep(100);

  const results = Object.entries(world.arrivals).map(([name, arrived]) => {
    const ms = [...arrived].map(([n, { at }]) => at - world.crossedAt.get(n));
    const fromSlot = quantile(
      [...arrived.values()].map(({ at, slot }) => at - slot),
      0.5,
    );
    const [min, p50, p95, max] = [0, 0.5, 0.95, 1].map((q) => quantile(ms, q));
    const mean = ms.reduce((sum, value) => sum + value, 0) / ms.length;
    return { name, told: ms.length, min, p50, mean, p95, max, fromSlot };
  });
  world.close();
  if (options.json) {
    console.log(JSON.stringify(results, null, 2));
    return;
  }
  console.log(
    `\n${crossings} crossings, scrape 1 s, evaluation 1 s, no waiting; ms from crossing to webhook\n`,
  );
  const title = { prometheus: 'Prometheus → Alertmanager', retune: 'Retune' };
  console.log(
    table(
      ['', 'told', 'min', 'p50', 'mean', 'p95', 'max', 'of it after the evaluation began, p50'],
      results.map((r) => [
        title[r.name],
        r.told,
        ...[r.min, r.p50, r.mean, r.p95, r.max, r.fromSlot].map((ms) => fixed(ms, 0)),
      ]),
    ),
  );
  const [peer, ours] = results;
  console.log(
    `\nRetune takes ${fixed(ours.p50 / peer.p50)} × the time at p50, ${fixed(ours.p95 / peer.p95)} × at p95`,
  );
}

await runBench(main);

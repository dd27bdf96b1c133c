/**
 * What it costs to evaluate the rules of a fleet: Retune beside Prometheus' own rule manager, vmalert and the raw query floor,
 * all on one machine, in one run, one after the other, round after round. Prints medians.
 *
 *   npm run bench:rules -- [--rules 1000] [--models 200] [--interval 5] [--seconds 45] [--rounds 2] [--only NAME,NAME] [--json]
 *   npm run bench:rules -- --rules 1000,3000,10000 --only retune-plain     how the cost grows
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ROOT } from '../child.mjs';
import { build } from '../build.mjs';
import { cpuSeconds, cpuSecondsBelow, median, residentMegabytes, sumOf } from './measure.mjs';
import { modelRuleFiles, plainRuleFile } from './rule-files.mjs';
import {
  start,
  startFleet,
  startPrometheus,
  startRetune,
  startVmalert,
  runBench,
  tempFolder,
} from './servers.mjs';
import { fixed, table } from './table.mjs';

const { values: options } = parseArgs({
  options: {
    rules: { type: 'string', default: '1000' },
    models: { type: 'string', default: '200' },
    interval: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '45' },
    warmup: { type: 'string', default: '65' },
    rounds: { type: 'string', default: '2' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const models = Number(options.models);
const intervalSeconds = Number(options.interval);
const interval = `${intervalSeconds}s`;
const seconds = Number(options.seconds);
const say = (line) => console.error(line);

/** Metrics text of a server. */
const exposition = async (url) => (await fetch(`${url}/metrics`)).text();

/** How many alerts fire, as every ruler shows them. */
async function firingAlerts(url) {
  const { data } = await (await fetch(`${url}/api/v1/alerts`)).json();
  return data.alerts.filter(({ state }) => state === 'firing').length;
}

/** Each contender starts, and says how to read what it has done so far. */
const CONTENDERS = {
  prometheus: async ({ fleet, plainFile }) => {
    const prometheus = await startPrometheus({ targets: [fleet.target], interval, ruleFile: plainFile });
    return {
      prometheus,
      read: async () => {
        const text = await exposition(prometheus.url);
        return {
          missed: sumOf(text, 'prometheus_rule_group_iterations_missed_total'),
          evaluations: sumOf(text, 'prometheus_rule_evaluations_total'),
          groupSeconds: sumOf(text, 'prometheus_rule_group_duration_seconds_sum'),
          groups: sumOf(text, 'prometheus_rule_group_duration_seconds_count'),
          firing: await firingAlerts(prometheus.url),
        };
      },
    };
  },
  vmalert: (around) => vmalert(around, []),
  'vmalert-identity': (around) => vmalert(around, ['-datasource.headers=Accept-Encoding: identity']),
  floor: async ({ prometheus, plainFile }) => ({
    prometheus,
    ruler: await start(process.execPath, [
      join(ROOT, 'scripts/bench/floor.mjs'),
      prometheus.url,
      plainFile,
      String(intervalSeconds * 1000),
    ]),
    read: async () => ({}),
  }),
  // What the service and a Prometheus that only scrapes cost without any rule: it is inside the figures of the next two.
  'retune-idle': ({ prometheus }) => retune(prometheus, { 'rules.yml': '{}' }),
  'retune-plain': ({ prometheus, count }) =>
    retune(prometheus, { 'rules.yml': plainRuleFile(count, models, interval) }),
  'retune-model': ({ prometheus, count }) => {
    const { rules, files } = modelRuleFiles(count, models, interval);
    return retune(prometheus, { 'rules.yml': rules, ...files });
  },
};

async function vmalert({ prometheus, plainFile }, extra) {
  const ruler = await startVmalert(prometheus.url, plainFile, extra);
  if (!ruler) return undefined;
  return {
    prometheus,
    ruler,
    read: async () => {
      const text = await exposition(ruler.url);
      return {
        missed: sumOf(text, 'vmalert_iteration_missed_total'),
        groupSeconds: sumOf(text, 'vmalert_iteration_duration_seconds_sum'),
        groups: sumOf(text, 'vmalert_iteration_duration_seconds_count'),
        firing: await firingAlerts(ruler.url),
      };
    },
  };
}

async function retune(prometheus, files) {
  const ruler = await startRetune(prometheus.url, files);
  return {
    prometheus,
    ruler,
    read: async () => {
      const text = await exposition(ruler.url);
      return {
        missed: sumOf(text, 'retune_group_slots_missed_total'),
        evaluations: sumOf(text, 'retune_rule_evaluations_total'),
        queries: sumOf(text, 'retune_prometheus_queries_total'),
        groupSeconds: sumOf(text, 'retune_group_evaluation_duration_seconds_sum'),
        groups: sumOf(text, 'retune_group_evaluation_duration_seconds_count'),
        firing: await firingAlerts(ruler.url),
      };
    },
  };
}

/** CPU seconds and counts of one contender over `seconds`, per cycle of all rules. */
async function measure(contender) {
  const { prometheus, ruler, read } = contender;
  const cpu = () => ({
    prometheus: cpuSeconds(prometheus.pid),
    ruler: ruler ? cpuSeconds(ruler.pid) : 0,
    database: ruler ? cpuSecondsBelow(ruler.pid) : 0,
  });
  const before = { cpu: cpu(), counts: await read() };
  await sleep(seconds * 1000);
  const after = { cpu: cpu(), counts: await read() };
  const cycles = seconds / intervalSeconds;
  const perCycle = (name) => (after.cpu[name] - before.cpu[name]) / cycles;
  const grew = (name) => (after.counts[name] ?? Number.NaN) - (before.counts[name] ?? Number.NaN);
  return {
    ruler: perCycle('ruler'),
    prometheus: perCycle('prometheus'),
    database: perCycle('database'),
    total: perCycle('ruler') + perCycle('prometheus') + perCycle('database'),
    queries: grew('queries') / cycles,
    evaluations: grew('evaluations') / cycles,
    groupMs: (grew('groupSeconds') / grew('groups')) * 1000,
    missed: grew('missed'),
    rss: residentMegabytes((ruler ?? prometheus).pid),
    firing: after.counts.firing ?? Number.NaN,
  };
}

const COLUMNS = [
  ['CPU s: ruler', (r) => fixed(r.ruler, 3)],
  ['Prometheus', (r) => fixed(r.prometheus, 3)],
  ['database', (r) => fixed(r.database, 3)],
  ['all', (r) => fixed(r.total, 3)],
  ['queries', (r) => fixed(r.queries, 0)],
  ['evaluations', (r) => fixed(r.evaluations, 0)],
  ['group ms', (r) => fixed(r.groupMs, 1)],
  ['missed', (r) => fixed(r.missed, 0)],
  ['RSS MB', (r) => fixed(r.rss, 0)],
  ['firing', (r) => fixed(r.firing, 0)],
];

async function main() {
  await build();
  const chosen = Object.keys(CONTENDERS).filter(
    (name) => !options.only || options.only.split(',').includes(name),
  );
  const fleet = await startFleet(models);
  const shared = await startPrometheus({ targets: [fleet.target], interval });
  const results = [];
  for (const count of options.rules.split(',').map(Number)) {
    const plainFile = join(tempFolder(), 'rules.yml');
    writeFileSync(plainFile, plainRuleFile(count, models, interval));
    const runs = new Map(chosen.map((name) => [name, []]));
    for (let round = 1; round <= Number(options.rounds); round += 1) {
      for (const name of chosen) {
        say(`${count} rules, round ${round}/${options.rounds}: ${name} …`);
        const contender = await CONTENDERS[name]({ fleet, prometheus: shared, plainFile, count });
        if (!contender) {
          say(`  not to be had here`);
          continue;
        }
        await sleep(Number(options.warmup) * 1000);
        runs.get(name).push(await measure(contender));
        await contender.ruler?.stop();
        if (contender.prometheus !== shared) await contender.prometheus.stop();
      }
    }
    for (const [name, measured] of runs) {
      if (measured.length === 0) continue;
      const medians = Object.fromEntries(
        Object.keys(measured[0]).map((key) => [key, median(measured.map((run) => run[key]))]),
      );
      results.push({ name, rules: count, rounds: measured.length, ...medians });
    }
  }
  if (options.json) console.log(JSON.stringify(results, null, 2));
  else {
    console.log(
      `Per cycle of ${interval}: ${models} models, ${seconds} s a round, medians of ${options.rounds} rounds; `,
    );
    console.log('Prometheus counts with its own scraping. A ruler without a column does not tell.\n');
    console.log(
      table(
        ['ruler', 'rules', ...COLUMNS.map(([title]) => title)],
        results.map((result) => [result.name, result.rules, ...COLUMNS.map(([, cell]) => cell(result))]),
      ),
    );
    const peer = results.find(({ name }) => name.startsWith('prometheus'));
    for (const result of results) {
      if (peer && result.name.startsWith('retune') && result.rules === peer.rules) {
        console.log(
          `\n${result.name}: ${fixed(result.total / peer.total)} × the CPU of Prometheus' own rule manager`,
        );
      }
    }
  }
}

await runBench(main);

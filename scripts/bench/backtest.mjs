/**
 * How long `retune backtest` takes: 50 rules over 30 days at a step of one minute, asked of a real Prometheus that holds that past.
 * Retune and Prometheus share two cores; on a larger machine both are bound to two with `taskset`.
 *
 *   npm run bench:backtest -- [--days 30] [--step 1m] [--scrape 30] [--rounds 3] [--past DIR] [--json] [-- OPTIONS OF backtest]
 *
 * `--past` keeps the past in a folder and finds it there the next time: it takes longer to make than to replay.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../build.mjs';
import { ROOT } from '../child.mjs';
import { findProgram } from '../programs.mjs';
import { backtestFiles, MODELS } from './backtest-rules.mjs';
import { cpuSeconds, median, peakMegabytes } from './measure.mjs';
import { PAST_END, writePast } from './past.mjs';
import { freePort, start, runBench, tempFolder } from './servers.mjs';
import { fixed, table } from './table.mjs';

const CORES = 2;
/** The longest window of the rules, and as long again as `staleness` looks back. */
const LEAD_DAYS = 8;
const LOOK_MS = 100;

const { values: options, positionals: passed } = parseArgs({
  allowPositionals: true,
  options: {
    days: { type: 'string', default: '30' },
    step: { type: 'string', default: '1m' },
    scrape: { type: 'string', default: '30' },
    rounds: { type: 'string', default: '3' },
    past: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const say = (line) => console.error(line);
const pinned = availableParallelism() > CORES ? ['taskset', '-c', `0-${CORES - 1}`] : [];

/** The data folder of a Prometheus with the past, made unless it is there. */
async function past() {
  const folder = options.past ?? tempFolder();
  const facts = join(folder, `past-${options.days}d-${options.scrape}s.json`);
  if (!existsSync(facts)) {
    say('writing the past …');
    const about = { days: Number(options.days) + LEAD_DAYS, models: MODELS, scrape: Number(options.scrape) };
    writeFileSync(facts, JSON.stringify(await writePast({ folder, ...about })));
  }
  return { data: join(folder, 'data'), ...JSON.parse(readFileSync(facts, 'utf8')) };
}

async function startHistory(data) {
  const binary = findProgram('prometheus');
  if (!binary) throw new Error('no Prometheus: apt-get install prometheus, or set PROMETHEUS_BIN');
  const config = join(tempFolder(), 'prometheus.yml');
  writeFileSync(config, '{}');
  const url = `http://127.0.0.1:${await freePort()}`;
  const [command, ...args] = [
    ...pinned,
    binary,
    `--config.file=${config}`,
    `--storage.tsdb.path=${data}`,
    '--storage.tsdb.retention.time=100y',
    `--web.listen-address=${new URL(url).host}`,
    '--log.level=warn',
  ];
  return { ...(await start(command, args, { ready: `${url}/-/ready` })), url };
}

/** One backtest: its report and what it took. */
async function backtest(prometheus, cwd) {
  const end = new Date(PAST_END * 1000).toISOString();
  const [command, ...args] = [
    ...pinned,
    process.execPath,
    join(ROOT, 'dist/cli.js'),
    'backtest',
    `--prometheus=${prometheus.url}`,
    `--from=${options.days}d`,
    `--to=${end}`,
    `--step=${options.step}`,
    '--json',
    '--html=report.html',
    ...passed,
  ];
  const [own, asked, began] = [reapedSeconds(), cpuSeconds(prometheus.pid), performance.now()];
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  let [output, peak] = ['', 0];
  const looking = setInterval(() => (peak = Math.max(peak, peakMegabytes(child.pid) || 0)), LOOK_MS);
  child.stdout.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  clearInterval(looking);
  if (code !== 0) throw new Error(`backtest ended with ${code}`);
  return {
    report: JSON.parse(output),
    seconds: (performance.now() - began) / 1000,
    retune: reapedSeconds() - own,
    prometheus: cpuSeconds(prometheus.pid) - asked,
    peak,
    prometheusPeak: peakMegabytes(prometheus.pid),
    html: statSync(join(cwd, 'report.html')).size / 1e6,
  };
}

/** CPU seconds of children that have ended. */
const reapedSeconds = () => cpuSeconds(process.pid, { reaped: true }) - cpuSeconds(process.pid);

async function main() {
  await build();
  const { data, series, samples } = await past();
  say(`${series} series, ${(samples / 1e6).toFixed(1)}M samples, scraped each ${options.scrape} s`);
  const cwd = tempFolder();
  for (const [name, text] of Object.entries(backtestFiles())) {
    const path = join(cwd, 'rules', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const prometheus = await startHistory(data);
  const rounds = [];
  for (let round = 0; round < Number(options.rounds); round += 1) {
    rounds.push(await backtest(prometheus, cwd));
    say(`round ${round + 1}: ${fixed(rounds.at(-1).seconds, 1)} s`);
  }
  const middle = (name) => median(rounds.map((round) => round[name]));
  const { effort, rules, policies } = rounds[0].report;
  const result = {
    rules: effort.rules,
    fired: rules.filter(({ fired }) => fired > 0).length,
    evaluations: effort.evaluations,
    requests: effort.requests,
    points: effort.points,
    runs: policies.reduce((sum, { runs }) => sum + runs.length, 0),
    seconds: middle('seconds'),
    retuneCpuSeconds: middle('retune'),
    prometheusCpuSeconds: middle('prometheus'),
    retunePeakMegabytes: middle('peak'),
    prometheusPeakMegabytes: middle('prometheusPeak'),
    htmlMegabytes: middle('html'),
  };
  if (options.json) console.log(JSON.stringify(result, null, 2));
  else {
    console.log(
      table(
        [`${options.days} days, step ${options.step}`, 'value'],
        Object.entries(result).map(([name, value]) => [name, fixed(value, Number.isInteger(value) ? 0 : 2)]),
      ),
    );
  }
}

await runBench(main);

import { access, constants, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setImmediate as breathe } from 'node:timers/promises';
import { reportHtml } from '../backtest/html/report-html.js';
import { planBacktest } from '../backtest/plan.js';
import { reportText } from '../backtest/report-text.js';
import { type Backtest, type BacktestSettings, runBacktest } from '../backtest/run-backtest.js';
import { PrometheusRangeClient } from '../prometheus/prometheus-range.client.js';
import { PrometheusError } from '../prometheus/sample.js';
import { checkReport } from '../settings/check-report.js';
import type { Settings } from '../settings/settings.js';
import { BACKTEST_HELP } from './backtest-help.js';
import { type BacktestOptions, OPTIONS, readOptions } from './backtest-options.js';
import type { Command, Surroundings } from './command.js';
import { loadOperands } from './load-operands.js';
import { ProgressDisplay } from './progress-display.js';

/** What a shell calls a program that Ctrl-C ended. */
const INTERRUPTED = 130;

/** `retune backtest`: what rules and policies would have done over the history that Prometheus keeps. Changes nothing. */
export const backtest: Command = {
  usage: 'backtest [--from=30d] [--html=<file>] [dir | file…]',
  summary:
    'tell which alerts would have fired and which runs would have started, from the history in Prometheus',
  help: BACKTEST_HELP,
  operands: Number.POSITIVE_INFINITY,
  options: OPTIONS,
  async run({ operands, options: given }, around) {
    const { env, cwd, complain } = around;
    const read = readOptions(given, new Date());
    if ('problems' in read) {
      for (const problem of read.problems) complain(problem);
      return 2;
    }
    const { options } = read;
    const asked = options.prometheus === undefined ? env : { ...env, PROMETHEUS_URL: options.prometheus };
    const loaded = await loadOperands(operands, asked, cwd);
    if (!loaded.ok) {
      const { lines, summary } = checkReport(loaded, { ignore: new Set(), strict: false });
      for (const line of [...lines, summary]) complain(line);
      return 1;
    }
    if (options.html !== undefined && !(await canWrite(resolve(cwd, options.html)))) {
      complain(`--html: cannot write ${options.html}`);
      return 1;
    }
    return replay(options, loaded.settings, around);
  },
};

async function replay(options: BacktestOptions, settings: Settings, around: Surroundings): Promise<number> {
  const { complain } = around;
  const { groups } = settings.rules;
  const plan = planBacktest(groups, { ...options, matches: (alert) => options.rule?.test(alert) ?? true });
  if (plan.rules.length === 0) {
    const names = new Set(groups.flatMap((group) => group.rules.map(({ alert }) => alert)));
    const none = 'there is no alerting rule to replay';
    complain(names.size === 0 ? none : `--rule: none of ${[...names].join(', ')} matches`);
    return 1;
  }
  const { prometheusUrl, prometheusAddress } = settings.environment;
  const url = await prometheusUrl.reveal((path) => readFile(path, 'utf8'));
  const client = new PrometheusRangeClient(url, options.concurrency);
  const stop = new AbortController();
  const onInterrupt = (): void => stop.abort();
  process.once('SIGINT', onInterrupt);
  const began = performance.now();
  const elapsedMs = (): number => performance.now() - began;
  const display = new ProgressDisplay(process.stderr, complain, elapsedMs);
  try {
    const done = await runBacktest(plan, settingsOf(options, settings), {
      ask: (expr, steps, signal) => client.queryRange(expr, steps, signal),
      concurrency: options.concurrency,
      signal: stop.signal,
      breathe: () => breathe(undefined),
      progress: (progress) => display.show(progress),
      elapsedMs,
    });
    display.end();
    return await tell(done, options, stop.signal.aborted, around);
  } catch (error) {
    display.end();
    if (!(error instanceof PrometheusError)) throw error;
    const other = 'name another with --prometheus or PROMETHEUS_URL';
    complain(`${error.message} at ${prometheusAddress}: is it running? If not, ${other}`);
    return 1;
  } finally {
    process.off('SIGINT', onInterrupt);
    client.close();
  }
}

function settingsOf(options: BacktestOptions, { environment, rules }: Settings): BacktestSettings {
  const { mode, incidents, assumptions, html } = options;
  const costs = rules.modelForms.flatMap(({ name, cost_per_run: cost }) =>
    cost ? [[name, cost] as const] : [],
  );
  const { externalLabels, externalUrl, prometheusAddress } = environment;
  return {
    policies: mode ? rules.policies.map((policy) => ({ ...policy, mode })) : rules.policies,
    costs: new Map(costs),
    assumptions,
    ...(mode ? { mode } : {}),
    ...(incidents ? { incidents } : {}),
    surroundings: { externalLabels, externalUrl, prometheusAddress },
    charts: html !== undefined,
  };
}

async function tell(
  { report, charts, hasData }: Backtest,
  { html, json }: BacktestOptions,
  interrupted: boolean,
  { cwd, print, complain }: Surroundings,
): Promise<number> {
  if (json) print(JSON.stringify(report, null, 2));
  else for (const line of reportText(report)) print(line);
  if (html !== undefined) {
    const problem = await writeWhole(resolve(cwd, html), reportHtml(report, charts));
    if (problem !== undefined) {
      complain(`--html: cannot write ${html}: ${problem}`);
      return 1;
    }
    (json ? complain : print)(`report: ${html}`);
  }
  if (interrupted) {
    complain(`stopped: replayed up to ${report.stoppedAt ?? report.to}`);
    return INTERRUPTED;
  }
  if (hasData) return 0;
  complain(
    `Prometheus has no data of these rules in this span: is ${report.prometheus} the right one, and is --from within what it keeps?`,
  );
  return 1;
}

/** Writes beside the file and puts it in place when it is whole, so that a second Ctrl-C leaves no half page. Returns what went wrong. */
async function writeWhole(path: string, text: string): Promise<string | undefined> {
  const beside = `${path}.${process.pid}.part`;
  try {
    await writeFile(beside, text);
    await rename(beside, path);
    return undefined;
  } catch (error) {
    await rm(beside, { force: true });
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** Asked before the work, which may take long. */
async function canWrite(path: string): Promise<boolean> {
  try {
    await access(dirname(path), constants.W_OK);
  } catch {
    return false;
  }
  const there = await stat(path).catch(() => undefined);
  return there === undefined || there.isFile();
}

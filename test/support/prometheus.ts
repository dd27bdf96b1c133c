import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { requireBinary } from './binaries.js';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { ServerProcess, answersOk } from './server-process.js';
import { tempDir } from './temp-dir.js';

const FIRST_SCRAPES_WITHIN_MS = 30_000;

/** What a test's Prometheus scrapes and evaluates. */
export interface PrometheusOptions {
  /** `host:port`, or the same with a job and labels of its own. */
  readonly scrapeTargets?: readonly (string | ScrapeTarget)[];
  /** A Prometheus duration; also the evaluation interval. 1s when left out. */
  readonly scrapeInterval?: string;
  /** A Prometheus duration; the scrape interval when left out. */
  readonly scrapeTimeout?: string;
  /** Absolute paths of rule files. */
  readonly ruleFiles?: readonly string[];
  /** `host:port` of Alertmanagers (or of what poses as one) to send alerts to. */
  readonly alertmanagers?: readonly string[];
  readonly externalLabels?: Readonly<Record<string, string>>;
  /** OpenMetrics text with timestamps: what is in the database from the beginning. */
  readonly history?: string;
  /** What templates see as the address of Prometheus; it answers at its own all the same. */
  readonly externalUrl?: string;
}

/** A scrape target with labels. The job is `test` when left out. */
export interface ScrapeTarget {
  readonly target: string;
  readonly job?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A running Prometheus. */
export interface TestPrometheus extends Pick<
  ServerProcess,
  'start' | 'stop' | 'kill' | 'restart' | 'output'
> {
  readonly url: string;
  /** The instant vector of an expression, now: labels and value of each series. */
  query(
    expr: string,
  ): Promise<readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[]>;
}

/**
 * Starts Prometheus on a free port with an empty database and waits until it has scraped every target once, which takes it
 * five seconds (up or down makes no difference). Ends with the tests of the file.
 */
export async function startPrometheus(options: PrometheusOptions = {}): Promise<TestPrometheus> {
  const folder = tempDir();
  const url = `http://127.0.0.1:${await freePort()}`;
  const configFile = join(folder, 'prometheus.yml');
  writeFileSync(configFile, JSON.stringify(configOf(options))); // JSON is YAML
  if (options.history !== undefined) importHistory(options.history, folder);
  const args = [
    `--config.file=${configFile}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${new URL(url).host}`,
    '--web.enable-lifecycle',
    '--log.level=warn',
    ...(options.externalUrl ? [`--web.external-url=${options.externalUrl}`, '--web.route-prefix=/'] : []),
  ];
  const ready = (): Promise<boolean> => answersOk(`${url}/-/ready`);
  const server = await ServerProcess.start({ command: requireBinary('prometheus'), args, ready });
  const targets = options.scrapeTargets?.length ?? 0;
  await eventually(
    async () => targets === 0 || (await query(url, 'up')).length === targets,
    FIRST_SCRAPES_WITHIN_MS,
  );
  return Object.assign(server, { url, query: (expr: string) => query(url, expr) });
}

/** The major version of the Prometheus that tests run, e.g. 2. */
export function prometheusMajor(): number {
  const { stdout, stderr } = spawnSync(requireBinary('prometheus'), ['--version'], { encoding: 'utf8' });
  return Number(/version (\d+)/.exec(stdout + stderr)?.[1]);
}

function importHistory(text: string, folder: string): void {
  const file = join(folder, 'history.txt');
  writeFileSync(file, text);
  const args = ['tsdb', 'create-blocks-from', 'openmetrics', file, join(folder, 'data')];
  const promtool = join(dirname(requireBinary('prometheus')), 'promtool'); // they come together
  const { status, stderr } = spawnSync(promtool, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`promtool took no history: ${stderr}`);
}

function configOf(options: PrometheusOptions): object {
  const interval = options.scrapeInterval ?? '1s';
  const targets: readonly ScrapeTarget[] = (options.scrapeTargets ?? []).map((target) =>
    typeof target === 'string' ? { target } : target,
  );
  const jobs = [...new Set(targets.map(jobOf))];
  return {
    global: {
      scrape_interval: interval,
      scrape_timeout: options.scrapeTimeout ?? interval,
      evaluation_interval: interval,
      external_labels: options.externalLabels ?? {},
    },
    rule_files: options.ruleFiles ?? [],
    scrape_configs: jobs.map((job) => ({
      job_name: job,
      static_configs: targets
        .filter((target) => jobOf(target) === job)
        .map(({ target, labels = {} }) => ({ targets: [target], labels })),
    })),
    alerting: { alertmanagers: [{ static_configs: [{ targets: options.alertmanagers ?? [] }] }] },
  };
}

function jobOf({ job = 'test' }: ScrapeTarget): string {
  return job;
}

async function query(url: string, expr: string): ReturnType<TestPrometheus['query']> {
  const answer = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expr }).toString()}`);
  const body = (await answer.json()) as {
    readonly error?: string;
    readonly data?: {
      readonly result: readonly { metric: Record<string, string>; value: [number, string] }[];
    };
  };
  if (!body.data) throw new Error(`Prometheus refused ${expr}: ${body.error}`);
  return body.data.result.map(({ metric, value }) => ({
    labels: metric,
    value: Number(value[1].replace('Inf', 'Infinity')),
  }));
}

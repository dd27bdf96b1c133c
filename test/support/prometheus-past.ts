import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireBinary } from './binaries.js';
import { freePort } from './free-port.js';
import { ServerProcess, answersOk } from './server-process.js';
import { tempDir } from './temp-dir.js';

/** One series of a past: its name with its labels, and its samples in rising order of time. */
export interface PastSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Unix seconds and value; `NaN` is a value as well. */
  readonly samples: readonly (readonly [at: number, value: number])[];
}

/**
 * Starts a Prometheus that scrapes nothing and already holds these series, as if it had scraped them. Its blocks are made by
 * promtool, which comes with it. Ends with the tests of the file.
 */
export async function startPrometheusWithPast(
  series: readonly PastSeries[],
): Promise<{ readonly url: string }> {
  const folder = tempDir();
  const [past, data, config] = ['past.txt', 'data', 'prometheus.yml'].map((name) => join(folder, name));
  writeFileSync(past as string, `${series.map(openMetrics).join('')}# EOF\n`);
  writeFileSync(config as string, '{}');
  // In blocks as long as they may be: promtool reads the whole file once for each of them.
  const made = spawnSync(
    'promtool',
    [
      'tsdb',
      'create-blocks-from',
      'openmetrics',
      '--quiet',
      '--max-block-duration=432h',
      past as string,
      data as string,
    ],
    { encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`promtool made no blocks: ${made.stderr}${made.stdout}`);
  const url = `http://127.0.0.1:${await freePort()}`;
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${data}`,
    '--storage.tsdb.retention.time=100y',
    `--web.listen-address=${new URL(url).host}`,
    '--log.level=warn',
  ];
  await ServerProcess.start({
    command: requireBinary('prometheus'),
    args,
    ready: () => answersOk(`${url}/-/ready`),
  });
  return { url };
}

function openMetrics({ name, labels, samples }: PastSeries): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  const head = `${name}{${pairs.join(',')}}`;
  return samples.map(([at, value]) => `${head} ${value} ${at}\n`).join('');
}

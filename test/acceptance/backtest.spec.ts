import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { BacktestReport } from '../../src/backtest/report.js';
import { historyText } from '../contract/backtest/history.js';
import { describeWith } from '../support/binaries.js';
import { onCleanup } from '../support/cleanup.js';
import { freePort } from '../support/free-port.js';
import { startPrometheus } from '../support/prometheus.js';
import { tempDir } from '../support/temp-dir.js';

jest.setTimeout(60_000);

const CLI = resolve('dist/cli.js');
const END = Math.floor(Date.now() / 3_600_000) * 3600;
const at = (hours: number): string => new Date((END + hours * 3600) * 1000).toISOString();
const RULES = {
  models: [{ name: 'iris', reference: { fallback: 'none' }, cost_per_run: { amount: 12, currency: 'EUR' } }],
  groups: [
    {
      name: 'iris',
      interval: '30s',
      rules: [
        { alert: 'AccuracyLow', accuracy: { model: 'iris', below: '90%', window: '30m' } },
        { alert: 'LoadHigh', expr: 'load > 8', for: '1m' },
        { alert: 'Typo', expr: 'model_acuracy < 0.9' },
      ],
    },
  ],
  policies: [
    { name: 'retrain', model: 'iris', run: 'train', mode: 'suggest', trigger: { any: ['AccuracyLow'] } },
  ],
  ci: [
    {
      name: 'train',
      webhook: {
        url: 'http://127.0.0.1:1/runs',
        status_url: 'http://127.0.0.1:1/runs/{correlation_id}',
        secret_file: 'train',
      },
    },
  ],
};

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `retune backtest` in a folder with these rules; `during` may do something to the process. */
async function backtest(
  args: readonly string[],
  during: (process: ReturnType<typeof spawn>) => void = () => undefined,
  rules: object = RULES,
): Promise<Ended & { readonly folder: string }> {
  const folder = tempDir();
  mkdirSync(join(folder, 'rules'));
  writeFileSync(join(folder, 'rules/rules.yml'), JSON.stringify(rules)); // JSON is YAML
  const child = spawn(process.execPath, [CLI, 'backtest', ...args], { cwd: folder });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('utf8')));
  during(child);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err, folder };
}

describeWith(['prometheus'], 'retune backtest', () => {
  let url: string;
  const span = (): readonly string[] => [`--prometheus=${url}`, `--from=${at(-3)}`, `--to=${at(0)}`];

  beforeAll(async () => {
    ({ url } = await startPrometheus({ history: historyText(END, 7), scrapeInterval: '1h' }));
  }, 60_000);

  it('tells what would have fired and started', async () => {
    const incident = `--incident=${at(-1.8)}/${at(-0.8)}`;
    const { code, out, err, folder } = await backtest([
      ...span(),
      '--mode=auto',
      '--html=out.html',
      incident,
    ]);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toMatch(/3 rules, 1083 evaluations/);
    expect(out).toMatch(/AccuracyLow +1 /);
    expect(out).toMatch(/retrain +auto +1 +12 EUR/);
    expect(out).toMatch(/after \d+m/);
    expect(out).toContain('No data at all for Typo (model_acuracy): are the names right?');
    const page = readFileSync(join(folder, 'out.html'), 'utf8');
    expect(page).toContain('fired once');
    expect(page).toContain('class="mark"');
  });

  it('tells it to programs', async () => {
    const { code, out } = await backtest([...span(), '--json', '--rule=Accuracy']);
    const report = JSON.parse(out) as BacktestReport;
    expect(code).toBe(0);
    expect(report.rules.map(({ alert, fired }) => [alert, fired])).toEqual([['AccuracyLow', 1]]);
    const [episode] = report.rules[0]?.episodes ?? [];
    expect(episode?.evidence).toMatchObject({ kind: 'accuracy', measure: 'accuracy', threshold: 0.9 });
    expect(report.policies[0]).toMatchObject({ mode: 'suggest', suggested: 1, runs: [] });
  });

  it('says from when on there are data', async () => {
    const { code, out } = await backtest([
      `--prometheus=${url}`,
      `--from=${at(-48)}`,
      `--to=${at(0)}`,
      '--step=5m',
    ]);
    expect(code).toBe(0);
    const first = /There are no data before ([-\d]+ [:\d]+) UTC/.exec(out)?.[1];
    const told = Date.parse(`${first?.replace(' ', 'T')}Z`);
    expect(Math.abs(told - (END - 4 * 3600) * 1000)).toBeLessThan(5 * 60_000);
  });

  it('says that there are none', async () => {
    const { code, err } = await backtest([`--prometheus=${url}`, `--from=${at(-60)}`, `--to=${at(-50)}`]);
    expect(code).toBe(1);
    expect(err).toContain('Prometheus has no data of these rules in this span');
  });

  it('writes no control character where nobody watches', async () => {
    const { out, err } = await backtest([...span(), '--step=1s']);
    // oxlint-disable-next-line no-control-regex
    expect(out + err).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F]/);
  });

  it('ends at once with Ctrl-C in the middle, with a whole page of what is done', async () => {
    // Answers the first chunk like Prometheus, and then nothing any more.
    let interrupt: () => void = () => undefined;
    const server = createServer((request, response) => {
      void (async () => {
        const body = await text(request);
        const start = Number(new URLSearchParams(body).get('start'));
        if (start > END - 2.9 * 3600) return interrupt();
        const headers = { 'content-type': 'application/x-www-form-urlencoded' };
        const answer = await fetch(`${url}${request.url}`, { method: 'POST', body, headers });
        response.end(await answer.text());
      })();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onCleanup(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const { code, out, err, folder } = await backtest(
      [`--prometheus=http://127.0.0.1:${port}`, ...span().slice(1), '--step=1s', '--html=out.html'],
      (child) => {
        // Once: a second one ends the program without a word.
        interrupt = () => {
          interrupt = () => undefined;
          child.kill('SIGINT');
        };
      },
    );
    expect(code).toBe(130);
    expect(out).toMatch(/stopped before .*: 3 rules, [1-9]\d* evaluations/);
    expect(err).toMatch(/^stopped: replayed up to /m);
    expect(readdirSync(folder).toSorted()).toEqual(['out.html', 'rules']);
    const page = readFileSync(join(folder, 'out.html'), 'utf8');
    expect(page).toMatch(/<\/html>\s*$/);
    expect(page).toContain('It was stopped before');
  });

  it('says that a page cannot be written, before the work', async () => {
    const { code, out, err } = await backtest([...span(), '--html=rules']);
    expect([code, out, err]).toEqual([1, '', '--html: cannot write rules\n']);
  });

  it('says that no rule matches', async () => {
    const { code, err } = await backtest([...span(), '--rule=Nothing']);
    expect([code, err]).toEqual([1, '--rule: none of AccuracyLow, LoadHigh, Typo matches\n']);
  });
});

describe('retune backtest', () => {
  it('says that nobody is there', async () => {
    const address = `http://127.0.0.1:${await freePort()}`;
    const { code, err } = await backtest([`--prometheus=http://me:secret@${address.slice(7)}`, '--from=1h']);
    expect(code).toBe(1);
    expect(err).toContain(`cannot reach Prometheus (ECONNREFUSED) at ${address}: is it running?`);
    expect(err).not.toContain('secret');
  });

  it('ends at once with Ctrl-C, and says how far it came', async () => {
    // Answers nothing: a question that takes for ever.
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onCleanup(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const { code, out, err } = await backtest(
      [`--prometheus=http://127.0.0.1:${port}`, `--from=${at(-3)}`],
      (child) => server.once('request', () => child.kill('SIGINT')),
    );
    expect(code).toBe(130);
    expect(out).toContain('0 evaluations');
    expect(err).toContain(`stopped: replayed up to ${at(-3)}`);
  });

  it('refuses what makes no sense, with what to write instead', async () => {
    const { code, err } = await backtest(['--from=monday', '--step=0']);
    expect(code).toBe(2);
    expect(err.trim().split('\n')).toHaveLength(2);
    expect(err).toContain('--from: expected a duration such as 30d or an instant');
  });

  it('explains itself', async () => {
    const { code, out } = await backtest(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('--run-outcome');
  });
});

import { describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CaptureServer } from '../support/capture-server.js';
import { onCleanup } from '../support/cleanup.js';
import { eventually } from '../support/eventually.js';
import { tempDir } from '../support/temp-dir.js';

interface Process {
  readonly child: ChildProcess;
  /** What it wrote to standard error. */
  readonly told: () => string;
  /** Ends it, and resolves to its exit code. */
  readonly end: (signal: NodeJS.Signals) => Promise<number | null>;
}

/** Starts `retune alertmanager`, with nothing of the environment but the path. */
function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Process {
  const child = spawn(process.execPath, ['dist/cli.js', 'alertmanager', ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exited = once(child, 'exit');
  onCleanup(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    await exited;
    return child.exitCode;
  };
  return { child, told: () => text, end };
}

/** Runs it where it ends by itself. */
async function ended(...args: readonly string[]): Promise<readonly [code: number | null, stderr: string]> {
  const { child, told } = start(args);
  if (child.exitCode === null) await once(child, 'close');
  return [child.exitCode, told()];
}

/** The address on the line that tells of listening. */
const listening = (run: Process, component = ''): Promise<string> =>
  eventually(() => {
    const line = new RegExp(`msg="Listening on"${component} address=(\\S+)`).exec(run.told())?.[1];
    if (line === undefined) throw new Error(`it does not listen yet:\n${run.told()}`);
    return line;
  }, 40_000);

const config = (hook: string, receiver = 'hook'): string => `
route: { receiver: ${receiver}, group_by: [alertname], group_wait: 0s, group_interval: 1s }
receivers: [{ name: ${receiver}, webhook_configs: [{ url: '${hook}' }] }]
inhibit_rules: []
`;
const get = async (url: string): Promise<{ readonly status: number; readonly body: never }> => {
  const answer = await fetch(url);
  const text = await answer.text();
  return {
    status: answer.status,
    body: (text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text) as never,
  };
};
const post = async (url: string, body: unknown): Promise<number> => {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status;
};

describe('retune alertmanager', () => {
  it("stands in Alertmanager's place: listens, delivers, reloads, keeps its data and ends with 0", async () => {
    const [folder, sink] = [tempDir(), await CaptureServer.start()];
    chmodSync(folder, 0o755);
    const file = join(folder, 'alertmanager.yml');
    writeFileSync(file, config(sink.url));
    const args = (port = '0'): readonly string[] => [
      '--config.file',
      file,
      `--storage.path=${join(folder, 'data')}`,
      '--web.listen-address',
      `127.0.0.1:${port}`,
      '--cluster.listen-address=127.0.0.1:0',
      '--cluster.settle-timeout=0s',
      '--log.level',
      'debug',
      '--data.retention=1h',
    ];
    const first = start(args());
    const [cluster, address] = await Promise.all([listening(first, ' component=cluster'), listening(first)]);
    const api = `http://${address}/api/v2`;

    const { body: status } = await get(`${api}/status`);
    expect(status).toMatchObject({
      cluster: { status: 'ready', peers: [{ address: cluster }] },
      config: { original: expect.stringContaining('receiver: hook') },
    });
    expect(first.told()).toContain('--data.retention has no effect');

    expect(await post(`${api}/alerts`, [{ labels: { alertname: 'High' } }])).toBe(200);
    await eventually(() => sink.requests.length > 0);
    const [request] = sink.requests;
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      version: '4',
      status: 'firing',
      receiver: 'hook',
      alerts: [{ labels: { alertname: 'High' }, endsAt: '0001-01-01T00:00:00Z' }],
    });
    const day = { startsAt: '2026-01-01T00:00:00Z', endsAt: '2099-01-01T00:00:00Z' };
    const matchers = [{ name: 'a', value: 'b', isRegex: false }];
    expect(await post(`${api}/silences`, { ...day, matchers, createdBy: 'ada', comment: '' })).toBe(200);

    writeFileSync(file, 'route: { receiver: nobody-knows }\n');
    first.child.kill('SIGHUP');
    await eventually(() => first.told().includes('reload refused'));
    writeFileSync(file, config(sink.url, 'other'));
    first.child.kill('SIGHUP');
    await eventually(async () => JSON.stringify((await get(`${api}/receivers`)).body).includes('"other"'));

    expect(await first.end('SIGTERM')).toBe(0);
    const second = start(args());
    const again = `http://${await listening(second)}/api/v2`;
    expect((await get(`${again}/silences`)).body).toMatchObject([{ createdBy: 'ada' }]);
    expect(await second.end('SIGTERM')).toBe(0);
  }, 180_000);

  it('answers under a prefix, is open as Alertmanager is, and shuts the rest to other machines', async () => {
    const folder = tempDir();
    chmodSync(folder, 0o755);
    const file = join(folder, 'am.yml');
    writeFileSync(file, config('http://127.0.0.1:1/'));
    const run = start([
      '--config.file',
      file,
      '--storage.path',
      join(folder, 'data'),
      '--web.listen-address=:0',
      '--web.external-url=http://monitoring.example/am/',
      '--cluster.listen-address=',
    ]);
    const port = (await listening(run)).split(':').at(-1);
    const url = `http://127.0.0.1:${port}`;
    const asked = async (path: string, method = 'GET'): Promise<number> =>
      (await fetch(url + path, { method })).status;
    expect((await get(`${url}/am/api/v2/status`)).body).toMatchObject({
      cluster: { status: 'disabled', peers: [] },
    });
    expect(await asked('/am/-/ready')).toBe(200);
    expect(await asked('/am/-/reload', 'POST')).toBe(200);
    expect(await asked('/am/-/reload')).toBe(405);
    writeFileSync(file, 'route: {}\n');
    expect(await asked('/am/-/reload', 'POST')).toBe(500);
    expect(await asked('/api/v2/status')).toBe(404);
    expect(await asked('/api/journal')).toBe(401);
    expect(await asked('/webhooks/alertmanager', 'POST')).toBe(401);
    expect(run.told()).not.toContain('--'); // nothing to warn of

    // One process: nothing stands between the signal and the service.
    const program = readFileSync(`/proc/${run.child.pid}/cmdline`, 'utf8').split('\0');
    expect(program.slice(1, 3)).toEqual(['dist/cli.js', 'alertmanager']);
    expect(await run.end('SIGINT')).toBe(0);
  }, 120_000);

  it('does not start with what it cannot do or does not know', async () => {
    const missing = join(tempDir(), 'none.yml');
    expect(
      await ended('--config.file', missing, '--web.listen-address=127.0.0.1:0', '--cluster.listen-address='),
    ).toEqual([1, expect.stringContaining('none.yml: cannot be read: it does not exist')]);
    expect(await ended('--web.config.file=web.yml', '--enable-feature=nope')).toEqual([
      2,
      expect.stringMatching(
        /--web.config.file is not supported: put a proxy[^]*--enable-feature: expected some of/,
      ),
    ]);
    expect((await ended('--web.listen-adress=:1'))[0]).toBe(2);
  }, 60_000);
});

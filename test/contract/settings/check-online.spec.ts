import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommandLine } from '../../../src/cli.js';
import { CaptureServer } from '../../support/capture-server.js';
import { tempDir } from '../../support/temp-dir.js';

const TOKEN = 'ghp_ONLINESECRET';
let server: CaptureServer;
beforeAll(async () => {
  server = await CaptureServer.start();
});
beforeEach(() => void server.requests.splice(0));

/** `retune check` in a folder with two targets: a workflow on the server, and a webhook whose secret is not there. */
async function check(...args: readonly string[]) {
  const cwd = tempDir();
  mkdirSync(join(cwd, 'rules'));
  const text = `groups: [{ name: a }]
route: { receiver: nobody }
receivers: [{ name: nobody }]
ci:
  - name: flowers
    github: { repo: flowers/iris, workflow: retrain.yml, token: ${TOKEN}, api_url: '${server.url}' }
  - name: hook
    webhook: { url: '${server.url}/hook', secret_file: /nowhere/signing }
`;
  writeFileSync(join(cwd, 'rules', 'a.yml'), text);
  writeFileSync(join(cwd, 'rules', 'b.yml'), args.includes('broken') ? 'ci: 7' : '{}');
  const out: string[] = [];
  const err: string[] = [];
  const around = {
    env: {},
    cwd,
    print: (line: string) => void out.push(line),
    complain: (line: string) => void err.push(line),
  };
  const options = args.filter((arg) => arg !== 'broken');
  const code = await runCommandLine(['check', ...options], around);
  expect(`${out.join('')}${err.join('')}`).not.toContain(TOKEN);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('retune check --online', () => {
  beforeEach(() => server.otherwise({ status: 404, body: { message: `Not Found ${TOKEN}` } }));

  it('asks every ci target, says what is wrong with each, and fails', async () => {
    const { code, out, err } = await check('--online');
    expect(code).toBe(1);
    expect(out).toContain('2 files');
    expect(err).toContain(
      'error: ci flowers: the repository flowers/iris: 404: Not Found <secret> [not_found]; write',
    );
    expect(err).toContain('error: ci hook: /nowhere/signing: ENOENT [secret_unreadable]; write');
    expect(err).toMatch(/^2 ci targets checked: 2 errors$/m);
    expect(server.requests.map(({ method }) => method)).toEqual(['GET']);
  });

  it('tells programs the same', async () => {
    const { code, out } = await check('--online', '--json');
    expect(code).toBe(1);
    const { ok, online } = JSON.parse(out) as { ok: boolean; online: { targets: object[] } };
    expect(ok).toBe(false);
    expect(online).toMatchObject({
      ok: false,
      summary: '2 ci targets checked: 2 errors',
      targets: [
        { target: 'flowers', provider: 'github', findings: [{ severity: 'error', reason: 'not_found' }] },
        {
          target: 'hook',
          provider: 'webhook',
          findings: [{ severity: 'error', reason: 'secret_unreadable' }],
        },
      ],
    });
    expect(online).not.toHaveProperty('lines');
  });

  it('asks nobody without --online, or when the files have errors', async () => {
    expect(await check()).toMatchObject({ code: 0 });
    const { code, err } = await check('--online', 'broken');
    expect(code).toBe(1);
    expect(err).toContain('no ci target was asked: correct the files first');
    expect(server.requests).toEqual([]);
  });
});

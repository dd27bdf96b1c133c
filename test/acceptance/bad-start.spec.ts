import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CaptureServer } from '../support/capture-server.js';
import { tempDir } from '../support/temp-dir.js';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly folder: string;
}

const FIXTURES = join(process.cwd(), 'test', 'fixtures', 'config');

/** Starts the built service with these rules files of the fixtures and these variables, and waits until it has ended. */
function start(fixtures: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const folder = tempDir();
  chmodSync(folder, 0o755); // PostgreSQL runs as another user when the tests run as root
  const rules = join(folder, 'rules');
  mkdirSync(rules);
  for (const name of fixtures) copyFileSync(join(FIXTURES, name), join(rules, name));
  const surroundings = {
    PATH: process.env['PATH'] ?? '',
    RULES_DIR: rules,
    DATA_DIR: join(folder, 'data'),
    PROMETHEUS_URL: 'http://127.0.0.1:1',
    PORT: '0',
    ...env,
  };
  return new Promise((done) => {
    const options = { env: surroundings, timeout: 30_000 };
    const child = execFile(process.execPath, ['dist/main.js'], options, (_error, stdout, stderr) =>
      done({ code: child.exitCode, stdout, stderr, folder }),
    );
  });
}

/** What the first lines of a fixture promise, as the service names it. */
const promised = (name: string, folder: string): string[] =>
  [...readFileSync(join(FIXTURES, name), 'utf8').matchAll(/^# expect: rules\/(.*)$/gm)].map(
    ([, text = '']) => `  ${join(folder, 'rules', text)}`,
  );

describe('a start that cannot be', () => {
  it('names everything that is wrong in all files, with file, line and column, and exits with 1', async () => {
    const broken = ['bad-duration.yml', 'bad-promql.yml', 'bad-type.yml', 'bad-unknown-receiver.yml'];
    const { code, stderr, stdout, folder } = await start(broken);
    const expected = broken.flatMap((name) => promised(name, folder));
    expect(expected.length).toBeGreaterThan(10);
    const [head, ...lines] = stderr.trimEnd().split('\n');
    expect(head).toBe(`Retune cannot start; ${expected.length} thing(s) to correct:`);
    expect(lines.toSorted()).toEqual(expected.toSorted());
    expect(stdout).toBe('');
    expect(code).toBe(1);
    expect(existsSync(join(folder, 'data'))).toBe(false);
  }, 30_000);

  it('names what is wrong in the environment and in the files at once', async () => {
    const { code, stderr, folder } = await start(['bad-duration.yml'], {
      RETUNE_EXTERNAL_ULR: 'http://x',
      PORT: 'eighty',
    });
    expect(stderr).toContain(
      '  environment RETUNE_EXTERNAL_ULR: unknown variable, did you mean "RETUNE_EXTERNAL_URL"?\n',
    );
    expect(stderr).toContain('  environment PORT: expected a whole number from 0 to 65535, got eighty\n');
    for (const line of promised('bad-duration.yml', folder)) expect(stderr).toContain(line);
    expect(code).toBe(1);
  }, 30_000);

  it.each<[sentence: string, host: string, token: Readonly<Record<string, string>>]>([
    ['every address of the machine without a token', '0.0.0.0', {}],
    ['a name that others can reach', 'retune.example', {}],
    ['every address with a token for the webhook only', '0.0.0.0', { RETUNE_WEBHOOK_TOKEN: 'secret' }],
  ])(
    'refuses %s',
    async (_sentence, host, token) => {
      const { code, stderr } = await start([], { HOST: host, ...token });
      expect(stderr).toContain(
        `environment HOST: "${host}" can be reached from other machines, and nothing guards the service: ` +
          'set RETUNE_API_TOKEN or RETUNE_API_TOKEN_FILE, or HOST=127.0.0.1',
      );
      expect(code).toBe(1);
    },
    30_000,
  );

  it('refuses every address of the machine with a file that holds no token', async () => {
    const file = join(tempDir(), 'token');
    writeFileSync(file, '\n');
    const { code, stderr } = await start([], { HOST: '0.0.0.0', RETUNE_API_TOKEN_FILE: file });
    expect(stderr).toContain(`environment RETUNE_API_TOKEN_FILE: ${file} is empty`);
    expect(code).toBe(1);
  }, 30_000);

  it('says in one sentence that the database cannot be reached, without its password', async () => {
    const { code, stderr, stdout } = await start([], {
      DATABASE_URL: 'postgresql://retune:hunter2@127.0.0.1:1/retune',
    });
    expect(stderr).toMatch(/^Retune cannot start: .*ECONNREFUSED.*\n$/);
    expect(stderr + stdout).not.toContain('hunter2');
    expect(code).toBe(1);
  }, 30_000);

  it('says that its port is taken, and leaves no database behind', async () => {
    const taken = await CaptureServer.start();
    const { code, stderr, folder } = await start([], { PORT: new URL(taken.url).port });
    expect(stderr).toMatch(/^Retune cannot start: .*EADDRINUSE.*\n$/);
    expect(code).toBe(1);
    expect(existsSync(join(folder, 'data', '18', 'cluster', 'postmaster.pid'))).toBe(false);
  }, 30_000);
});

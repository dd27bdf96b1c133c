import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { ServerProcess, answersOk } from './server-process.js';
import { tempDir } from './temp-dir.js';

/** The built service in a process of its own, on an embedded database of its own. */
export interface TestRetune extends Pick<
  ServerProcess,
  'start' | 'stop' | 'kill' | 'restart' | 'output' | 'pid'
> {
  readonly url: string;
  /** GET of an API path, parsed. */
  get<Answer>(path: string): Promise<Answer>;
  /** POST of JSON; status and parsed answer. */
  post(path: string, body: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
  /** Replaces the rules file; say `reload` to the service afterwards. */
  writeRules(rules: string): void;
  /** Folder of rules and data. */
  readonly folder: string;
}

/** What a test's Retune is told. */
export interface RetuneOptions {
  readonly prometheusUrl: string;
  /** The text of the one rules file. */
  readonly rules: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the built service and waits until it is ready. Ends with the tests of the file. */
export async function startRetune({ prometheusUrl, rules, env }: RetuneOptions): Promise<TestRetune> {
  const folder = tempDir();
  chmodSync(folder, 0o755); // PostgreSQL runs as another user when the tests run as root
  mkdirSync(join(folder, 'rules'));
  const writeRules = (text: string): void => writeFileSync(join(folder, 'rules', 'rules.yml'), text);
  writeRules(rules);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = await ServerProcess.start({
    command: process.execPath,
    args: ['dist/main.js'],
    env: {
      ...process.env,
      PROMETHEUS_URL: prometheusUrl,
      RULES_DIR: join(folder, 'rules'),
      DATA_DIR: join(folder, 'data'),
      PORT: String(port),
      HOST: '127.0.0.1',
      LOG_FORMAT: 'json',
      ...env,
    },
    ready: () => answersOk(`${url}/readyz`),
  });
  return Object.assign(server, {
    url,
    folder,
    writeRules,
    get: async <Answer>(path: string): Promise<Answer> => (await (await fetch(url + path)).json()) as Answer,
    post: async (path: string, body: unknown) => {
      const answer = await fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
    },
  });
}

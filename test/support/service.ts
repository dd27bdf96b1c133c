import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openPlatform } from '../../src/open-platform.js';
import { createLogger, Logs } from '../../src/platform/log.js';
import { formatIssue } from '../../src/settings/config-issue.js';
import { loadSettings } from '../../src/settings/load-settings.store.js';
import { startService } from '../../src/start-service.js';
import { onCleanup } from './cleanup.js';
import { startPostgres, type TestPostgres } from './postgres.js';
import { tempDir } from './temp-dir.js';

/** The whole service inside the process of the test, from its sources: for contracts over HTTP that need no build. */
export interface TestService {
  readonly url: string;
  readonly postgres: TestPostgres;
}

/** Starts the service with one rules file, on a database of its own. Ends with the tests of the file. */
export async function startTestService(
  rules: string,
  env: Readonly<Record<string, string>> = {},
): Promise<TestService> {
  const folder = tempDir();
  mkdirSync(join(folder, 'rules'));
  writeFileSync(join(folder, 'rules', 'rules.yml'), rules);
  const postgres = await startPostgres();
  const surroundings = {
    PROMETHEUS_URL: 'http://127.0.0.1:1',
    DATABASE_URL: postgres.url,
    PORT: '0',
    LOG_LEVEL: 'error',
    ...env,
  };
  const loaded = await loadSettings(surroundings, folder);
  if (!loaded.ok) throw new Error(loaded.issues.map(formatIssue).join('\n'));
  const readText = (path: string): Promise<string> => readFile(path, 'utf8');
  const logger = createLogger('json', 'error');
  const platform = await openPlatform(loaded.settings.environment, new Logs(logger), readText);
  onCleanup(() => platform.close());
  const service = await startService(loaded.settings, platform.opened, {
    logger,
    env: surroundings,
    cwd: folder,
    readText,
    undocumented: true,
  });
  onCleanup(() => service.stop());
  return { url: service.address, postgres };
}

import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import type { LoggerService } from '@nestjs/common';
import { openPlatform, type RunningPlatform } from './open-platform.js';
import { createLogger, Logs } from './platform/log.js';
import { type RunningService, startService } from './start-service.js';
import { formatIssue } from './settings/config-issue.js';
import { loadSettings } from './settings/load-settings.store.js';
import { warningTexts } from './settings/notice.js';
import type { Settings } from './settings/settings.js';

/** How long work in flight may take after SIGTERM; what is left is in the database and goes on at the next start. */
const SHUTDOWN_LIMIT_MS = 10_000;

async function main(): Promise<void> {
  const loaded = await loadSettings(process.env, process.cwd());
  if (!loaded.ok) {
    const lines = loaded.issues.map((issue) => `  ${formatIssue(issue)}`);
    process.stderr.write(`Retune cannot start; ${lines.length} thing(s) to correct:\n${lines.join('\n')}\n`);
    process.exit(1);
  }
  const { environment } = loaded.settings;
  const logger = createLogger(environment.logFormat, environment.logLevel);
  const log = new Logs(logger).for('main');
  for (const detail of warningTexts(loaded.notices)) log.warn('configuration warning', { detail });
  const platform = await openPlatform(environment, new Logs(logger), readText).catch((error: Error) =>
    fail(error),
  );
  const service = await start(loaded.settings, platform, logger);
  process.stdout.write(`Retune is listening on ${service.address}\n`);
  listenToSignals(service, platform, log);
}

async function start(
  settings: Settings,
  platform: RunningPlatform,
  logger: LoggerService,
): Promise<RunningService> {
  try {
    return await startService(settings, platform.opened, {
      logger,
      env: process.env,
      cwd: process.cwd(),
      readText,
    });
  } catch (error) {
    await platform.close();
    return fail(error as Error);
  }
}

function listenToSignals(
  service: RunningService,
  platform: RunningPlatform,
  log: ReturnType<Logs['for']>,
): void {
  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info('shutting down', { reason: signal });
    const timer = setTimeout(() => {
      log.warn('shutdown took too long; what is unfinished goes on at the next start');
      process.exit(0);
    }, SHUTDOWN_LIMIT_MS);
    await service.stop();
    await platform.close();
    clearTimeout(timer);
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
  process.on('SIGHUP', () => void service.reload());
  platform.onDatabaseLost((detail) => {
    log.error('the embedded PostgreSQL ended unexpectedly; exiting so that a supervisor starts anew', {
      detail,
    });
    process.exit(1);
  });
}

function readText(path: string): Promise<string> {
  return readFile(path, 'utf8');
}

function fail(error: Error): never {
  process.stderr.write(`Retune cannot start: ${error.message}\n`);
  process.exit(1);
}

await main();

import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import type { ClusterMember } from './alertmanager/cluster.client.js';
import { openPlatform, type RunningPlatform } from './open-platform.js';
import { createLogger, type LogStream, Logs } from './platform/log.js';
import { formatIssue } from './settings/config-issue.js';
import { warningTexts } from './settings/notice.js';
import type { LoadedSettings } from './settings/settings.js';
import type { RunningService } from './start-service.js';

/** How long work in flight may take after SIGTERM; what is left is in the database and goes on at the next start. */
const SHUTDOWN_LIMIT_MS = 10_000;

/** What a process of the service is told by its entry. */
export interface ServiceProcess {
  /** Reads the settings, at the start and at every reload. */
  load(): Promise<LoadedSettings>;
  /** Tells that the service listens. */
  announce(service: RunningService): void;
  readonly logTo?: LogStream;
  /** This process as Alertmanager's clients find it in a cluster. */
  readonly cluster?: ClusterMember;
}

/** Runs the service until a signal ends the process: 0 after SIGTERM and SIGINT, 1 when it cannot start or lost its database. */
export async function runService(entry: ServiceProcess): Promise<void> {
  const loaded = await entry.load();
  if (!loaded.ok) {
    const lines = loaded.issues.map((issue) => `  ${formatIssue(issue)}`);
    process.stderr.write(`Retune cannot start; ${lines.length} thing(s) to correct:\n${lines.join('\n')}\n`);
    process.exit(1);
  }
  const { environment } = loaded.settings;
  const logger = createLogger(environment.logFormat, environment.logLevel, entry.logTo);
  const log = new Logs(logger).for('main');
  for (const detail of warningTexts(loaded.notices)) log.warn('configuration warning', { detail });
  // The application is read from the disk while the database starts: each takes a second or two.
  const [platform, application] = await Promise.all([
    openPlatform(environment, new Logs(logger), readText).catch((error: Error) => fail(error)),
    import('./start-service.js'),
  ]);
  const service = await application
    .startService(loaded.settings, platform.opened, {
      logger,
      load: () => entry.load(),
      readText,
      ...(entry.cluster && { cluster: entry.cluster }),
    })
    .catch((error: Error) => closeAndFail(error, platform));
  entry.announce(service);
  listenToSignals(service, platform, log);
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

async function closeAndFail(error: Error, platform: RunningPlatform): Promise<never> {
  await platform.close();
  return fail(error);
}

function fail(error: Error): never {
  process.stderr.write(`Retune cannot start: ${error.message}\n`);
  process.exit(1);
}

import { SystemClock } from './platform/clock.js';
import { type DatabaseAddress, DatabaseClient } from './platform/database.client.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './platform/embedded-postgres.client.js';
import type { Logs } from './platform/log.js';
import { migrate } from './platform/migrate.client.js';
import type { OpenedPlatform } from './platform/platform.module.js';
import { QueueClient } from './platform/queue.client.js';
import { SignalsClient } from './platform/signals.client.js';
import type { Environment } from './settings/parse-environment.js';

/** The plumbing of a running process: opened before Nest, closed after it. */
export interface RunningPlatform {
  readonly opened: OpenedPlatform;
  onDatabaseLost(listener: (detail: string) => void): void;
  close(): Promise<void>;
}

/** Opens database (starting an embedded one if need be), schema, signals and queue. */
export async function openPlatform(
  environment: Environment,
  logs: Logs,
  readText: (path: string) => Promise<string>,
): Promise<RunningPlatform> {
  const log = logs.for('platform');
  const url = await environment.databaseUrl?.reveal(readText);
  const embedded: EmbeddedPostgres | undefined = url
    ? undefined
    : await startEmbeddedPostgres(environment.dataDir);
  if (embedded) log.info('embedded PostgreSQL started', { detail: embedded.dataDir });
  try {
    const address: DatabaseAddress = embedded ? embedded.address : { url: url as string };
    const applied = await migrate(address);
    if (applied.length > 0) log.info('database schema brought up to date', { count: applied.length });
    const database = new DatabaseClient(address, log);
    const signals = new SignalsClient(address, log);
    const queue = await QueueClient.open(await environment.redisUrl?.reveal(readText), address, log);
    await signals.start();
    return {
      opened: { clock: new SystemClock(), database, signals, queue, logs },
      onDatabaseLost: (listener) => embedded?.onExit(listener),
      close: async () => {
        await queue.close();
        await signals.close();
        await database.close();
        await embedded?.stop();
      },
    };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

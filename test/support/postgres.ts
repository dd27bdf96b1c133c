import { chmodSync } from 'node:fs';
import type { DatabaseAddress } from '../../src/platform/database.client.js';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.client.js';
import { onCleanup } from './cleanup.js';
import { tempDir } from './temp-dir.js';

/** A running PostgreSQL, without any of our tables. */
export interface TestPostgres {
  /** For the clients of `src/platform`. */
  readonly address: DatabaseAddress;
  /** For DATABASE_URL. */
  readonly url: string;
  /** Shuts it down: connections break, new ones are refused. */
  stop(): Promise<void>;
  /** Starts it again on the same data, under the same address. */
  start(): Promise<void>;
}

/** Starts a PostgreSQL that is reached through a socket, with settings by its own names. Ends with the tests of the file. */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<TestPostgres> {
  const folder = tempDir();
  chmodSync(folder, 0o755); // it runs as another user when the tests run as root
  const first = await startEmbeddedPostgres(folder, settings);
  const { host, user, password, database } = first.address as Exclude<DatabaseAddress, { url: string }>;
  let running: typeof first | undefined = first;
  const stop = async (): Promise<void> => {
    await running?.stop();
    running = undefined;
  };
  onCleanup(stop);
  return {
    address: first.address,
    url: `postgresql:///${database}?${new URLSearchParams({ host, user, password }).toString()}`,
    stop,
    start: async () => {
      running ??= await startEmbeddedPostgres(folder, settings);
    },
  };
}

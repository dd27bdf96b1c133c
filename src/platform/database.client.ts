import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { Log } from './log.js';
import { parseUtcTimestamp } from './parse-timestamp.js';

/** A connection or a transaction; each store lays its own tables over it with {@link withTables}. */
export type Db = Kysely<object>;

/** The same connection, typed with the tables of one folder. */
export function withTables<Tables>(on: Db): Kysely<Tables> {
  return on as unknown as Kysely<Tables>;
}

// Counts and sequence numbers stay below 2^53; strings would infect every sum.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
const parseTimestamp = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ) as (text: string) => Date;
pg.types.setTypeParser(
  pg.types.builtins.TIMESTAMPTZ,
  (text) => parseUtcTimestamp(text) ?? parseTimestamp(text),
);

/** The service's schema; BullMQ's tables live beside it in their own. */
export const APP_SCHEMA = 'retune';

/** How to reach a PostgreSQL: a URL, or the embedded server's parts. */
export type DatabaseAddress =
  | { readonly url: string }
  | {
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly database: string;
    };

/** The pg settings for an address with a search path. */
export function poolConfig(address: DatabaseAddress, searchPath: string, max: number): pg.PoolConfig {
  const where = 'url' in address ? { connectionString: address.url } : { ...address };
  return {
    ...where,
    max,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    options: `-c search_path=${searchPath}`,
  };
}

/**
 * A pool that outlives its connections. One that is lost while it is in use, between two statements, has nobody who listens; the
 * next statement fails, and that is soon enough.
 */
export function openPool(config: pg.PoolConfig, onIdleLost: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool(config);
  pool.on('error', onIdleLost);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** The application's pool, and Kysely over it. Ends with {@link close}. */
export class DatabaseClient {
  readonly db: Db;
  private readonly pool: pg.Pool;

  constructor(
    readonly address: DatabaseAddress,
    private readonly log: Log,
    max = 10,
  ) {
    this.pool = openPool(poolConfig(address, APP_SCHEMA, max), (error) =>
      this.log.warn('database connection lost', { detail: error.message }),
    );
    this.db = new Kysely<object>({ dialect: new PostgresDialect({ pool: this.pool }) });
  }

  /** Runs `work` in one transaction: all of it is stored, or nothing. */
  transaction<Result>(work: (trx: Db) => Promise<Result>): Promise<Result> {
    return this.db.transaction().execute(work);
  }

  /** True when a trivial statement comes back. */
  async ping(): Promise<boolean> {
    await sql`select 1`.execute(this.db);
    return true;
  }

  /** Ends the pool once running statements have finished. */
  async close(): Promise<void> {
    await this.db.destroy();
  }
}

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { type DatabaseAddress, APP_SCHEMA, poolConfig } from './database.client.js';
import { PACKAGE_FOLDER } from './installed-package.client.js';

const LOCK = 0x7e7e_0001; // one number for all replicas of this service
const FOLDER = join(PACKAGE_FOLDER, 'src', 'migrations');

/** A migration file that was changed after it had been applied: the database cannot be trusted to match the code. */
export class EditedMigrationError extends Error {
  constructor(name: string) {
    super(
      `migration ${name} was changed after it had been applied to this database; restore the file and add a new migration instead`,
    );
    this.name = 'EditedMigrationError';
  }
}

/**
 * Brings the schema up to date: numbered files of src/migrations, each in its own transaction, under an advisory lock
 * so that replicas starting together apply each once. Returns the names applied by this call.
 */
export async function migrate(address: DatabaseAddress, folder = FOLDER): Promise<string[]> {
  const client = new pg.Client(poolConfig(address, APP_SCHEMA, 1));
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await client.query(`create schema if not exists ${APP_SCHEMA}`);
    await client.query(
      'create table if not exists migrations (name text primary key, sha256 text not null, applied_at timestamptz not null default now())',
    );
    const ledger = await client.query<{ name: string; sha256: string }>(
      'select name, sha256 from migrations',
    );
    const known = new Map(ledger.rows.map((row) => [row.name, row.sha256]));
    const applied: string[] = [];
    for (const name of (await readdir(folder)).filter((file) => file.endsWith('.sql')).toSorted()) {
      const text = await readFile(`${folder}/${name}`, 'utf8');
      const sha256 = createHash('sha256').update(text).digest('hex');
      const before = known.get(name);
      if (before !== undefined && before !== sha256) throw new EditedMigrationError(name);
      if (before === undefined) {
        await apply(client, name, text, sha256);
        applied.push(name);
      }
    }
    return applied;
  } finally {
    await client.end();
  }
}

async function apply(client: pg.Client, name: string, text: string, sha256: string): Promise<void> {
  await client.query('begin');
  try {
    await client.query(text);
    await client.query('insert into migrations (name, sha256) values ($1, $2)', [name, sha256]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(`migration ${name} failed: ${(error as Error).message}`, { cause: error });
  }
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { eventually } from '../../test/support/eventually.js';
import { startPostgres, type TestPostgres } from '../../test/support/postgres.js';
import { DatabaseClient } from './database.client.js';
import { createLogger, Logs } from './log.js';

describe('the database', () => {
  let [postgres, database]: [TestPostgres, DatabaseClient] = [] as never;

  beforeAll(async () => {
    postgres = await startPostgres();
    database = new DatabaseClient(postgres.address, new Logs(createLogger('json', 'error')).for('test'), 2);
    await sql`create schema retune`.execute(database.db);
    await sql`create table t (x int)`.execute(database.db);
  }, 60_000);
  afterAll(() => database.close());

  const stored = async (): Promise<number[]> =>
    (await sql<{ x: number }>`select x from t order by x`.execute(database.db)).rows.map(({ x }) => x);

  it('stores all of a transaction, or nothing', async () => {
    await database.transaction((trx) => sql`insert into t values (1), (2)`.execute(trx));
    const failed = database.transaction(async (trx) => {
      await sql`insert into t values (3)`.execute(trx);
      throw new Error('changed my mind');
    });
    await expect(failed).rejects.toThrow('changed my mind');
    expect(await stored()).toEqual([1, 2]);
  });

  it('counts in numbers', async () => {
    const { rows } = await sql<{ n: number }>`select count(*) as n from t`.execute(database.db);
    expect(rows).toEqual([{ n: 2 }]);
  });

  it('fails a transaction whose connection is lost between two statements, and goes on', async () => {
    const failed = database.transaction(async (trx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
      const pid = rows[0]?.pid;
      await sql`insert into t values (4)`.execute(trx);
      await sql`select pg_terminate_backend(${pid})`.execute(database.db);
      await eventually(async () => {
        const left = await sql`select 1 from pg_stat_activity where pid = ${pid}`.execute(database.db);
        return left.rows.length === 0;
      });
      await sql`insert into t values (5)`.execute(trx);
    });
    await expect(failed).rejects.toThrow();
    expect(await stored()).toEqual([1, 2]);
    expect(await database.ping()).toBe(true);
  });

  it('says so at once while it is away, and goes on when it is back', async () => {
    await postgres.stop();
    await expect(database.ping()).rejects.toThrow();
    await postgres.start();
    await eventually(() => database.ping());
    expect(await stored()).toEqual([1, 2]);
  }, 60_000);
});

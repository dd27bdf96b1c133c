import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { eventually } from '../../test/support/eventually.js';
import { startPostgres, type TestPostgres } from '../../test/support/postgres.js';
import { DatabaseClient } from './database.client.js';
import { createLogger, Logs } from './log.js';
import { SignalsClient } from './signals.client.js';

describe('signals', () => {
  const log = new Logs(createLogger('json', 'error')).for('test');
  let [postgres, database, here, there]: [TestPostgres, DatabaseClient, SignalsClient, SignalsClient] =
    [] as never;

  beforeAll(async () => {
    postgres = await startPostgres();
    database = new DatabaseClient(postgres.address, log);
  }, 60_000);
  afterAll(async () => {
    await database.close();
  });
  beforeEach(async () => {
    [here, there] = [new SignalsClient(postgres.address, log), new SignalsClient(postgres.address, log)];
    await Promise.all([here.start(), there.start()]);
  });
  afterEach(async () => {
    await Promise.all([here.close(), there.close()]);
  });

  /** Counts the hints on a topic. */
  const counting = (client: SignalsClient, topic: string): { count: number; end: () => void } => {
    const counted = { count: 0, end: () => undefined as void };
    counted.end = client.on(topic, () => {
      counted.count += 1;
    });
    return counted;
  };

  it('reach every process that listens to their topic, and no other listener', async () => {
    const [mine, theirs, others] = [counting(here, 'a'), counting(there, 'a'), counting(here, 'b')];
    await here.send('a', database.db);
    await eventually(() => mine.count === 1 && theirs.count === 1);
    expect(others.count).toBe(0);
  });

  it('leave with the commit, and not at all when there is none', async () => {
    const [kept, undone] = [counting(here, 'kept'), counting(here, 'undone')];
    const failed = database.transaction(async (trx) => {
      await here.send('undone', trx);
      throw new Error('rolled back');
    });
    await expect(failed).rejects.toThrow('rolled back');
    await database.transaction(async (trx) => {
      await here.send('kept', trx);
      await there.send('other', database.db);
      expect(kept.count).toBe(0);
    });
    await eventually(() => kept.count === 1);
    expect(undone.count).toBe(0);
  });

  it('no longer reach who stopped listening', async () => {
    const [gone, stays] = [counting(here, 'a'), counting(here, 'a')];
    gone.end();
    await here.send('a', database.db);
    await eventually(() => stays.count === 1);
    expect(gone.count).toBe(0);
  });

  it('come back after the connection was lost, with a look at what was missed', async () => {
    const counted = counting(here, 'a');
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()
      and query = 'listen retune_signals'`.execute(database.db);
    await eventually(() => counted.count === 1);
    await there.send('a', database.db);
    await eventually(() => counted.count === 2);
  });

  it('come back after the database was away', async () => {
    const counted = counting(here, 'a');
    await postgres.stop();
    const late = new SignalsClient(postgres.address, log);
    await late.start();
    const lately = counting(late, 'a');
    await postgres.start();
    await eventually(() => counted.count >= 1 && lately.count >= 1);
    const before = [counted.count, lately.count];
    await eventually(() => here.send('a', database.db).then(() => true));
    await eventually(() => counted.count > (before[0] as number) && lately.count > (before[1] as number));
    await late.close();
  }, 60_000);

  it('end with close, also while the database is away', async () => {
    const client = new SignalsClient({ url: 'postgresql://127.0.0.1:1/none' }, log);
    await client.start();
    await client.close();
  });
});

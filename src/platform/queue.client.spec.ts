import { afterEach, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { describeWith } from '../../test/support/binaries.js';
import { eventually } from '../../test/support/eventually.js';
import { startPostgres } from '../../test/support/postgres.js';
import { startRedis } from '../../test/support/redis.js';
import { createLogger, Logs } from './log.js';
import { type JobOutcome, QueueClient } from './queue.client.js';

/** A place for the queues, and how to take it away and bring it back. */
interface Store {
  open(): Promise<QueueClient>;
  stop(): Promise<void>;
  start(): Promise<void>;
}

const log = new Logs(createLogger('json', 'error')).for('test');

async function onPostgres(): Promise<Store> {
  const server = await startPostgres();
  return {
    open: () => QueueClient.open(undefined, server.address, log),
    stop: () => server.stop(),
    start: () => server.start(),
  };
}

async function onRedis(): Promise<Store> {
  const server = await startRedis();
  return {
    open: () => QueueClient.open(server.url, { url: 'postgresql://unused' }, log),
    stop: () => server.stop(),
    start: () => server.start(),
  };
}

const done: JobOutcome = { kind: 'done' };

for (const [backend, start] of [
  ['postgres', onPostgres],
  ['redis', onRedis],
] as const) {
  describeWith(backend === 'redis' ? ['redis'] : [], `the queue on ${backend}`, () => {
    let store: Store;
    const clients: QueueClient[] = [];
    const open = async (): Promise<QueueClient> => {
      const client = await store.open();
      clients.push(client);
      return client;
    };
    /** A queue of its own for each test, and what its jobs were given. */
    const queue = (): { name: string; runs: { rowId: string; attempt: number; at: number }[] } => ({
      name: `test-${randomUUID()}`,
      runs: [],
    });
    const working = async (
      { name, runs }: ReturnType<typeof queue>,
      handler: (rowId: string, attempt: number) => JobOutcome | Promise<JobOutcome> = () => done,
    ): Promise<QueueClient> => {
      const client = await open();
      client.work(name, 4, async (rowId, attempt) => {
        runs.push({ rowId, attempt, at: Date.now() });
        return handler(rowId, attempt);
      });
      return client;
    };

    beforeAll(async () => {
      store = await start();
    }, 60_000);
    afterEach(async () => {
      await Promise.all(clients.splice(0).map((client) => client.close()));
    }, 30_000);

    it('says which one it is', async () => {
      expect((await open()).backend).toBe(backend);
    });

    it('hands every job to a worker, with its row', async () => {
      const jobs = queue();
      const client = await working(jobs);
      await client.add(
        jobs.name,
        ['a', 'b', 'c'].map((rowId) => ({ id: `job-${rowId}`, rowId })),
      );
      await eventually(() => jobs.runs.length === 3);
      expect(jobs.runs.map(({ rowId }) => rowId).toSorted()).toEqual(['a', 'b', 'c']);
    }, 20_000);

    it('takes nothing for no work', async () => {
      await (await open()).add(queue().name, []);
    });

    it('absorbs a job that is added again, before and after it was done', async () => {
      const jobs = queue();
      const client = await open();
      const twice = [{ id: 'job-a', rowId: 'a' }];
      await client.add(jobs.name, twice);
      await client.add(jobs.name, twice);
      await working(jobs);
      await client.add(jobs.name, [...twice, { id: 'job-z', rowId: 'z' }]);
      await eventually(() => jobs.runs.some(({ rowId }) => rowId === 'z'));
      await client.add(jobs.name, [...twice, { id: 'job-y', rowId: 'y' }]);
      await eventually(() => jobs.runs.some(({ rowId }) => rowId === 'y'));
      expect(jobs.runs.filter(({ rowId }) => rowId === 'a')).toHaveLength(1);
    }, 20_000);

    it('shares jobs between workers, each to one of them', async () => {
      const jobs = queue();
      const client = await working(jobs);
      await working(jobs);
      const rows = Array.from({ length: 40 }, (_, index) => `row-${index}`);
      await client.add(
        jobs.name,
        rows.map((rowId) => ({ id: `job-${rowId}`, rowId })),
      );
      await eventually(() => jobs.runs.length === rows.length);
      expect(new Set(jobs.runs.map(({ rowId }) => rowId)).size).toBe(rows.length);
    }, 20_000);

    it('runs a job again after as long as it asks for, and counts', async () => {
      const jobs = queue();
      const client = await working(jobs, (_row, attempt) =>
        attempt < 3 ? { kind: 'again', afterMs: 300, why: 'busy' } : done,
      );
      await client.add(jobs.name, [{ id: 'job-a', rowId: 'a' }]);
      await eventually(() => jobs.runs.length === 3);
      expect(jobs.runs.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
      const [first, second, third] = jobs.runs.map(({ at }) => at) as [number, number, number];
      expect(second - first).toBeGreaterThanOrEqual(290);
      expect(third - second).toBeGreaterThanOrEqual(290);
    }, 20_000);

    it('runs a job again whose handler broke', async () => {
      const jobs = queue();
      const client = await working(jobs, (_row, attempt) => {
        if (attempt === 1) throw new Error('a bug');
        return done;
      });
      await client.add(jobs.name, [{ id: 'job-a', rowId: 'a' }]);
      await eventually(() => jobs.runs.length === 2);
    }, 20_000);

    it('keeps a dead job among the failed ones, and runs it no more', async () => {
      const jobs = queue();
      const client = await working(jobs, () => ({ kind: 'dead', why: 'rejected' }));
      await client.add(jobs.name, [{ id: 'job-a', rowId: 'a' }]);
      await eventually(async () => (await client.counts(jobs.name))['failed'] === 1);
      await client.add(jobs.name, [{ id: 'job-a', rowId: 'a' }]);
      expect(await client.counts(jobs.name)).toMatchObject({ waiting: 0, active: 0, delayed: 0, failed: 1 });
      expect(jobs.runs).toHaveLength(1);
    }, 20_000);

    it('lets a running job end when it closes', async () => {
      const jobs = queue();
      let end: () => void = () => undefined;
      let ended = false;
      const client = await working(jobs, async () => {
        await new Promise<void>((resolve) => {
          end = resolve;
        });
        ended = true;
        return done;
      });
      await client.add(jobs.name, [{ id: 'job-a', rowId: 'a' }]);
      await eventually(() => jobs.runs.length === 1);
      const closing = client.close();
      clients.splice(clients.indexOf(client), 1);
      expect(ended).toBe(false);
      end();
      await closing;
      expect(ended).toBe(true);
    }, 20_000);

    it('says so at once when its store is away, and goes on when it is back', async () => {
      const jobs = queue();
      const client = await working(jobs);
      await client.ping();
      await client.add(jobs.name, [{ id: 'job-a', rowId: 'a' }]);
      await eventually(() => jobs.runs.length === 1);
      await store.stop();
      await expect(client.ping()).rejects.toThrow();
      await expect(client.add(jobs.name, [{ id: 'job-b', rowId: 'b' }])).rejects.toThrow();
      await store.start();
      await eventually(() => client.add(jobs.name, [{ id: 'job-b', rowId: 'b' }]).then(() => true));
      await eventually(() => jobs.runs.some(({ rowId }) => rowId === 'b'));
      expect(jobs.runs.filter(({ rowId }) => rowId === 'a')).toHaveLength(1);
    }, 60_000);
  });
}

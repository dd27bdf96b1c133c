import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { migrate } from '../../../src/platform/migrate.client.js';
import { startPostgres } from '../../support/postgres.js';
import { FaultWorld } from './fault-world.js';
import type { FaultyCi } from './faulty-ci.js';
import { HOUR, MINUTE, SECOND } from './policy-world.js';

/** What comes late, twice, or after the end: with a real database, a set clock, and a CI system that fails as it is told. */
describe('a run that comes late', () => {
  let [faults, ci]: [FaultWorld, FaultyCi] = [] as never;
  let address: Awaited<ReturnType<typeof startPostgres>>['address'];
  beforeAll(async () => {
    ({ address } = await startPostgres());
    await migrate(address);
  }, 60_000);
  beforeEach(() => {
    faults = new FaultWorld(address, 1);
    ci = faults.cis.searchable;
    ci.trouble = () => 'none';
    ci.lagMs = () => 0;
    ci.takesMs = () => 20 * MINUTE;
  });
  afterEach(async () => faults.close());

  const begin = async (): Promise<string> => (await faults.begin(1, () => 'searchable'))[0]!.id;
  const pass = async (ms: number, step = 10 * SECOND): Promise<void> => {
    for (let gone = 0; gone < ms; gone += step) await faults.pass(step);
  };

  it('twice, because its request arrived after the resend: the later one is cancelled', async () => {
    ci.next = ['delayed', 'taken'];
    ci.delayMs = () => 5 * MINUTE;
    const id = await begin();
    await pass(4 * MINUTE);
    expect(ci.of(id)).toHaveLength(1);
    await pass(4 * MINUTE);
    const [ours, late, ...others] = ci.of(id);
    expect(others).toEqual([]);
    expect(late?.cancelledAt).toBeDefined();
    expect(ours?.cancelledAt).toBeUndefined();
    expect((await faults.run(id)).ref?.id).toBe(ours?.id);
  });

  it('after it was cancelled, because its request arrived then: it is cancelled as well', async () => {
    ci.next = ['delayed'];
    ci.delayMs = () => 5 * MINUTE;
    const id = await begin();
    await pass(20 * SECOND);
    await faults.world.apply({ type: 'cancel_requested', by: 'jane' }, id);
    await pass(3 * MINUTE);
    expect(await faults.run(id)).toMatchObject({ state: 'cancelled' });
    await pass(6 * MINUTE);
    expect(ci.of(id)).toMatchObject([{ cancelledAt: expect.any(Number) }]);
  });

  it('after it was given up for lost: it is cancelled, and not sent again', async () => {
    ci.next = ['answer_lost'];
    ci.takesMs = () => Infinity;
    ci.trouble = () => 'fails'; // no search tells anything
    const id = await begin();
    await pass(95 * MINUTE, MINUTE);
    expect(await faults.run(id)).toMatchObject({ state: 'lost' });
    expect(await faults.told('m0')).toContain('RetrainingDidNotHelp');
    ci.trouble = () => 'none';
    await pass(15 * MINUTE, MINUTE);
    expect(ci.of(id)).toMatchObject([{ cancelledAt: expect.any(Number) }]);
  });

  it('twice, and ends before the other could be cancelled: people are told until it is', async () => {
    ci.next = ['delayed', 'taken'];
    ci.delayMs = () => 5 * MINUTE;
    ci.takesMs = () => (ci.runs.length === 0 ? 15 * MINUTE : 3 * HOUR);
    const cancel = ci.provider.cancel!;
    let reachable = false;
    ci.provider.cancel = async (ref, config, io) => {
      if (!reachable) throw new Error('HTTP 502');
      return cancel(ref, config, io);
    };
    const id = await begin();
    await pass(30 * MINUTE);
    if ((await faults.run(id)).endedAt === undefined)
      await faults.world.apply({ type: 'cancel_requested', by: 'jane' }, id);
    expect(await faults.run(id)).toHaveProperty('endedAt');
    expect(await faults.told('m0')).toContain('RetrainingNotStopped');
    const late = ci.of(id)[1];
    reachable = true;
    await pass(2 * MINUTE);
    expect(late?.cancelledAt).toBeDefined();
    expect(await faults.told('m0')).not.toContain('RetrainingNotStopped');
    expect(await faults.run(id)).not.toHaveProperty('duplicates');
  });

  it('and cannot be asked at once: it has its time to start from when it was found', async () => {
    ci.next = ['answer_lost'];
    ci.takesMs = () => 2 * HOUR;
    ci.trouble = () => 'fails';
    const id = await begin();
    await pass(39 * MINUTE, MINUTE); // start_within is 30 m
    ci.trouble = () => 'none';
    let polls = 0;
    const status = ci.provider.status;
    ci.provider.status = async (ref, ...rest) => {
      if ((polls += 1) <= 2) throw new Error('HTTP 502');
      return status(ref, ...rest);
    };
    await pass(10 * MINUTE, MINUTE);
    expect(polls).toBeGreaterThan(2);
    expect(await faults.run(id)).toMatchObject({ state: 'running' });
    expect(ci.of(id)).toMatchObject([{ of: id }]);
    expect(ci.of(id)[0]).not.toHaveProperty('cancelledAt');
  });

  it.each(['running', 'nowhere'])(
    'or never, although it was to be cancelled: that says nothing of the training (%s)',
    async (where) => {
      ci.next = [where === 'running' ? 'taken' : 'request_lost'];
      ci.takesMs = () => Infinity;
      ci.provider.cancel = async () => 'requested'; // and nothing happens
      const id = await begin();
      await pass(where === 'running' ? 10 * MINUTE : 30 * SECOND);
      if (where === 'nowhere') ci.trouble = () => 'fails';
      await faults.world.apply({ type: 'cancel_requested', by: 'jane' }, id);
      await pass(2 * HOUR, MINUTE);
      const run = await faults.run(id);
      expect(run).toHaveProperty('endedAt');
      expect(run.state).toBe(where === 'running' ? 'cancelled' : 'lost');
      expect(await faults.failures('m0')).toBe(0);
    },
  );
});

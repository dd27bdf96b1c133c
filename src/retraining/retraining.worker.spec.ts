import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { z } from 'zod';
import { startPostgres } from '../../test/support/postgres.js';
import { AlertStore } from '../alerts/alert.store.js';
import { JournalStore } from '../journal/journal.store.js';
import { Clock } from '../platform/clock.js';
import { type DatabaseAddress, DatabaseClient } from '../platform/database.client.js';
import { createLogger, Logs } from '../platform/log.js';
import { Metrics } from '../platform/metrics.client.js';
import { migrate } from '../platform/migrate.client.js';
import { Platform } from '../platform/platform.module.js';
import { SignalsClient } from '../platform/signals.client.js';
import type { CiProvider, CiRef, CiStatus } from './ci/ci-provider.js';
import { IncidentStore } from './incident.store.js';
import { PolicyBook } from './policy-book.store.js';
import { RetrainingWorker, type RunClients } from './retraining.worker.js';
import { RetrainingStores, RunRecorder } from './run-recorder.store.js';
import { RunStore } from './run.store.js';
import type { Run } from './run.js';

const SECOND = 1000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const T0 = new Date('2026-03-10T12:00:00Z');
const at = (ms: number): Date => new Date(T0.getTime() + ms);

class SetClock extends Clock {
  time = T0;
  now(): Date {
    return this.time;
  }
  async until(): Promise<void> {}
}

/** A CI system that answers as the test says, and remembers what it was asked to cancel. */
class FakeCi implements CiProvider {
  readonly type = 'fake';
  readonly summary = '';
  readonly Config = z.unknown();
  readonly settleMs = 90_000;
  idempotency: CiProvider['idempotency'] = 'searchable';
  claimsWithRefId = true;
  found: readonly CiRef[] | Error = [];
  readonly cancelled: string[] = [];
  cancelFails = 0;
  trigger: CiProvider['trigger'] = async () => ({ kind: 'triggered', adopted: false });

  readonly since: Date[] = [];
  async find(_id: string, since: Date): Promise<readonly CiRef[]> {
    this.since.push(since);
    if (this.found instanceof Error) throw this.found;
    return this.found;
  }
  async status(): Promise<CiStatus> {
    return { state: 'running', raw: 'running' };
  }
  async cancel({ id }: CiRef): Promise<'requested'> {
    if (this.cancelFails-- > 0) throw new Error('cancelling: HTTP 502');
    this.cancelled.push(id);
    return 'requested';
  }
}

describe('a run, taken one step further', () => {
  let address: DatabaseAddress;
  let database: DatabaseClient;
  let [clock, ci, worker, stores]: [SetClock, FakeCi, RetrainingWorker, RetrainingStores] = [] as never;
  const book = new PolicyBook();
  const metrics = new Metrics();
  const logs = new Logs(createLogger('json', 'error'));

  beforeAll(async () => {
    ({ address } = await startPostgres());
    await migrate(address);
    database = new DatabaseClient(address, logs.for('test'));
  }, 60_000);
  afterAll(async () => {
    await database.close();
  });

  beforeEach(async () => {
    await sql`truncate runs, incidents, alerts, transitions, journal cascade`.execute(database.db);
    await sql`insert into incidents (id, model, opened_at) values ('inc-1', 'iris', ${T0})`.execute(
      database.db,
    );
    clock = new SetClock();
    ci = new FakeCi();
    metrics.registry.clear();
    book.replace([], [{ name: 'train', provider: ci, config: {} }], 'http://retune.example');
    const signals = new SignalsClient(address, logs.for('test'));
    const platform = new Platform(clock, database, logs, metrics, signals);
    stores = new RetrainingStores(
      new RunStore(),
      new IncidentStore(),
      new AlertStore(signals),
      new JournalStore(),
    );
    const clients = {
      http: {},
      meter: {},
      tokens: { callbackOf: async () => ({}) },
    } as unknown as RunClients;
    worker = new RetrainingWorker(
      platform,
      {} as never,
      new RunRecorder(platform, stores, book),
      book,
      clients,
    );
  });

  const store = async (more: Partial<Run>): Promise<void> => {
    const run: Run = {
      id: 'rt-1',
      incidentId: 'inc-1',
      policy: 'p',
      model: 'iris',
      ci: 'train',
      provider: 'fake',
      state: 'ambiguous',
      request: { deadline: at(7 * HOUR).toISOString(), reason: { summary: '' } } as unknown as Run['request'],
      verify: { startWithinMs: HOUR, finishWithinMs: 6 * HOUR } as Run['verify'],
      baseline: { knownVersions: [] },
      attempt: 1,
      createdAt: T0,
      ...(more.state === 'queued' ? {} : { sentAt: T0 }),
      ...more,
    };
    await stores.runs.insert(run, T0, database.db);
  };
  const stepAt = async (ms: number): Promise<Run> => {
    clock.time = at(ms);
    await worker.advance('rt-1');
    return (await stores.runs.get('rt-1', database.db)) as Run;
  };
  const nextCheck = async (): Promise<Date | undefined> => stores.runs.nextDue(database.db);
  const firing = async (): Promise<string[]> =>
    (await stores.alerts.firing(database.db)).map(({ labels }) => String(labels['alertname']));

  it('adopts the oldest of several that were found, and cancels the others until that worked', async () => {
    await store({});
    ci.found = [{ id: '42' }, { id: '43' }, { id: '44' }];
    expect(await stepAt(MINUTE)).toMatchObject({
      state: 'dispatched',
      ref: { id: '42' },
      duplicates: [{ id: '43' }, { id: '44' }],
    });
    ci.cancelFails = 1;
    expect((await stepAt(2 * MINUTE)).duplicates).toHaveLength(2);
    expect(await stepAt(3 * MINUTE)).not.toHaveProperty('duplicates');
    expect(ci.cancelled).toEqual(['44', '43', '44']);
    expect(await stepAt(4 * MINUTE)).toMatchObject({ state: 'running', ref: { id: '42' } });
    expect(ci.cancelled).toHaveLength(3);
  });

  it('asks a run that is found after its start was due how it is, before time judges it', async () => {
    await store({});
    ci.found = [{ id: '42' }];
    expect(await stepAt(2 * HOUR)).toMatchObject({ state: 'dispatched', ref: { id: '42' } });
    expect(await stepAt(2 * HOUR + SECOND)).toMatchObject({
      state: 'running',
      startedAt: at(2 * HOUR + SECOND),
    });
    expect(await stepAt(8 * HOUR)).toMatchObject({ state: 'running' });
  });

  it('looks since the decision for a run that was sent twice, since its sending for any other', async () => {
    await store({ sentAt: at(MINUTE) });
    await stepAt(2 * MINUTE);
    await sql`update runs set attempt = 2`.execute(database.db);
    await stepAt(3 * MINUTE);
    expect(ci.since).toEqual([at(MINUTE), T0]);
  });

  it('finds and cancels the others of a run whose answer named none, and tells of them', async () => {
    await store({ state: 'dispatched' });
    ci.found = [{ id: '42' }, { id: '43', url: 'https://ci.example/43' }];
    expect(await stepAt(MINUTE)).toMatchObject({ state: 'dispatched', ref: { id: '42' } });
    expect(await stepAt(2 * MINUTE)).not.toHaveProperty('duplicates');
    expect(ci.cancelled).toEqual(['43']);
    const told = await sql<{
      summary: string;
    }>`select summary from journal where kind = 'run' order by id`.execute(database.db);
    const [found, cancelled] = told.rows.map(({ summary }) => summary);
    expect(found).toMatch(/duplicates found.*same request: https:\/\/ci.example\/43$/);
    expect(cancelled).toMatch(/duplicates cancelled, https:\/\/ci.example\/43$/);
  });

  it('ends a run that it stopped itself as cancelled, whatever the pipeline calls it', async () => {
    await store({ state: 'running', ref: { id: '42' }, startedAt: T0, reason: 'cancel_requested' });
    ci.status = async () => ({ state: 'failed', raw: 'failed' });
    expect(await stepAt(MINUTE)).toMatchObject({ state: 'cancelled', endedAt: at(MINUTE) });
    expect(ci.cancelled).toEqual(['42']);
    expect(await firing()).toEqual([]);
  });

  it('cancels none of them when the one that claimed the run may be among them', async () => {
    ci.claimsWithRefId = false;
    await store({
      state: 'running',
      ref: { id: '42' },
      claimedBy: 'pod-7',
      startedAt: T0,
      duplicates: [{ id: '43' }],
    });
    expect(await stepAt(MINUTE)).not.toHaveProperty('duplicates');
    expect(ci.cancelled).toEqual([]);
  });

  it('asks the CI system to stop a run that takes too long', async () => {
    await store({ state: 'running', ref: { id: '42' }, startedAt: T0 });
    expect((await stepAt(6 * HOUR - 1)).state).toBe('running');
    expect(ci.cancelled).toEqual([]);
    expect(await stepAt(6 * HOUR)).toMatchObject({ state: 'timed_out', reason: 'not_finished' });
    expect(ci.cancelled).toEqual(['42']);
    expect(await firing()).toEqual(['RetrainingDidNotHelp']);
  });

  it('gives up a run that takes too long even if the CI system cannot be reached', async () => {
    ci.cancelFails = 1;
    await store({ state: 'dispatched', ref: { id: '42' } });
    ci.status = async () => Promise.reject(new Error('unreachable'));
    expect((await stepAt(HOUR)).state).toBe('timed_out');
  });

  it('asks a person when searching keeps failing, and takes that back when it works after all', async () => {
    ci.found = new Error('searching: HTTP 500');
    await store({});
    expect((await stepAt(9 * MINUTE)).reason).toBeUndefined();
    expect(await firing()).toEqual([]);
    expect(await stepAt(10 * MINUTE)).toMatchObject({ state: 'ambiguous', reason: 'ask_person' });
    expect(await firing()).toEqual(['RetrainingUnclear']);
    ci.found = [{ id: '42' }];
    expect(await stepAt(20 * MINUTE)).toMatchObject({ state: 'dispatched', ref: { id: '42' } });
    expect(await firing()).toEqual([]);
  });

  it('asks a person when the CI target is gone from the configuration', async () => {
    await store({});
    book.replace([], [], 'http://retune.example');
    expect((await stepAt(10 * MINUTE)).reason).toBe('ask_person');
    expect(await firing()).toEqual(['RetrainingUnclear']);
  });

  it('sends again where a repetition is harmless, even if searching fails', async () => {
    ci.idempotency = 'native';
    ci.found = new Error('searching: HTTP 500');
    await store({});
    expect((await stepAt(MINUTE)).state).toBe('queued');
    expect(await stepAt(MINUTE + SECOND)).toMatchObject({ state: 'dispatched', attempt: 2 });
  });

  it('waits as long as the CI system asks before it sends again', async () => {
    const refused = { kind: 'refused', reason: 'rate_limited', retryable: true, detail: '' } as const;
    ci.trigger = async () => ({ ...refused, retryAfterMs: 45 * SECOND });
    await store({ state: 'queued', attempt: 0 });
    expect(await stepAt(0)).toMatchObject({ state: 'queued', sendAfter: at(45 * SECOND), attempt: 1 });
    expect(await nextCheck()).toEqual(at(45 * SECOND));
    expect(await stepAt(44 * SECOND)).toMatchObject({ state: 'queued', attempt: 1 });
    expect(await nextCheck()).toEqual(at(45 * SECOND));
    expect(await stepAt(45 * SECOND)).toMatchObject({
      state: 'queued',
      attempt: 2,
      sendAfter: at(90 * SECOND),
    });
  });
});

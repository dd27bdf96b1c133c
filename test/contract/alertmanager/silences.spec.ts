import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { SilenceChanges } from '../../../src/alertmanager/silence-changes.store.js';
import { JournalStore } from '../../../src/journal/journal.store.js';
import { Clock } from '../../../src/platform/clock.js';
import { DatabaseClient } from '../../../src/platform/database.client.js';
import { createLogger, Logs } from '../../../src/platform/log.js';
import { Metrics } from '../../../src/platform/metrics.client.js';
import { migrate } from '../../../src/platform/migrate.client.js';
import { Platform } from '../../../src/platform/platform.module.js';
import { SignalsClient } from '../../../src/platform/signals.client.js';
import { silencedBy } from '../../../src/routing/silence.js';
import { NewSilence } from '../../../src/routing/silence.schema.js';
import { SilenceStore } from '../../../src/routing/silence.store.js';
import { onCleanup } from '../../support/cleanup.js';
import { startPostgres } from '../../support/postgres.js';

const minute = (minutes: number): Date => new Date(Date.UTC(2026, 2, 10, 12, minutes));
const IRIS = { alertname: 'Low', model_name: 'iris' };

class SetClock extends Clock {
  at = minute(0);
  override now(): Date {
    return this.at;
  }
  override until(): Promise<void> {
    return Promise.resolve();
  }
}

const posted = (over: object = {}): NewSilence =>
  NewSilence.parse({
    matchers: [{ name: 'model_name', value: 'iris|wine', isRegex: true }],
    startsAt: minute(0).toISOString(),
    endsAt: minute(30).toISOString(),
    createdBy: 'ada',
    comment: 'moving the database',
    ...over,
  });

describe('stored silences', () => {
  const clock = new SetClock();
  let [database, platform]: [DatabaseClient, Platform] = [] as never;

  /** As another process sees them: nothing remembered. */
  const store = (): SilenceStore => new SilenceStore();
  const changes = (): SilenceChanges => new SilenceChanges(platform, store(), new JournalStore());
  const save = async (silence: NewSilence): Promise<string> => {
    const saved = await changes().save(silence);
    if (!saved.ok) throw new Error(saved.error.message);
    return saved.silence.id;
  };
  const hiding = async (labels: object = IRIS): Promise<readonly string[]> =>
    silencedBy({ ...labels }, await store().active(clock.at, database.db), clock.at);
  const journal = async (): Promise<readonly string[]> => {
    const entries = await new JournalStore().list({ kind: 'operator', limit: 10 }, database.db);
    return entries.map(({ reason, summary }) => `${reason}: ${summary}`).toReversed();
  };

  beforeAll(async () => {
    const { address } = await startPostgres();
    await migrate(address);
    const logs = new Logs(createLogger('json', 'error'));
    database = new DatabaseClient(address, logs.for('test'));
    onCleanup(() => database.close());
    const signals = new SignalsClient(address, logs.for('test'));
    platform = new Platform(clock, database, logs, new Metrics(), signals);
  }, 60_000);

  beforeEach(async () => {
    clock.at = minute(0);
    await sql`truncate silences, journal`.execute(database.db);
  });

  it('hold from their start until just before their end, for what they match', async () => {
    const id = await save(posted({ startsAt: minute(5).toISOString() }));
    expect(await hiding()).toEqual([]);
    clock.at = minute(5);
    expect(await hiding()).toEqual([id]);
    expect(await hiding({ model_name: 'bird' })).toEqual([]);
    clock.at = minute(30);
    expect(await hiding()).toEqual([]);
  });

  it('keep their id when they are made longer, and give it up when they are to hide something else', async () => {
    const id = await save(posted());
    clock.at = minute(10);
    expect(await save(posted({ id, endsAt: minute(60).toISOString() }))).toBe(id);
    const other = await save(
      posted({ id, matchers: [{ name: 'model_name', value: 'wine', isRegex: false }] }),
    );
    expect(other).not.toBe(id);
    expect([await hiding(), await hiding({ model_name: 'wine' })]).toEqual([[], [other]]);
    const list = await store().list(database.db);
    expect(new Map(list.map((one) => [one.id, one.endsAt]))).toEqual(
      new Map([
        [id, minute(10)],
        [other, minute(30)],
      ]),
    );
  });

  it('end at once when they are expired, and stay ended', async () => {
    const id = await save(posted());
    clock.at = minute(10);
    expect(await changes().expire(id)).toBe('expired');
    expect(await hiding()).toEqual([]);
    clock.at = minute(11);
    expect(await changes().expire(id)).toBe('had_expired');
    expect((await store().find(id, database.db))?.endsAt).toEqual(minute(10));
    expect(await changes().expire('00000000-0000-4000-8000-000000000000')).toBe('not_found');
  });

  it('are told of in the journal: who, what, until when and why', async () => {
    const id = await save(posted({ annotations: { retune_scope: 'notifications' } }));
    await save(posted({ id, createdBy: 'bob', comment: '', endsAt: minute(60).toISOString() }));
    await changes().expire(id);
    await changes().expire(id);
    expect(await journal()).toEqual([
      'silence_created: ada silenced {model_name=~"iris|wine"} from 2026-03-10T12:00:00.000Z ' +
        'until 2026-03-10T12:30:00.000Z, retraining goes on: moving the database',
      'silence_updated: bob changed the silence of {model_name=~"iris|wine"} from 2026-03-10T12:00:00.000Z ' +
        'until 2026-03-10T13:00:00.000Z',
      'silence_expired: the silence of {model_name=~"iris|wine"} by bob was ended by hand',
    ]);
  });

  it('that are refused leave nothing behind', async () => {
    const saved = await changes().save(posted({ id: '00000000-0000-4000-8000-000000000000' }));
    expect(saved).toMatchObject({ ok: false, error: { reason: 'not_found' } });
    expect([await store().list(database.db), await journal()]).toEqual([[], []]);
  });

  it('are forgotten once they ended long enough ago', async () => {
    const id = await save(posted());
    await store().prune(minute(30), database.db);
    expect(await store().list(database.db)).toHaveLength(1);
    await store().prune(minute(31), database.db);
    expect(await store().find(id, database.db)).toBeUndefined();
  });
});

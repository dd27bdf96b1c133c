import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SilenceChanges } from '../../../src/alertmanager/silence-changes.store.js';
import { silencedBy } from '../../../src/routing/silence.js';
import { NewSilence } from '../../../src/routing/silence.schema.js';
import { SilenceBook } from '../../../src/routing/silence-book.store.js';
import { SilenceStore } from '../../../src/routing/silence.store.js';
import { NotificationWorld } from '../notifications/notification-world.js';

const minute = (minutes: number): Date => new Date(Date.UTC(2026, 2, 10, 12, minutes));
const IRIS = { alertname: 'Low', model_name: 'iris' };

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
  let world: NotificationWorld = undefined as never;

  /** As another process sees them: nothing remembered. */
  const store = (): SilenceStore => new SilenceStore();
  const book = new SilenceBook();
  const changes = (): SilenceChanges => new SilenceChanges(world.platform(), store(), world.journal, book);
  const save = async (silence: NewSilence): Promise<string> => {
    const saved = await changes().save(silence);
    if (!saved.ok) throw new Error(saved.error.message);
    return saved.silence.id;
  };
  const hiding = async (labels: object = IRIS): Promise<readonly string[]> =>
    silencedBy({ ...labels }, await store().active(world.clock.time, world.database.db), world.clock.time);
  const journal = async (): Promise<readonly string[]> => {
    const entries = await world.journal.list({ kind: 'operator', limit: 10 }, world.database.db);
    return entries.map(({ reason, summary }) => `${reason}: ${summary}`).toReversed();
  };

  beforeAll(async () => {
    world = await NotificationWorld.start();
  }, 60_000);

  beforeEach(() => world.reset());

  it('hold from their start until just before their end, for what they match', async () => {
    const id = await save(posted({ startsAt: minute(5).toISOString() }));
    expect(await hiding()).toEqual([]);
    world.clock.time = minute(5);
    expect(await hiding()).toEqual([id]);
    expect(await hiding({ model_name: 'bird' })).toEqual([]);
    world.clock.time = minute(30);
    expect(await hiding()).toEqual([]);
  });

  it('keep their id when they are made longer, and give it up when they are to hide something else', async () => {
    const id = await save(posted());
    world.clock.time = minute(10);
    expect(await save(posted({ id, endsAt: minute(60).toISOString() }))).toBe(id);
    const other = await save(
      posted({ id, matchers: [{ name: 'model_name', value: 'wine', isRegex: false }] }),
    );
    expect(other).not.toBe(id);
    expect([await hiding(), await hiding({ model_name: 'wine' })]).toEqual([[], [other]]);
    const list = await store().list(world.database.db);
    expect(new Map(list.map((one) => [one.id, one.endsAt]))).toEqual(
      new Map([
        [id, minute(10)],
        [other, minute(30)],
      ]),
    );
  });

  it('end at once when they are expired, and stay ended', async () => {
    const id = await save(posted());
    world.clock.time = minute(10);
    expect(await changes().expire(id)).toBe('expired');
    expect(await hiding()).toEqual([]);
    world.clock.time = minute(11);
    expect(await changes().expire(id)).toBe('had_expired');
    expect((await store().find(id, world.database.db))?.endsAt).toEqual(minute(10));
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
    expect([await store().list(world.database.db), await journal()]).toEqual([[], []]);
  });

  it('are forgotten once they ended long enough ago', async () => {
    const id = await save(posted());
    await store().prune(minute(30), world.database.db);
    expect(await store().list(world.database.db)).toHaveLength(1);
    await store().prune(minute(31), world.database.db);
    expect(await store().find(id, world.database.db)).toBeUndefined();
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { migrate } from '../../../src/platform/migrate.client.js';
import type { Asker } from '../../../src/retraining/asker.js';
import { startPostgres } from '../../support/postgres.js';
import { DAY, HOUR, MINUTE, PolicyWorld } from './policy-world.js';

const SUNDAYS = { schedule: { cron: '0 3 * * SUN', location: 'Europe/Berlin' } };
/** From the Tuesday noon of the world to that Sunday, 03:00 in Berlin. */
const SUNDAY = new Date('2026-03-15T02:00:00Z');
const NOON_TO_SUNDAY = 4 * DAY + 14 * HOUR;
const AUTO = { mode: 'auto' };

let world: PolicyWorld;
/** A second process on the same database. */
let replica: PolicyWorld;
beforeAll(async () => {
  const { address } = await startPostgres();
  await migrate(address);
  world = new PolicyWorld(address);
  replica = new PolicyWorld(address);
}, 60_000);
afterAll(async () => {
  await world.close();
  await replica.close();
});

const incidents = async (): Promise<readonly unknown[]> => {
  const { rows } = await sql`select model_version, close_reason from incidents order by opened_at`.execute(
    world.database.db,
  );
  return rows;
};
const asked = async (): Promise<readonly string[]> =>
  (await world.decisions())
    .filter(({ asked_by: by }) => by !== null)
    .map(({ asked_by: by, decision, reason, at }) => `${by} ${decision} ${reason} ${at.toISOString()}`);

describe('a schedule', () => {
  it('starts a run at its time in its zone, without any alert, once', async () => {
    await world.begin([{ ...SUNDAYS, ...AUTO }]);
    await world.tick(0);
    await world.tick(NOON_TO_SUNDAY - MINUTE);
    expect(await world.active()).toEqual([]);
    await world.tick(MINUTE);
    expect(await world.active()).toMatchObject([
      {
        state: 'dispatched',
        sentAt: SUNDAY,
        request: {
          reason: {
            kind: 'schedule',
            summary: 'scheduled for 2026-03-15T02:00:00.000Z',
            requestedBy: 'policy:p',
          },
          evidence: [],
        },
      },
    ]);
    await world.tick(MINUTE);
    await world.tick(HOUR);
    expect(await asked()).toEqual(['schedule dispatch policy_mode 2026-03-15T02:00:00.000Z']);
    expect(await world.decisions()).toHaveLength(1);
    expect(await incidents()).toEqual([{ model_version: '', close_reason: null }]);
    await world.end('failed');
    await world.tick(MINUTE);
    expect(await incidents()).toEqual([{ model_version: '', close_reason: 'run_over' }]);
  });

  it('is claimed by one of several processes', async () => {
    await world.begin([{ ...SUNDAYS, mode: 'suggest' }]);
    replica.book.replace(world.book.policies, [], 'http://retune.example');
    replica.clock.time = world.clock.time;
    replica.meter.measured = world.meter.measured;
    await world.tick(0);
    await replica.tick(0);
    for (let week = 0; week < 8; week += 1) {
      const step = week === 0 ? NOON_TO_SUNDAY : 7 * DAY;
      await Promise.all([world.tick(step), replica.tick(step)]);
    }
    expect(await asked()).toHaveLength(8);
  });

  it('comes again after a process died between claim and decision', async () => {
    await world.begin([{ ...SUNDAYS, ...AUTO }]);
    await world.tick(0);
    await sql`update retraining_schedules set check_at = ${new Date(SUNDAY.getTime() + 30_000)}`.execute(
      world.database.db,
    );
    await world.tick(NOON_TO_SUNDAY);
    expect(await asked()).toEqual([]);
    await world.tick(30_000);
    expect(await asked()).toEqual(['schedule dispatch policy_mode 2026-03-15T02:00:30.000Z']);
  });

  it('does not catch up in a burst: after three weeks down, the latest time counts alone', async () => {
    await world.begin([{ ...SUNDAYS, ...AUTO, cooldown: '0s' }]);
    await world.tick(0);
    await world.tick(NOON_TO_SUNDAY + 14 * DAY - HOUR + 10 * MINUTE);
    expect(await asked()).toHaveLength(1);
    // Berlin has gone to summer time on that very night.
    expect((await world.decisions())[0]?.gates.find(({ gate }) => gate === 'trigger')?.detail).toBe(
      'scheduled for 2026-03-29T01:00:00.000Z',
    );
    await world.end('verified');
    await world.tick(DAY);
    expect(await asked()).toHaveLength(1);
  });

  it('leaves a time out that is missed by more than an hour, and says so', async () => {
    await world.begin([{ ...SUNDAYS, ...AUTO }]);
    await world.tick(0);
    await world.tick(NOON_TO_SUNDAY + HOUR + MINUTE);
    expect(await asked()).toEqual([]);
    const { rows } = await sql<{ summary: string }>`
      select summary from journal where reason = 'schedule_missed'`.execute(world.database.db);
    expect(rows).toEqual([
      {
        summary:
          'not retraining iris by policy p: the run scheduled for 2026-03-15T02:00:00.000Z is missed, the next is at 2026-03-22T02:00:00.000Z',
      },
    ]);
    await world.tick(7 * DAY - HOUR - MINUTE);
    expect(await asked()).toHaveLength(1);
  });

  it('waits while Prometheus gives no answer', async () => {
    await world.begin([{ ...SUNDAYS, ...AUTO }]);
    world.meter.measured = undefined;
    await world.tick(0);
    await world.tick(NOON_TO_SUNDAY);
    expect(await asked()).toEqual([]);
    world.meter.measured = { versions: [], at: world.clock.time };
    await world.tick(MINUTE);
    expect(await asked()).toEqual(['schedule dispatch policy_mode 2026-03-15T02:01:00.000Z']);
  });

  it('follows a reload: another pattern has another next time, and no schedule none', async () => {
    const [other] = await world.begin([{ schedule: { cron: '0 5 * * SUN' }, ...AUTO }]);
    const [policy] = await world.begin([{ ...SUNDAYS, ...AUTO }]);
    await world.tick(0);
    world.book.replace([other!], [...world.targets], 'http://retune.example');
    await world.tick(NOON_TO_SUNDAY);
    expect(await asked()).toEqual([]);
    await world.tick(3 * HOUR);
    expect(await asked()).toEqual(['schedule dispatch policy_mode 2026-03-15T05:00:00.000Z']);
    const { schedule: _none, ...without } = policy!;
    world.book.replace([without], [...world.targets], 'http://retune.example');
    await world.tick(7 * DAY);
    expect(await asked()).toHaveLength(1);
  });

  it.each<[sentence: string, policy: object, before: (w: PolicyWorld) => Promise<unknown>, result: string]>([
    ['asks where the policy asks', { mode: 'approve' }, async () => {}, 'await_approval policy_mode'],
    ['suggests where it suggests', { mode: 'suggest' }, async () => {}, 'suggest policy_mode'],
    ['does nothing where it is disabled', { mode: 'disabled' }, async () => {}, 'hold disabled'],
    ['is blocked by bad data', {}, (w) => w.fire('Errors'), 'hold blocked'],
    ['keeps to the cooldown', {}, (w) => w.past('verified', 10 * HOUR), 'hold cooldown'],
    ['keeps to the circuit', {}, (w) => w.past('regressed', 10 * DAY), 'hold circuit_open'],
    ['keeps to the budget', { budget: { runs: 1 } }, (w) => w.past('verified', 10 * DAY), 'hold budget'],
    [
      'keeps to blackouts',
      { blackout: [{ weekdays: ['sunday'], location: 'Europe/Berlin' }] },
      async () => {},
      'hold blackout',
    ],
    ['needs its labels', { require: { new_labels: 500 } }, async () => {}, 'hold new_labels'],
    ['asks for no evidence of drift', {}, (w) => w.fire('Drift'), 'dispatch policy_mode'],
  ])('%s', async (_sentence, policy, before, result) => {
    await world.begin([{ ...SUNDAYS, ...AUTO, ...policy }]);
    await world.tick(0);
    world.clock.time = SUNDAY;
    await before(world);
    await world.tick(0);
    expect(await asked()).toEqual([`schedule ${result} 2026-03-15T02:00:00.000Z`]);
  });

  it('tells of its suggestion for a day, whatever the incident decides meanwhile', async () => {
    await world.begin([{ ...SUNDAYS, mode: 'suggest', trigger: { any: ['Accuracy'], sustained: '30d' } }]);
    await world.fire('Accuracy');
    await world.tick(0);
    await world.tick(NOON_TO_SUNDAY);
    await world.tick(HOUR);
    expect(await world.last()).toBe('suggest: policy_mode');
    expect(await world.told()).toEqual(['RetrainingSuggested warning']);
    await world.tick(22 * HOUR);
    expect(await world.told()).toEqual(['RetrainingSuggested warning']);
    await world.tick(HOUR);
    expect(await world.told()).toEqual([]);
    await world.tick(6 * DAY);
    expect(await asked()).toHaveLength(2);
  });

  it('belongs to the incident that is open, and its run closes it', async () => {
    await world.begin([{ ...SUNDAYS, ...AUTO, trigger: { any: ['Accuracy'], sustained: '30d' } }]);
    await world.fire('Accuracy');
    await world.tick(0);
    await world.tick(NOON_TO_SUNDAY);
    await world.end('verified');
    await world.tick(MINUTE);
    expect(await incidents()).toEqual([{ model_version: '7', close_reason: 'run_verified' }]);
  });
});

describe('a person who asks', () => {
  const ANN: Asker = { kind: 'person', name: 'ann', why: 'new labels are in' };
  const ask = async (): Promise<string> => {
    const answer = await world.asked.ask(world.book.policies[0]!, ANN);
    return answer.kind === 'decided' ? `${answer.decision.decision} ${answer.decision.reason}` : answer.kind;
  };

  it.each<[sentence: string, policy: object, before: (w: PolicyWorld) => Promise<unknown>, result: string]>([
    ['starts a run where the policy starts them by itself', AUTO, async () => {}, 'dispatch policy_mode'],
    ['asks the others where it asks', { mode: 'approve' }, async () => {}, 'await_approval policy_mode'],
    [
      'asks the others where it only suggests',
      { mode: 'suggest' },
      async () => {},
      'await_approval policy_mode',
    ],
    ['gets nothing where it is disabled', { mode: 'disabled' }, async () => {}, 'hold disabled'],
    ['does not override bad data', AUTO, (w) => w.fire('Errors'), 'hold blocked'],
    [
      'does not override the budget',
      { ...AUTO, budget: { runs: 1 } },
      (w) => w.past('verified', 9 * DAY),
      'hold budget',
    ],
    ['does not override the circuit', AUTO, (w) => w.past('regressed', 9 * DAY), 'hold circuit_open'],
    [
      'needs another while the circuit is half open',
      AUTO,
      (w) => w.past('unverifiable', 9 * DAY),
      'await_approval last_run_unverifiable',
    ],
    ['learns that nobody can decide now', AUTO, async (w) => void (w.meter.measured = undefined), 'unknown'],
  ])('%s', async (_sentence, policy, before, result) => {
    await world.begin([policy]);
    await before(world);
    expect(await ask()).toBe(result);
  });

  it('stands in the run, cannot approve it, and somebody else can', async () => {
    await world.begin([{ mode: 'approve' }]);
    await ask();
    const [run] = await world.active();
    expect(run).toMatchObject({
      state: 'awaiting_approval',
      request: { reason: { kind: 'request', summary: 'ann asks: new labels are in', requestedBy: 'ann' } },
    });
    expect(await world.apply({ type: 'approved', by: 'ann' })).toBe('is_requester');
    expect((await world.active())[0]?.state).toBe('awaiting_approval');
    expect(await world.apply({ type: 'approved', by: 'bob' })).toBe('approved');
  });

  it('can approve it where the policy lets them', async () => {
    await world.begin([{ mode: 'approve', approval: { not_requester: false } }]);
    await ask();
    expect(await world.apply({ type: 'approved', by: 'ann' })).toBe('approved');
  });

  it('gets one run, however often they ask at once', async () => {
    await world.begin([{ ...AUTO }]);
    const answers = await Promise.all(Array.from({ length: 5 }, ask));
    expect(answers.toSorted()).toEqual([
      'dispatch policy_mode',
      ...Array.from({ length: 4 }, () => 'hold active_run'),
    ]);
    expect(await world.active()).toHaveLength(1);
    expect(await incidents()).toHaveLength(1);
  });

  it('is on record even when nothing comes of it', async () => {
    await world.begin([{ mode: 'disabled' }]);
    await ask();
    await ask();
    expect(await asked()).toHaveLength(2);
    await world.tick(MINUTE);
    expect(await incidents()).toEqual([{ model_version: '', close_reason: 'run_over' }]);
  });
});

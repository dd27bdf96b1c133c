import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { migrate } from '../../../src/platform/migrate.client.js';
import { saveSilence } from '../../../src/routing/save-silence.js';
import { startPostgres } from '../../support/postgres.js';
import { DAY, HOUR, MINUTE, PolicyWorld } from './policy-world.js';

let world: PolicyWorld;
beforeAll(async () => {
  const { address } = await startPostgres();
  await migrate(address);
  world = new PolicyWorld(address);
}, 60_000);
afterAll(async () => {
  await world.close();
});

type Script = (w: PolicyWorld) => Promise<unknown>;
type Row = readonly [sentence: string, policy: object | readonly object[], script: Script, last: string];

const fire =
  (...names: string[]): Script =>
  async (w) => {
    for (const name of names) await w.fire(name);
    await w.round();
  };
const any = (...names: string[]) => ({ trigger: { any: names } });
const WEEKEND = [{ weekdays: ['saturday', 'sunday'], location: 'Europe/Berlin' }];
const AFTERNOON = [{ times: [{ start_time: '11:00', end_time: '18:00' }] }];
const counted = (count: number) => ({ kind: 'counted', count, since: '' }) as const;

const rows = (scenarios: readonly Row[]): void => {
  it.each(scenarios)('%s', async (_sentence, policy, script, last) => {
    await world.begin(Array.isArray(policy) ? policy : [policy]);
    await script(world);
    const runs = await world.active();
    expect(await world.last()).toBe(last);
    // Nothing but these two decisions makes a run, and one at most.
    if (last.startsWith('suggest')) expect(runs).toEqual([]);
    expect(runs.filter(({ model }) => model === 'iris').length).toBeLessThanOrEqual(1);
  });
};

/** A silence on every alert of a name, from an hour ago for a day. */
const silence =
  (alertname: string, annotations = {}): Script =>
  (w) => {
    const now = w.clock.time;
    const saved = saveSilence(
      {
        matchers: [{ name: 'alertname', value: alertname, isRegex: false, isEqual: true }],
        startsAt: now,
        endsAt: new Date(now.getTime() + DAY),
        createdBy: 'ada',
        comment: 'migration',
        annotations,
      },
      undefined,
      now,
      randomUUID(),
    );
    if (!saved.ok) throw new Error(saved.error.message);
    return w.silences.save(saved.silence, w.database.db);
  };
const both =
  (...scripts: readonly Script[]): Script =>
  async (w) => {
    for (const script of scripts) await script(w);
  };

describe('silences', () => {
  rows([
    [
      'an alert that is silenced starts nothing by itself',
      {},
      both(silence('Accuracy'), fire('Accuracy')),
      'hold: silenced',
    ],
    [
      'a person may be asked all the same',
      { mode: 'approve' },
      both(silence('Accuracy'), fire('Accuracy')),
      'await_approval: policy_mode',
    ],
    [
      'a person may ask for it all the same',
      {},
      async (w) => {
        const [policy] = await w.begin([{}]);
        await both(silence('Accuracy'), fire('Accuracy'))(w);
        await w.asked.ask(policy!, { kind: 'person', name: 'jane' });
      },
      'dispatch: policy_mode',
    ],
    [
      'a silence for notifications only does not stop a run',
      {},
      both(silence('Accuracy', { retune_scope: 'notifications' }), fire('Accuracy')),
      'dispatch: policy_mode',
    ],
    [
      'a silence on another alert does not matter',
      {},
      both(silence('Drift'), fire('Accuracy')),
      'dispatch: policy_mode',
    ],
    [
      'a silence that has ended does not matter',
      {},
      both(silence('Accuracy'), (w) => w.pass(DAY), fire('Accuracy')),
      'dispatch: policy_mode',
    ],
  ]);
});

describe('mode and evidence', () => {
  rows([
    ['proved loss starts a run where the policy is auto', {}, fire('Accuracy'), 'dispatch: policy_mode'],
    [
      'proved loss asks where the policy is approve',
      { mode: 'approve' },
      fire('Accuracy'),
      'await_approval: policy_mode',
    ],
    [
      'proved loss is told where the policy is suggest',
      { mode: 'suggest' },
      fire('Accuracy'),
      'suggest: policy_mode',
    ],
    ['nothing happens where it is disabled', { mode: 'disabled' }, fire('Accuracy'), 'hold: disabled'],
    ['drift of inputs alone suggests', {}, fire('Drift'), 'suggest: drift_alone'],
    ['drift of predictions alone suggests', {}, fire('Predictions'), 'suggest: drift_alone'],
    ['drift of both asks a person', {}, fire('Drift', 'Predictions'), 'await_approval: drift_alone'],
    [
      'drift of both only suggests where the policy suggests',
      { mode: 'suggest' },
      fire('Drift', 'Predictions'),
      'suggest: policy_mode',
    ],
    ['drift beside proved loss starts a run', {}, fire('Drift', 'Accuracy'), 'dispatch: policy_mode'],
    ['a bare gauge suggests', {}, fire('Gauge'), 'suggest: unproven_accuracy'],
    [
      'a bare gauge does not ask in mode approve',
      { mode: 'approve' },
      fire('Gauge'),
      'suggest: unproven_accuracy',
    ],
    ['latency is no reason by itself', {}, fire('Slow'), 'hold: not_triggered'],
    [
      'latency that the policy names can only be suggested',
      any('Slow'),
      fire('Slow'),
      'suggest: cannot_help',
    ],
    ['a rule of one’s own counts where it is named', any('Custom'), fire('Custom'), 'dispatch: policy_mode'],
    ['a rule of one’s own does not count where it is not', {}, fire('Custom'), 'hold: not_triggered'],
    [
      'an alert that calls itself drift is drift',
      any('CustomerDrift'),
      fire('CustomerDrift'),
      'suggest: drift_alone',
    ],
    [
      'matchers trigger',
      { trigger: { any: [{ matchers: ['alertname="Custom"'] }] } },
      fire('Custom'),
      'dispatch: policy_mode',
    ],
    [
      'half of all is not enough',
      { trigger: { all: ['Accuracy', 'Drift'] } },
      fire('Accuracy'),
      'hold: not_triggered',
    ],
    [
      'all of all is',
      { trigger: { all: ['Accuracy', 'Drift'] } },
      fire('Accuracy', 'Drift'),
      'dispatch: policy_mode',
    ],
    [
      'an alert of another model is another model’s',
      {},
      async (w) => {
        await w.fire('Accuracy', 'churn');
        await w.round();
      },
      'none',
    ],
  ]);
});

describe('sustained', () => {
  const policy = { trigger: { any: ['Accuracy'], sustained: '6h' } };
  rows([
    [
      'an hour of six is too short',
      policy,
      async (w) => {
        await w.fire('Accuracy');
        await w.pass(HOUR);
      },
      'hold: not_sustained',
    ],
    [
      'six hours of six are enough',
      policy,
      async (w) => {
        await w.fire('Accuracy');
        await w.pass(HOUR);
        await w.pass(5 * HOUR);
      },
      'dispatch: policy_mode',
    ],
    [
      'a break begins it anew',
      policy,
      async (w) => {
        await w.fire('Accuracy');
        await w.pass(5 * HOUR);
        await w.resolve('Accuracy');
        await w.pass(MINUTE);
        await w.fire('Accuracy');
        await w.pass(2 * HOUR);
      },
      'hold: not_sustained',
    ],
    [
      'what is resolved before does not count',
      policy,
      async (w) => {
        await w.fire('Accuracy');
        await w.pass(5 * HOUR);
        await w.resolve('Accuracy');
        await w.pass(2 * MINUTE);
      },
      'hold: not_triggered',
    ],
  ]);
});

describe('what blocks', () => {
  rows([
    ['errors', {}, fire('Errors', 'Accuracy'), 'hold: blocked'],
    ['missing data', {}, fire('Stale', 'Accuracy'), 'hold: blocked'],
    ['not an error budget that burns slowly', {}, fire('SlowBurn', 'Accuracy'), 'dispatch: policy_mode'],
    ['not latency', {}, fire('Slow', 'Accuracy'), 'dispatch: policy_mode'],
    ['what block_when names', { block_when: ['Custom'] }, fire('Custom', 'Accuracy'), 'hold: blocked'],
    [
      'nothing where block_when is empty',
      { block_when: [] },
      fire('Errors', 'Accuracy'),
      'dispatch: policy_mode',
    ],
    [
      'not the errors of another model',
      {},
      async (w) => {
        await w.fire('Errors', 'churn');
        await fire('Accuracy')(w);
      },
      'dispatch: policy_mode',
    ],
    [
      'no longer once it is resolved',
      {},
      async (w) => {
        await fire('Errors', 'Accuracy')(w);
        await w.resolve('Errors');
        await w.pass(MINUTE);
      },
      'dispatch: policy_mode',
    ],
    ['drift together with errors', {}, fire('Drift', 'Errors'), 'hold: blocked'],
  ]);
});

describe('new labels', () => {
  const policy = { require: { new_labels: 500 } };
  const withLabels =
    (labels: PolicyWorld['meter']['labels']): Script =>
    async (w) => {
      w.meter.labels = labels;
      await fire('Accuracy')(w);
    };
  rows([
    ['too few hold', policy, withLabels(counted(499)), 'hold: new_labels'],
    ['enough let it start', policy, withLabels(counted(500)), 'dispatch: policy_mode'],
    ['an unknown number holds', policy, fire('Accuracy'), 'hold: new_labels'],
    [
      'a number that nobody could have counted is taken for enough',
      policy,
      withLabels({ kind: 'assumed' }),
      'dispatch: policy_mode',
    ],
    ['none are asked for without require', {}, fire('Accuracy'), 'dispatch: policy_mode'],
    [
      'they are counted again each time',
      policy,
      async (w) => {
        await withLabels(counted(10))(w);
        w.meter.labels = counted(600);
        await w.pass(MINUTE);
      },
      'dispatch: policy_mode',
    ],
    [
      'too few hold a suggestion too',
      { ...policy, mode: 'suggest' },
      withLabels(counted(1)),
      'hold: new_labels',
    ],
  ]);
});

describe('one run at a time', () => {
  const another = async (w: PolicyWorld): Promise<void> => {
    await fire('Accuracy')(w);
    await w.fire('Drift');
    await w.pass(MINUTE);
  };
  rows([
    ['a second alert waits', {}, another, 'hold: active_run'],
    [
      'a second alert becomes a reason where the policy wants it',
      { concurrency: { on_conflict: 'coalesce' } },
      another,
      'hold: coalesced',
    ],
    ['a run that waits for a person is active', { mode: 'approve' }, another, 'hold: active_run'],
    [
      'another version of the model waits too',
      {},
      async (w) => {
        await fire('Accuracy')(w);
        await w.fire('Accuracy', 'iris', '6');
        await w.pass(MINUTE);
      },
      'hold: active_run',
    ],
    [
      'what still fires after a coalesced run is decided anew',
      { concurrency: { on_conflict: 'coalesce' }, cooldown: '1h' },
      async (w) => {
        await another(w);
        await w.end('failed');
        await w.pass(3 * HOUR);
      },
      'dispatch: policy_mode',
    ],
  ]);

  const group = { concurrency: { group: 'gpu', limit: 1 } };
  const two = [group, { ...group, name: 'q', model: 'churn' }];
  const other = async (w: PolicyWorld): Promise<void> => {
    await w.fire('Accuracy', 'churn');
    await w.round();
    await w.pass(MINUTE);
  };
  rows([
    [
      'a group without a free place holds',
      two,
      async (w) => {
        await other(w);
        await fire('Accuracy')(w);
      },
      'hold: group_full',
    ],
    [
      'a group with two places takes two',
      two.map((each) => ({ ...each, concurrency: { group: 'gpu', limit: 2 } })),
      async (w) => {
        await other(w);
        await fire('Accuracy')(w);
      },
      'dispatch: policy_mode',
    ],
    [
      'a model outside of the group does not mind',
      [{}, two[1]!],
      async (w) => {
        await other(w);
        await fire('Accuracy')(w);
      },
      'dispatch: policy_mode',
    ],
    [
      'the place is free once the pipeline has ended',
      two,
      async (w) => {
        await other(w);
        await w.apply({ type: 'polled', status: { state: 'succeeded', raw: '' } });
        await fire('Accuracy')(w);
      },
      'dispatch: policy_mode',
    ],
    [
      'a run that waits for a person holds its place',
      [group, { ...two[1], mode: 'approve' }],
      async (w) => {
        await other(w);
        await fire('Accuracy')(w);
      },
      'hold: group_full',
    ],
  ]);
});

describe('the circuit', () => {
  const after =
    (...states: Parameters<PolicyWorld['past']>[0][]): Script =>
    async (w) => {
      for (const [index, state] of states.entries()) await w.past(state, (40 - index) * DAY);
      await fire('Accuracy')(w);
    };
  rows([
    ['one failure leaves it closed', {}, after('failed'), 'dispatch: policy_mode'],
    ['two failures open it', {}, after('failed', 'timed_out'), 'hold: circuit_open'],
    ['a run that is lost counts as one', {}, after('lost', 'failed'), 'hold: circuit_open'],
    ['one run that did not help opens it', {}, after('not_improved'), 'hold: circuit_open'],
    ['one run that made it worse opens it', {}, after('regressed'), 'hold: circuit_open'],
    [
      'one that could not be proved makes the next ask',
      {},
      after('unverifiable'),
      'await_approval: last_run_unverifiable',
    ],
    ['a verified run closes it', {}, after('regressed', 'verified'), 'dispatch: policy_mode'],
    ['a cancelled run does not', {}, after('regressed', 'cancelled'), 'hold: circuit_open'],
    [
      'a rollback that was verified does not',
      {},
      async (w) => {
        await w.past('regressed', 40 * DAY);
        await w.past('verified', 39 * DAY, { rollsBack: 'rt-past-1' });
        await fire('Accuracy')(w);
      },
      'hold: circuit_open',
    ],
    [
      'a rollback that failed twice does not open it',
      {},
      async (w) => {
        for (const days of [40, 39]) await w.past('failed', days * DAY, { rollsBack: 'rt-0' });
        await fire('Accuracy')(w);
      },
      'dispatch: policy_mode',
    ],
    [
      'a person’s reset closes it',
      {},
      async (w) => {
        await w.past('regressed', 40 * DAY);
        await w.recorder.resetCircuit('iris', 'jane');
        await fire('Accuracy')(w);
      },
      'dispatch: policy_mode',
    ],
    [
      'a reset before the end does not',
      {},
      async (w) => {
        await w.recorder.resetCircuit('iris', 'jane');
        await w.pass(50 * DAY);
        await w.past('regressed', 40 * DAY);
        await fire('Accuracy')(w);
      },
      'hold: circuit_open',
    ],
    [
      'mode approve asks while it is half open',
      { mode: 'approve' },
      after('unverifiable'),
      'await_approval: policy_mode',
    ],
  ]);
});

describe('cooldown and attempts', () => {
  rows([
    [
      '23 h after a verified run are too early',
      {},
      async (w) => {
        await w.past('verified', 24 * HOUR);
        await fire('Accuracy')(w);
      },
      'hold: cooldown',
    ],
    [
      '24 h after its end are not',
      {},
      async (w) => {
        await w.past('verified', 25 * HOUR);
        await fire('Accuracy')(w);
      },
      'dispatch: policy_mode',
    ],
    [
      'it follows a rejected run as well',
      {},
      async (w) => {
        await w.past('rejected', 2 * HOUR);
        await fire('Accuracy')(w);
      },
      'hold: cooldown',
    ],
    [
      'a failure doubles it',
      {},
      async (w) => {
        await w.past('failed', 40 * HOUR);
        await fire('Accuracy')(w);
      },
      'hold: cooldown',
    ],
    [
      'the double of it ends',
      {},
      async (w) => {
        await w.past('failed', 50 * HOUR);
        await fire('Accuracy')(w);
      },
      'dispatch: policy_mode',
    ],
    [
      'it may be none',
      { cooldown: '0s' },
      async (w) => {
        await w.past('verified', HOUR);
        await fire('Accuracy')(w);
      },
      'dispatch: policy_mode',
    ],
    [
      'an incident gets its second attempt',
      { cooldown: '1h' },
      async (w) => {
        await fire('Accuracy')(w);
        await w.end('unverifiable');
        await w.pass(2 * HOUR);
      },
      'await_approval: last_run_unverifiable',
    ],
    [
      'and no third one',
      { cooldown: '1h' },
      async (w) => {
        await fire('Accuracy')(w);
        await w.end('unverifiable');
        await w.pass(2 * HOUR);
        await w.apply({ type: 'approved', by: 'jane' });
        await w.round();
        await w.end('unverifiable');
        await w.pass(2 * HOUR);
      },
      'hold: attempts',
    ],
    [
      'one attempt where the policy says one',
      { cooldown: '1h', attempts: 1 },
      async (w) => {
        await fire('Accuracy')(w);
        await w.end('unverifiable');
        await w.pass(2 * HOUR);
      },
      'hold: attempts',
    ],
    [
      'a rollback is no attempt',
      { cooldown: '0s', attempts: 1 },
      async (w) => {
        await fire('Drift')(w);
        const incident = await w.stores.incidents.latestOpen('iris', w.database.db);
        await w.past('verified', 2 * HOUR, { rollsBack: 'rt-0', incidentId: incident?.id ?? '' });
        await fire('Accuracy')(w);
      },
      'dispatch: policy_mode',
    ],
    [
      'a rejected run is no attempt',
      { mode: 'approve', cooldown: '1h', attempts: 1 },
      async (w) => {
        await fire('Accuracy')(w);
        await w.end('rejected');
        await w.pass(2 * HOUR);
      },
      'await_approval: policy_mode',
    ],
    [
      'a reset gives as many again',
      { cooldown: '1h', attempts: 1 },
      async (w) => {
        await fire('Accuracy')(w);
        await w.end('unverifiable');
        await w.pass(2 * HOUR);
        await w.recorder.resetCircuit('iris', 'jane');
        await w.pass(MINUTE);
      },
      'dispatch: policy_mode',
    ],
  ]);
});

describe('the budget', () => {
  const four = async (w: PolicyWorld, state: 'verified' | 'rejected' = 'verified'): Promise<void> => {
    for (const days of [20, 15, 10, 5]) await w.past(state, days * DAY, { costReserved: 12 });
  };
  const cost = { budget: { runs: 9, cost: 50 }, cost_per_run: 12 };
  rows([
    [
      'a fifth run in 30 days is one too many',
      {},
      async (w) => {
        await four(w);
        await fire('Accuracy')(w);
      },
      'hold: budget',
    ],
    [
      'rejected runs cost nothing',
      {},
      async (w) => {
        await four(w, 'rejected');
        await fire('Accuracy')(w);
      },
      'dispatch: policy_mode',
    ],
    [
      'runs before the period do not count',
      { budget: { runs: 4, per: '12d' } },
      async (w) => {
        await four(w);
        await fire('Accuracy')(w);
      },
      'dispatch: policy_mode',
    ],
    [
      'a cost that does not fit holds',
      cost,
      async (w) => {
        await four(w);
        await fire('Accuracy')(w);
      },
      'hold: cost',
    ],
    [
      'a cost that just fits starts',
      { ...cost, budget: { runs: 9, cost: 60 } },
      async (w) => {
        await four(w);
        await fire('Accuracy')(w);
      },
      'dispatch: policy_mode',
    ],
    [
      'a reported cost takes the place of the estimate',
      cost,
      async (w) => {
        await four(w);
        await w.apply({ type: 'cost_reported', cost: 2 }, 'rt-past-1');
        await fire('Accuracy')(w);
      },
      'dispatch: policy_mode',
    ],
    [
      'a reported cost above the estimate counts in full',
      cost,
      async (w) => {
        await w.past('verified', 5 * DAY, { costReserved: 12 });
        await w.apply({ type: 'cost_reported', cost: 39 }, 'rt-past-1');
        await fire('Accuracy')(w);
      },
      'hold: cost',
    ],
    ['an unknown cost never fits', { budget: { cost: 50 } }, fire('Accuracy'), 'hold: cost'],
    [
      'the cost of older runs is free again',
      { ...cost, budget: { runs: 9, cost: 50, per: '12d' } },
      async (w) => {
        await four(w);
        await fire('Accuracy')(w);
      },
      'dispatch: policy_mode',
    ],
    [
      'a rollback is no run of the budget',
      {},
      async (w) => {
        for (const days of [20, 15, 10, 5]) await w.past('verified', days * DAY, { rollsBack: 'rt-0' });
        await fire('Accuracy')(w);
      },
      'dispatch: policy_mode',
    ],
  ]);
});

describe('blackouts', () => {
  rows([
    ['hold what would start', { blackout: AFTERNOON }, fire('Accuracy'), 'hold: blackout'],
    ['hold what would ask', { blackout: AFTERNOON, mode: 'approve' }, fire('Accuracy'), 'hold: blackout'],
    [
      'do not hold a suggestion',
      { blackout: AFTERNOON, mode: 'suggest' },
      fire('Accuracy'),
      'suggest: policy_mode',
    ],
    [
      'end',
      { blackout: AFTERNOON },
      async (w) => {
        await fire('Accuracy')(w);
        await w.pass(6 * HOUR);
      },
      'dispatch: policy_mode',
    ],
    [
      'of a weekend do not hold on a Tuesday',
      { blackout: WEEKEND },
      fire('Accuracy'),
      'dispatch: policy_mode',
    ],
    [
      'begin at midnight of their zone, not of UTC',
      { blackout: WEEKEND },
      async (w) => {
        await w.pass(3 * DAY + 11 * HOUR);
        await fire('Accuracy')(w);
      },
      'hold: blackout',
    ],
    [
      'come after what holds longer',
      { blackout: AFTERNOON },
      async (w) => {
        await w.past('verified', 3 * HOUR);
        await fire('Accuracy')(w);
      },
      'hold: cooldown',
    ],
  ]);

  it('hold back what was approved before their end, without failing it', async () => {
    await world.begin([
      { mode: 'approve', blackout: [{ times: [{ start_time: '13:00', end_time: '24:00' }] }] },
    ]);
    await fire('Accuracy')(world);
    await world.pass(2 * HOUR);
    expect(await world.apply({ type: 'approved', by: 'jane' })).toBe('approved');
    await world.round();
    expect((await world.active())[0]).toMatchObject({
      state: 'queued',
      sendAfter: new Date('2026-03-11T00:00:00Z'),
    });
    await world.pass(9 * HOUR + 59 * MINUTE);
    expect((await world.active())[0]?.sentAt).toBeUndefined();
    await world.pass(MINUTE);
    expect((await world.active())[0]).toMatchObject({
      state: 'dispatched',
      sentAt: new Date('2026-03-11T00:00:00Z'),
    });
  });
});

describe('what an end leads to', () => {
  const policy = {
    on_not_improved: { severity: 'page', labels: { team: 'ml' } },
    on_regressed: { rollback: 'rollback' },
  };
  const ended = async (state: 'verified' | 'not_improved' | 'regressed'): Promise<void> => {
    await world.begin([policy]);
    await fire('Accuracy')(world);
    await world.end(state);
    await world.round();
  };

  it('verified: the incident closes and the reference of the new version is asked for', async () => {
    await ended('verified');
    const { rows: incidents } = await sql`select close_reason from incidents`.execute(world.database.db);
    expect(incidents).toEqual([{ close_reason: 'run_verified' }]);
    const { rows: repins } = await sql`select model, version, taken_at from reference_repins`.execute(
      world.database.db,
    );
    expect(repins).toEqual([{ model: 'iris', version: '8', taken_at: null }]);
  });

  it('verified, where the policy wants no new reference: none is asked for', async () => {
    await world.begin([{ on_verified: { repin_reference: false } }]);
    await fire('Accuracy')(world);
    await world.end('verified');
    const { rows: repins } = await sql`select model from reference_repins`.execute(world.database.db);
    expect(repins).toEqual([]);
  });

  it('not improved: told as the policy says, and no longer once a later run is verified', async () => {
    await ended('not_improved');
    expect(await world.told()).toEqual(['RetrainingDidNotHelp page']);
    await world.recorder.resetCircuit('iris', 'jane');
    await world.pass(2 * DAY);
    await world.end('verified');
    expect(await world.told()).toEqual([]);
  });

  it('regressed: the way back is offered, and waits for a person whatever the mode', async () => {
    await ended('regressed');
    const [offered] = await world.active();
    expect(offered).toMatchObject({
      state: 'awaiting_approval',
      ci: 'rollback',
      newVersion: '7',
      request: { rollbackTo: '7', currentVersion: '8' },
    });
    expect((await world.told()).toSorted()).toEqual([
      'RetrainingDidNotHelp critical',
      'RetrainingNeedsApproval warning',
    ]);
    await world.apply({ type: 'approved', by: 'jane' });
    await world.round();
    await world.end('verified');
    await world.pass(5 * DAY);
    // The old trouble is back, and training did not help.
    expect(await world.last()).toBe('hold: circuit_open');
    expect(await world.told()).toEqual(['RetrainingDidNotHelp critical']);
  });

  it('regressed without a target for it: nothing is offered', async () => {
    await world.begin([{}]);
    await fire('Accuracy')(world);
    await world.end('regressed');
    expect(await world.active()).toEqual([]);
  });
});

describe('records', () => {
  it('of a decision tell the policy’s revision, every gate, and until when it was the same', async () => {
    const [policy] = await world.begin([{ trigger: { any: ['Accuracy'], sustained: '6h' } }]);
    await fire('Accuracy')(world);
    await world.pass(HOUR);
    await world.pass(HOUR);
    const [first, ...others] = await world.decisions();
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      reason: 'not_sustained',
      policy_revision: policy!.revision,
      seen_at: new Date('2026-03-10T14:00:00Z'),
    });
    expect(first?.gates.find(({ gate }) => gate === 'sustained')?.detail).toContain('2h of 6h');
  });

  it('of a run name the alerts that were added while it was active', async () => {
    await world.begin([{ concurrency: { on_conflict: 'coalesce' }, mode: 'approve' }]);
    await fire('Accuracy')(world);
    await world.fire('Drift');
    await world.pass(MINUTE);
    await world.pass(MINUTE);
    const { rows: added } = await sql`select alertname from run_reasons`.execute(world.database.db);
    expect(added).toEqual([{ alertname: 'Drift' }]);
    // Nothing has left yet, so the pipeline will be told.
    expect((await world.active())[0]?.request.evidence.map(({ rule }) => rule)).toEqual([
      'Accuracy',
      'Drift',
    ]);
  });
});

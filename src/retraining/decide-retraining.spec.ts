import { describe, it, expect } from '@jest/globals';
import fc from 'fast-check';
import type { PastRun } from './circuit.js';
import { circuitOf } from './circuit.js';
import { decideRetraining } from './decide-retraining.js';
import { type Decision, type DecisionInput, GATES, type GateName } from './decision.js';
import { NO_FURTHER_LIMITS } from './fake-policy.js';
import type { Condition, Policy } from './policy.js';
import type { RunState } from './run.js';
import { type OpenAlert, signalOf } from './signal.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = new Date('2026-03-10T12:00:00Z');
const ago = (ms: number): Date => new Date(NOW.getTime() - ms);

const rule = (alertname: string): Condition => ({ type: 'rule', alertname });
const any = (...of: Condition[]): Condition => ({ type: 'any', of });
const all = (...of: Condition[]): Condition => ({ type: 'all', of });
const DEFAULT_TRIGGER: Condition = {
  type: 'signals',
  signals: ['accuracy', 'unproven_accuracy', 'input_drift', 'prediction_drift'],
};

const alert = (alertname: string, kind: string | undefined, more: Partial<OpenAlert> = {}): OpenAlert => ({
  alertname,
  labels: { alertname, model_name: 'iris' },
  since: ago(12 * HOUR),
  ...(kind === undefined ? {} : { kind }),
  ...more,
});
const accuracy = alert('Accuracy', 'accuracy', {
  evidence: { measure: 'accuracy', value: 0.88, threshold: 0.92, n: 340 },
});
const gauge = alert('Gauge', 'accuracy', {
  evidence: { measure: 'accuracy', value: 0.8, threshold: 0.92, unproven: true },
});
const drift = alert('Drift', 'drift', { evidence: { measure: 'jsd', value: 0.31, threshold: 0.1, n: 9000 } });
const predictionDrift = alert('Predictions', 'prediction_drift');
const errors = alert('Errors', 'error_rate');
const stale = alert('Stale', 'staleness');
const slow = alert('Slow', 'latency');
const custom = alert('ModelIsBad', undefined);
const since = (of: OpenAlert, ms: number): OpenAlert => ({ ...of, since: ago(ms) });

const policy: Policy = {
  name: 'iris-retrain',
  model: 'iris',
  mode: 'auto',
  trigger: any(rule('Accuracy'), rule('Gauge'), rule('Drift'), rule('Predictions'), rule('ModelIsBad')),
  sustainedMs: 6 * HOUR,
  blockWhen: [rule('Errors')],
  cooldownMs: DAY,
  budget: { runs: 4, perMs: 30 * DAY },
  run: 'train',
  verify: {
    newVersionWithinMs: DAY,
    soakMs: 6 * HOUR,
    windowMs: 3 * DAY,
    deadlineMs: 7 * DAY,
    minSamples: 200,
  },
  startWithinMs: HOUR,
  finishWithinMs: 6 * HOUR,
  ...NO_FURTHER_LIMITS,
  approvalTimeoutMs: 8 * HOUR,
};
const fine: DecisionInput = { policy, alerts: [accuracy], blocking: [], silenced: false, runs: [] };

let nextId = 0;
/** A run that ended `endedAgo` before now, an hour after it was made. */
const ended = (state: RunState, endedAgo: number, more: Partial<PastRun> = {}): PastRun => ({
  id: `rt-${nextId++}`,
  state,
  createdAt: ago(endedAgo + HOUR),
  sentAt: ago(endedAgo + HOUR),
  endedAt: ago(endedAgo),
  ...more,
});
const active = (state: RunState): PastRun => ({ id: 'rt-active', state, createdAt: ago(HOUR) });

type Change = Partial<Omit<DecisionInput, 'policy'>> & { readonly policy?: Partial<Policy> };
const inputOf = (change: Change): DecisionInput => ({
  ...fine,
  ...change,
  policy: { ...policy, ...change.policy },
});
const gateOf = (decision: Decision, name: GateName) => decision.gates.find((gate) => gate.gate === name);

type Row = [sentence: string, change: Change, expected: string, gate?: [GateName, boolean, string]];
const table = (rows: Row[]): void => {
  for (const [sentence, change, expected, gate] of rows) {
    it(sentence, () => {
      const decision = decideRetraining(inputOf(change), NOW);
      expect(`${decision.decision}: ${decision.reason}`).toBe(expected);
      expect(decision.gates.map((each) => each.gate)).toEqual([...GATES]);
      if (!gate) return;
      expect(gateOf(decision, gate[0])?.pass).toBe(gate[1]);
      expect(gateOf(decision, gate[0])?.detail).toContain(gate[2]);
    });
  }
};

describe('the mode', () => {
  table([
    ['auto starts a run', {}, 'dispatch: policy_mode', ['mode', true, 'mode is auto']],
    ['approve asks a person', { policy: { mode: 'approve' } }, 'await_approval: policy_mode'],
    ['suggest only tells', { policy: { mode: 'suggest' } }, 'suggest: policy_mode'],
    [
      'disabled holds whatever fires',
      { policy: { mode: 'disabled' } },
      'hold: disabled',
      ['mode', false, 'mode is disabled'],
    ],
    [
      'disabled is the reason even when more is wrong',
      { policy: { mode: 'disabled' }, alerts: [], silenced: true },
      'hold: disabled',
    ],
  ]);
});

describe('the trigger', () => {
  table([
    ['nothing fires', { alerts: [] }, 'hold: not_triggered', ['trigger', false, 'firing: none']],
    ['another rule fires', { alerts: [slow] }, 'hold: not_triggered', ['trigger', false, 'firing: Slow']],
    [
      'one of any fires',
      {},
      'dispatch: policy_mode',
      ['trigger', true, 'Accuracy (accuracy 0.88, threshold 0.92, n=340) firing'],
    ],
    [
      'half of all fires',
      { policy: { trigger: all(rule('Accuracy'), rule('Drift')) } },
      'hold: not_triggered',
      ['trigger', false, 'needs Accuracy and Drift'],
    ],
    [
      'all of all fires',
      { policy: { trigger: all(rule('Accuracy'), rule('Drift')) }, alerts: [accuracy, drift] },
      'dispatch: policy_mode',
    ],
    [
      'a branch of any holds as a whole',
      {
        policy: { trigger: any(rule('Nothing'), all(rule('Accuracy'), rule('Drift'))) },
        alerts: [accuracy, drift],
      },
      'dispatch: policy_mode',
    ],
    [
      'matchers decide over labels',
      {
        policy: {
          trigger: {
            type: 'matchers',
            text: '{team="flowers"}',
            matchers: [
              {
                name: 'team',
                operator: '=',
                value: 'flowers',
                matches: (labels) => labels['team'] === 'flowers',
              },
            ],
          },
        },
        alerts: [{ ...accuracy, labels: { team: 'flowers' } }],
      },
      'dispatch: policy_mode',
    ],
    [
      'without a trigger an accuracy rule is enough',
      { policy: { trigger: DEFAULT_TRIGGER } },
      'dispatch: policy_mode',
    ],
    [
      'without a trigger latency is not',
      { policy: { trigger: DEFAULT_TRIGGER }, alerts: [slow] },
      'hold: not_triggered',
    ],
    [
      'without a trigger a rule of one’s own is not',
      { policy: { trigger: DEFAULT_TRIGGER }, alerts: [custom] },
      'hold: not_triggered',
    ],
  ]);
});

describe('sustained', () => {
  table([
    [
      '5h of 6h is not enough',
      { alerts: [since(accuracy, 5 * HOUR)] },
      'hold: not_sustained',
      ['sustained', false, '5h of 6h'],
    ],
    [
      '6h of 6h is',
      { alerts: [since(accuracy, 6 * HOUR)] },
      'dispatch: policy_mode',
      ['sustained', true, '6h of 6h'],
    ],
    ['a millisecond short is short', { alerts: [since(accuracy, 6 * HOUR - 1)] }, 'hold: not_sustained'],
    [
      'all waits for its youngest alert',
      { policy: { trigger: all(rule('Accuracy'), rule('Drift')) }, alerts: [accuracy, since(drift, HOUR)] },
      'hold: not_sustained',
      ['sustained', false, '1h of 6h'],
    ],
    [
      'a young accuracy alert lends nothing to an old drift alert',
      { alerts: [since(accuracy, HOUR), drift] },
      'suggest: drift_alone',
    ],
    [
      'without sustained the first alert is enough',
      { policy: { sustainedMs: 0 }, alerts: [since(accuracy, 0)] },
      'dispatch: policy_mode',
    ],
    [
      'a clock that is ahead does not matter without sustained',
      { policy: { sustainedMs: 0 }, alerts: [since(accuracy, -5000)] },
      'dispatch: policy_mode',
    ],
    [
      'a clock that is ahead never counts as held',
      { alerts: [since(accuracy, -DAY)] },
      'hold: not_sustained',
      ['sustained', false, '0s of 6h'],
    ],
  ]);
});

describe('the evidence', () => {
  table([
    [
      'proven accuracy loss starts a run',
      {},
      'dispatch: policy_mode',
      ['evidence', true, 'labels prove the loss; allows at most dispatch'],
    ],
    [
      'input drift alone only suggests',
      { alerts: [drift] },
      'suggest: drift_alone',
      ['evidence', false, 'allows at most suggest'],
    ],
    ['prediction drift alone only suggests', { alerts: [predictionDrift] }, 'suggest: drift_alone'],
    [
      'both kinds of drift ask a person',
      { alerts: [drift, predictionDrift] },
      'await_approval: drift_alone',
      ['evidence', false, 'a person has to decide'],
    ],
    [
      'both kinds of drift in a policy that asks anyway',
      { policy: { mode: 'approve' }, alerts: [drift, predictionDrift] },
      'await_approval: policy_mode',
      ['evidence', true, 'allows at most await_approval'],
    ],
    [
      'several alerts of one kind of drift are still one kind',
      { alerts: [drift, { ...drift, labels: { feature: 'petal' } }] },
      'suggest: drift_alone',
    ],
    [
      'drift beside proven accuracy loss starts a run',
      { alerts: [accuracy, drift, predictionDrift] },
      'dispatch: policy_mode',
    ],
    [
      'a bare accuracy gauge only suggests',
      { alerts: [gauge] },
      'suggest: unproven_accuracy',
      ['evidence', false, 'a gauge without a sample size proves nothing'],
    ],
    ['a bare gauge does not lift one drift', { alerts: [gauge, drift] }, 'suggest: unproven_accuracy'],
    [
      'a bare gauge caps approve as well',
      { policy: { mode: 'approve' }, alerts: [gauge] },
      'suggest: unproven_accuracy',
    ],
    [
      'a bare gauge beside proven loss does not matter',
      { alerts: [gauge, accuracy] },
      'dispatch: policy_mode',
    ],
    [
      'a rule of one’s own that the policy names starts a run',
      { alerts: [custom] },
      'dispatch: policy_mode',
      ['evidence', true, 'the policy names this rule'],
    ],
    [
      'an outside alert called drift counts as drift',
      { policy: { trigger: rule('IrisDrift') }, alerts: [alert('IrisDrift', undefined)] },
      'suggest: drift_alone',
    ],
    [
      'latency as a trigger can only suggest',
      { policy: { trigger: rule('Slow') }, alerts: [slow] },
      'suggest: cannot_help',
      ['evidence', false, 'retraining cannot cure this'],
    ],
    [
      'errors as a trigger can only suggest',
      { policy: { trigger: rule('Errors'), blockWhen: [] }, alerts: [errors] },
      'suggest: cannot_help',
    ],
    [
      'an alert the trigger does not use lends no evidence',
      { policy: { trigger: rule('Drift') }, alerts: [drift, accuracy] },
      'suggest: drift_alone',
    ],
  ]);
});

describe('block_when', () => {
  table([
    [
      'a blocking alert holds',
      { blocking: [errors] },
      'hold: blocked',
      ['block_when', false, '1 firing: Errors'],
    ],
    [
      'several are all named',
      { blocking: [errors, stale] },
      'hold: blocked',
      ['block_when', false, '2 firing: Errors, Stale'],
    ],
    ['none passes', {}, 'dispatch: policy_mode', ['block_when', true, '0 firing: none']],
    ['it holds a suggestion too', { policy: { mode: 'suggest' }, blocking: [stale] }, 'hold: blocked'],
  ]);
});

describe('one active run per model', () => {
  const states: RunState[] = [
    'awaiting_approval',
    'queued',
    'triggering',
    'ambiguous',
    'dispatched',
    'running',
    'succeeded',
    'soaking',
  ];
  table(
    states.map((state): Row => [
      `a run that is ${state} holds the next`,
      { activeRun: active(state) },
      'hold: active_run',
      ['active_run', false, `rt-active is ${state}`],
    ]),
  );
  table([
    ['a run found among the recent ones holds as well', { runs: [active('running')] }, 'hold: active_run'],
    ['no run is no obstacle', {}, 'dispatch: policy_mode', ['active_run', true, '0 of 1 runs active']],
  ]);
});

describe('the circuit breaker', () => {
  const old = 20 * DAY;
  table([
    [
      'is closed at first',
      {},
      'dispatch: policy_mode',
      ['circuit', true, 'closed, 0 of 2 failures in a row'],
    ],
    [
      'opens after a run that did not improve the model',
      { runs: [ended('not_improved', old)] },
      'hold: circuit_open',
      ['circuit', false, 'ended not_improved'],
    ],
    [
      'opens after a run that made it worse',
      { runs: [ended('regressed', old)] },
      'hold: circuit_open',
      ['circuit', false, 'a person has to reset it'],
    ],
    [
      'stays closed after one failure',
      { runs: [ended('failed', old)] },
      'dispatch: policy_mode',
      ['circuit', true, '1 of 2 failures in a row'],
    ],
    [
      'opens after two failures in a row',
      { runs: [ended('failed', old), ended('failed', old - DAY)] },
      'hold: circuit_open',
      ['circuit', false, '2 of 2 failures in a row'],
    ],
    [
      'counts a run that timed out and one that was lost',
      { runs: [ended('timed_out', old), ended('lost', old - DAY)] },
      'hold: circuit_open',
    ],
    [
      'forgets failures after a verified run',
      { runs: [ended('failed', old), ended('verified', old - DAY), ended('failed', old - 2 * DAY)] },
      'dispatch: policy_mode',
    ],
    [
      'is not confused by the order of the rows',
      { runs: [ended('verified', old - DAY), ended('failed', old), ended('failed', old + DAY)] },
      'dispatch: policy_mode',
    ],
    [
      'does not take a cancelled run for a success',
      { runs: [ended('failed', old), ended('cancelled', old - DAY), ended('failed', old - 2 * DAY)] },
      'hold: circuit_open',
    ],
    [
      'does not take a rejected run for a success',
      { runs: [ended('not_improved', old), ended('rejected', old - DAY)] },
      'hold: circuit_open',
    ],
    [
      'is closed by a later verified run',
      { runs: [ended('regressed', old), ended('verified', old - DAY)] },
      'dispatch: policy_mode',
    ],
    [
      'is closed by a person',
      { runs: [ended('regressed', old)], circuitResetAt: ago(old - HOUR) },
      'dispatch: policy_mode',
    ],
    [
      'is not closed by a reset that came before',
      { runs: [ended('regressed', old)], circuitResetAt: ago(old + HOUR) },
      'hold: circuit_open',
    ],
    [
      'asks a person after a run that could not be verified',
      { runs: [ended('unverifiable', old)] },
      'await_approval: last_run_unverifiable',
      ['circuit', false, 'half_open'],
    ],
    [
      'lets an approving policy go on after such a run',
      { policy: { mode: 'approve' }, runs: [ended('unverifiable', old)] },
      'await_approval: policy_mode',
      ['circuit', true, 'half_open'],
    ],
  ]);
});

describe('the cooldown', () => {
  table([
    [
      'holds 23h after the end of a verified run',
      { runs: [ended('verified', 23 * HOUR)] },
      'hold: cooldown',
      ['cooldown', false, 'until 2026-03-10T13:00:00.000Z: 1d after'],
    ],
    [
      'is over after 24h',
      { runs: [ended('verified', DAY)] },
      'dispatch: policy_mode',
      ['cooldown', true, 'until 2026-03-10T12:00:00.000Z'],
    ],
    [
      'counts from the end, not from the start',
      { runs: [ended('verified', 23 * HOUR, { createdAt: ago(5 * DAY) })] },
      'hold: cooldown',
    ],
    [
      'follows a failed run and doubles',
      { runs: [ended('failed', 47 * HOUR)] },
      'hold: cooldown',
      ['cooldown', false, '2d after'],
    ],
    ['is over 48h after one failure', { runs: [ended('failed', 48 * HOUR)] }, 'dispatch: policy_mode'],
    ['follows a cancelled run', { runs: [ended('cancelled', HOUR)] }, 'hold: cooldown'],
    ['follows a run that a person rejected', { runs: [ended('rejected', HOUR)] }, 'hold: cooldown'],
    ['follows a run nobody approved', { runs: [ended('expired', HOUR)] }, 'hold: cooldown'],
    [
      'never grows beyond 7d',
      { policy: { cooldownMs: 5 * DAY }, runs: [ended('failed', 7 * DAY)] },
      'dispatch: policy_mode',
      ['cooldown', true, '1w after'],
    ],
    [
      'is never shorter than the policy says',
      { policy: { cooldownMs: 14 * DAY }, runs: [ended('failed', 10 * DAY)] },
      'hold: cooldown',
      ['cooldown', false, '2w after'],
    ],
    [
      'may be switched off',
      { policy: { cooldownMs: 0 }, runs: [ended('verified', 0)] },
      'dispatch: policy_mode',
    ],
    [
      'is not shortened by resetting the circuit',
      { runs: [ended('regressed', HOUR)], circuitResetAt: NOW },
      'hold: cooldown',
    ],
  ]);
});

describe('the budget', () => {
  const spent = (...days: number[]): PastRun[] => days.map((day) => ended('verified', day * DAY));
  table([
    [
      '3 of 4 leaves one',
      { runs: spent(3, 10, 20) },
      'dispatch: policy_mode',
      ['budget', true, '3 of 4 runs in 30d'],
    ],
    [
      '4 of 4 holds',
      { runs: spent(3, 10, 20, 25) },
      'hold: budget',
      ['budget', false, '4 of 4 runs in 30d; the next is free at 2026-03-15T11:00:00.000Z'],
    ],
    [
      'a run older than the period is free again',
      { runs: spent(3, 10, 20, 30) },
      'dispatch: policy_mode',
      ['budget', true, '3 of 4 runs in 30d'],
    ],
    [
      'failed runs cost as much',
      { policy: { budget: { runs: 1, perMs: 30 * DAY } }, runs: [ended('failed', 20 * DAY)] },
      'hold: budget',
      ['budget', false, '1 of 1 runs in 30d'],
    ],
    [
      'a rejected run costs nothing',
      { policy: { budget: { runs: 1, perMs: 30 * DAY } }, runs: [ended('rejected', 20 * DAY)] },
      'dispatch: policy_mode',
      ['budget', true, '0 of 1'],
    ],
    [
      'an expired run costs nothing',
      { policy: { budget: { runs: 1, perMs: 30 * DAY } }, runs: [ended('expired', 20 * DAY)] },
      'dispatch: policy_mode',
    ],
    [
      'a run cancelled before it was sent costs nothing',
      {
        policy: { budget: { runs: 1, perMs: 30 * DAY } },
        runs: [{ id: 'rt-x', state: 'cancelled', createdAt: ago(20 * DAY), endedAt: ago(20 * DAY) }],
      },
      'dispatch: policy_mode',
    ],
    [
      'a run cancelled after it was sent costs',
      { policy: { budget: { runs: 1, perMs: 30 * DAY } }, runs: [ended('cancelled', 20 * DAY)] },
      'hold: budget',
    ],
    [
      'the active run counts once',
      { activeRun: active('running'), runs: [active('running')] },
      'hold: active_run',
      ['budget', true, '1 of 4'],
    ],
  ]);
});

describe('a silence', () => {
  table([
    [
      'stops what would start by itself',
      { silenced: true },
      'hold: silenced',
      ['silence', false, 'nothing starts by itself'],
    ],
    [
      'leaves the question to a person alone',
      { silenced: true, policy: { mode: 'approve' } },
      'await_approval: policy_mode',
      ['silence', true, 'a person decides anyway'],
    ],
    ['leaves suggestions alone', { silenced: true, policy: { mode: 'suggest' } }, 'suggest: policy_mode'],
    ['is not needed to stop drift', { silenced: true, alerts: [drift] }, 'suggest: drift_alone'],
  ]);
});

describe('the first failing gate gives the reason', () => {
  const broke = [
    ended('regressed', HOUR),
    ended('verified', 2 * DAY),
    ended('verified', 3 * DAY),
    ended('verified', 4 * DAY),
  ];
  table([
    [
      'blocked before active',
      { blocking: [errors], activeRun: active('running'), runs: broke },
      'hold: blocked',
      ['active_run', false, ''],
    ],
    [
      'active before circuit',
      { activeRun: active('running'), runs: broke },
      'hold: active_run',
      ['circuit', false, ''],
    ],
    ['circuit before cooldown', { runs: broke }, 'hold: circuit_open', ['cooldown', false, '']],
    [
      'cooldown before budget',
      { runs: broke, circuitResetAt: NOW },
      'hold: cooldown',
      ['budget', false, '4 of 4'],
    ],
    [
      'budget before silence',
      { policy: { cooldownMs: 0 }, runs: broke, circuitResetAt: NOW, silenced: true },
      'hold: budget',
      ['silence', false, ''],
    ],
  ]);
});

describe('when to look again', () => {
  it.each<[string, Change, Date | undefined]>([
    ['at the end of sustained', { alerts: [since(accuracy, 5 * HOUR)] }, ago(-HOUR)],
    ['at the end of the cooldown', { runs: [ended('verified', 23 * HOUR)] }, ago(-HOUR)],
    [
      'when the budget frees a run',
      { runs: [3, 10, 20, 25].map((day) => ended('verified', day * DAY)) },
      ago(-5 * DAY + HOUR),
    ],
    ['not by itself while the circuit is open', { runs: [ended('regressed', HOUR)] }, undefined],
    ['not by itself while blocked', { blocking: [errors] }, undefined],
  ])('%s', (_when, change, expected) => {
    expect(decideRetraining(inputOf(change), NOW).recheckAt).toEqual(expected);
  });

  it('and at that instant the gate is open', () => {
    const input = inputOf({ runs: [3, 10, 20, 25].map((day) => ended('verified', day * DAY)) });
    const { recheckAt } = decideRetraining(input, NOW);
    expect(decideRetraining(input, recheckAt as Date).decision).toBe('dispatch');
    expect(decideRetraining(input, new Date((recheckAt as Date).getTime() - 1)).reason).toBe('budget');
  });
});

const ENDS: RunState[] = [
  'verified',
  'not_improved',
  'regressed',
  'unverifiable',
  'rejected',
  'expired',
  'failed',
  'timed_out',
  'lost',
  'cancelled',
];
const anyRun = fc
  .record({ state: fc.constantFrom(...ENDS), endedAgo: fc.integer({ min: 0, max: 40 * DAY }) })
  .map(({ state, endedAgo }) => ended(state, endedAgo));
const anyAlert = fc
  .record({
    base: fc.constantFrom(accuracy, gauge, drift, predictionDrift, errors, stale, slow, custom),
    held: fc.integer({ min: -HOUR, max: DAY }),
  })
  .map(({ base, held }) => since(base, held));
const anyInput: fc.Arbitrary<DecisionInput> = fc
  .record(
    {
      alerts: fc.array(anyAlert, { maxLength: 5 }),
      blocking: fc.constantFrom([], [], [], [errors]),
      silenced: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.boolean()),
      runs: fc.oneof(fc.constant([]), fc.array(anyRun, { maxLength: 6 })),
      activeRun: fc.constantFrom(undefined, undefined, undefined, active('soaking')),
      circuitResetAt: fc.integer({ min: 0, max: 40 * DAY }).map(ago),
      mode: fc.constantFrom('disabled', 'suggest', 'approve', 'auto', 'auto', 'auto'),
      sustainedMs: fc.constantFrom(0, 0, 6 * HOUR),
      cooldownMs: fc.constantFrom(0, HOUR, DAY),
      budgetRuns: fc.integer({ min: 1, max: 6 }),
    },
    {
      requiredKeys: [
        'alerts',
        'blocking',
        'silenced',
        'runs',
        'mode',
        'sustainedMs',
        'cooldownMs',
        'budgetRuns',
      ],
    },
  )
  .map(({ mode, sustainedMs, cooldownMs, budgetRuns, activeRun, ...rest }) => ({
    ...rest,
    ...(activeRun ? { activeRun } : {}),
    policy: {
      ...policy,
      mode,
      sustainedMs,
      cooldownMs,
      budget: { runs: budgetRuns, perMs: 30 * DAY },
    } as Policy,
  }));

describe('whatever comes in', () => {
  const always = (check: (input: DecisionInput, decision: Decision) => void): void => {
    fc.assert(
      fc.property(anyInput, (input) => check(input, decideRetraining(input, NOW))),
      { numRuns: 3000 },
    );
  };

  it('dispatches now and then, so that the properties below mean something', () => {
    const decisions = fc.sample(anyInput, 3000).map((input) => decideRetraining(input, NOW).decision);
    expect(decisions.filter((decision) => decision === 'dispatch').length).toBeGreaterThan(50);
  });

  it('lists every gate, in one order', () => {
    always((_input, { gates }) => expect(gates.map(({ gate }) => gate)).toEqual([...GATES]));
  });

  it('never dispatches unless every gate passes', () => {
    always((_input, { decision, gates }) => {
      if (decision === 'dispatch') expect(gates.filter(({ pass }) => !pass)).toEqual([]);
    });
  });

  it('never starts or asks for a run while one is active', () => {
    always(({ activeRun }, { decision }) => {
      if (activeRun) expect(decision).toBe('hold');
    });
  });

  it('never dispatches on drift alone, nor on a bare gauge', () => {
    always(({ alerts }, { decision }) => {
      const proof = alerts.some((each) => ['accuracy', 'declared'].includes(signalOf(each)));
      if (!proof) expect(decision).not.toBe('dispatch');
    });
  });

  it('never dispatches while blocked, silenced, disabled or beyond the mode', () => {
    always(({ blocking, silenced, policy: { mode } }, { decision }) => {
      if (blocking.length > 0 || silenced || mode !== 'auto') expect(decision).not.toBe('dispatch');
      if (mode === 'suggest') expect(decision).not.toBe('await_approval');
    });
  });

  it('never exceeds the budget', () => {
    always(({ runs, policy: { budget } }, { decision }) => {
      const spent = runs.filter(
        ({ state, sentAt }) =>
          !['rejected', 'expired'].includes(state) && (sentAt as Date) > ago(budget.perMs),
      );
      if (spent.length >= budget.runs) expect(decision).toBe('hold');
    });
  });

  it('never acts within the cooldown of any run', () => {
    always(({ runs, policy: { cooldownMs } }, { decision }) => {
      if (runs.some(({ endedAt }) => (endedAt as Date) > ago(cooldownMs))) expect(decision).toBe('hold');
    });
  });

  it('gives a hold the reason of a gate that failed', () => {
    always((_input, { decision, gates }) => {
      if (decision === 'hold') expect(gates.some(({ pass }) => !pass)).toBe(true);
    });
  });
});

describe('the circuit breaker, whatever the runs', () => {
  const order = { closed: 0, half_open: 1, open: 2 };
  const later = (state: RunState): PastRun => ({ id: 'rt-later', state, createdAt: NOW, endedAt: NOW });

  it('never closes by a run that was not verified', () => {
    fc.assert(
      fc.property(
        fc.array(anyRun),
        fc.constantFrom(...ENDS.filter((end) => end !== 'verified')),
        (runs, end) => {
          const before = circuitOf(runs).state;
          expect(order[circuitOf([...runs, later(end)]).state]).toBeGreaterThanOrEqual(order[before]);
        },
      ),
    );
  });

  it('is closed after a verified run and after a reset', () => {
    fc.assert(
      fc.property(fc.array(anyRun), (runs) => {
        expect(circuitOf([...runs, later('verified')]).state).toBe('closed');
        expect(circuitOf(runs, NOW).state).toBe('closed');
      }),
    );
  });

  it('does not depend on the order in which rows arrive', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyRun, { selector: (run) => run.endedAt?.getTime() }), (runs) => {
        expect(circuitOf(runs.toReversed())).toEqual(circuitOf(runs));
      }),
    );
  });
});

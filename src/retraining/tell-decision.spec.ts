import { describe, expect, it } from '@jest/globals';
import type { Decision, Gate } from './decision.js';
import type { Incident } from './incident.js';
import type { Policy } from './policy.js';
import { decisionAlerts, tellDecision } from './tell-decision.js';

const NOW = new Date('2026-03-10T12:00:00Z');
const incident: Incident = { id: 'inc-1', model: 'iris', modelVersion: '7', openedAt: NOW };
const policy = { name: 'iris-retrain' } as Policy;
const gates: readonly Gate[] = [
  { gate: 'mode', pass: true, detail: 'mode is auto' },
  { gate: 'trigger', pass: true, detail: 'Low firing' },
  { gate: 'cooldown', pass: false, detail: 'until 13:00' },
  { gate: 'budget', pass: false, detail: '4 of 4 runs in 30d' },
];
const decided = (decision: Decision['decision'], reason: Decision['reason']): Decision =>
  ({
    decision,
    reason,
    gates: decision === 'hold' ? gates : gates.slice(0, 2),
    alerts: [],
  }) as unknown as Decision;

describe('a decision in the journal', () => {
  it.each<[sentence: string, decision: Decision, summary: string]>([
    [
      'says what is done',
      decided('dispatch', 'policy_mode'),
      'retraining iris by policy iris-retrain (policy mode): Low firing',
    ],
    [
      'says what waits for a person',
      decided('await_approval', 'drift_alone'),
      'retraining iris once somebody approves by policy iris-retrain (drift alone): Low firing',
    ],
    [
      'says what is suggested',
      decided('suggest', 'policy_mode'),
      'suggesting to retrain iris by policy iris-retrain (policy mode): Low firing',
    ],
    [
      'says what is not done, and the first gate that forbids it',
      decided('hold', 'cooldown'),
      'not retraining iris by policy iris-retrain (cooldown): cooldown: until 13:00',
    ],
  ])('%s', (_sentence, decision, summary) => {
    expect(tellDecision(incident, policy, decision, {}, NOW).summary).toBe(summary);
  });

  it('carries every gate, and the run it made', () => {
    expect(
      tellDecision(incident, policy, decided('dispatch', 'policy_mode'), { runId: 'rt-1' }, NOW),
    ).toMatchObject({
      at: NOW,
      kind: 'decision',
      reason: 'policy_mode',
      model: 'iris',
      runId: 'rt-1',
      details: {
        incidentId: 'inc-1',
        policy: 'iris-retrain',
        decision: 'dispatch',
        gates: gates.slice(0, 2),
      },
    });
    expect(tellDecision(incident, policy, decided('hold', 'cooldown'), {}, NOW)).not.toHaveProperty('runId');
  });
});

const alertsOf = (decision?: Decision) =>
  decisionAlerts(incident, policy, decision, 'https://retune.example');
const firing = (decision?: Decision) =>
  alertsOf(decision).flatMap(({ fires, raised }) => (fires ? [raised] : []));

describe('what people are told of a decision', () => {
  it('is a suggestion: what it rests on, why it goes no further, and where to look', () => {
    expect(firing(decided('suggest', 'cannot_help'))).toEqual([
      {
        source: 'retraining',
        labels: {
          alertname: 'RetrainingSuggested',
          model_name: 'iris',
          policy: 'iris-retrain',
          severity: 'warning',
        },
        annotations: {
          summary: 'Retraining iris may help',
          description: 'Low firing. Policy iris-retrain only suggests (cannot help).',
        },
        generatorUrl: 'https://retune.example/api/incidents/inc-1',
      },
    ]);
  });

  it('is that bad data holds a run back, which data, and what to do', () => {
    const blocked = {
      ...decided('hold', 'blocked'),
      gates: [...gates, { gate: 'block_when', pass: false, detail: '1 firing: ErrorRate (error_rate)' }],
    } as Decision;
    const [raised, ...others] = firing(blocked);
    expect(others).toEqual([]);
    expect(raised?.labels).toMatchObject({ alertname: 'RetrainingHeld', reason: 'blocked' });
    expect(raised?.annotations).toEqual({
      summary: 'iris is not retrained: its data cannot be trusted',
      description:
        'Low firing. Blocked by 1 firing: ErrorRate (error_rate). Training on such data would make the model worse. Put right what these alerts say; then it is decided anew.',
    });
  });

  it('is that the budget is spent', () => {
    const [raised] = firing(decided('hold', 'budget'));
    expect(raised?.labels).toMatchObject({ alertname: 'RetrainingHeld', reason: 'budget' });
    expect(raised?.annotations?.['description']).toBe(
      'Low firing. Spent: 4 of 4 runs in 30d. Raise the budget of the policy, or retrain by hand.',
    );
  });

  it.each([
    decided('hold', 'cooldown'),
    decided('hold', 'not_triggered'),
    decided('dispatch', 'policy_mode'),
    undefined,
  ])('is nothing when nobody can do anything, and all is over', (decision) => {
    expect(firing(decision)).toEqual([]);
  });

  it('has the same labels whatever it rests on: that is how it ends', () => {
    const labels = (decision?: Decision) => alertsOf(decision).map(({ raised }) => raised.labels);
    expect(labels()).toEqual(labels(decided('hold', 'blocked')));
  });
});

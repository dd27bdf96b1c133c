import { describe, it, expect } from '@jest/globals';
import { buildRun, type NewRun } from './build-run.js';
import type { Measured } from './measured.js';
import { NO_FURTHER_LIMITS } from './fake-policy.js';
import type { Policy } from './policy.js';
import { deadlineOf } from './run-deadline.js';
import type { OpenAlert } from './signal.js';
import { stepRun } from './step-run.js';

const HOUR = 3_600_000;
const NOW = new Date('2026-03-10T12:00:00Z');
const ago = (ms: number): Date => new Date(NOW.getTime() - ms);

const policy: Policy = {
  name: 'iris-retrain',
  model: 'iris',
  mode: 'auto',
  trigger: { type: 'rule', alertname: 'Low' },
  sustainedMs: 0,
  blockWhen: [],
  cooldownMs: 24 * HOUR,
  budget: { runs: 4, perMs: 720 * HOUR },
  run: 'train',
  verify: {
    newVersionWithinMs: 24 * HOUR,
    soakMs: 6 * HOUR,
    windowMs: 72 * HOUR,
    deadlineMs: 168 * HOUR,
    minSamples: 200,
  },
  startWithinMs: HOUR,
  finishWithinMs: 6 * HOUR,
  ...NO_FURTHER_LIMITS,
  approvalTimeoutMs: 8 * HOUR,
};
const low: OpenAlert = {
  alertname: 'Low',
  labels: { alertname: 'Low', model_name: 'iris', model_version: '7', severity: 'critical' },
  since: ago(2 * HOUR),
  kind: 'accuracy',
  evidence: { measure: 'accuracy', value: 0.88, threshold: 0.92, n: 340 },
};
const drift: OpenAlert = { alertname: 'Drift', labels: {}, since: ago(48 * HOUR), kind: 'drift' };
const measured: Measured = {
  at: NOW,
  versions: [
    { version: '6', correct: 10, total: 20, traffic: 0.1 },
    { version: '7', correct: 900, total: 1000, traffic: 0.9 },
  ],
};
const input = (more: Partial<NewRun> = {}): NewRun => ({
  id: 'rt-1',
  incident: { id: 'inc-1', model: 'iris', modelVersion: '7', openedAt: ago(HOUR) },
  policy,
  provider: 'github',
  alerts: [low],
  measured,
  decision: { decision: 'dispatch', reason: 'policy_mode' },
  externalUrl: 'https://retune.example',
  ...more,
});

describe('buildRun', () => {
  it('starts queued, or waits for a person, as it was decided', () => {
    expect(buildRun(input(), NOW).state).toBe('queued');
    const asked = buildRun(input({ decision: { decision: 'await_approval', reason: 'drift_alone' } }), NOW);
    expect([asked.state, asked.reason]).toEqual(['awaiting_approval', 'drift_alone']);
  });

  it('can still be sent when it was approved at the last moment', () => {
    const asked = buildRun(input({ decision: { decision: 'await_approval', reason: 'policy_mode' } }), NOW);
    const late = new Date(NOW.getTime() + 8 * HOUR - 1);
    const approved = stepRun(asked, { type: 'approved', by: 'ada' }, late).run;
    expect(approved.state).toBe('queued');
    expect(stepRun(approved, { type: 'clock' }, late).reason).toBe('not_due');
    expect(deadlineOf(approved)).toEqual(new Date(NOW.getTime() + 15 * HOUR));
  });

  it.each<[string, Partial<NewRun>, object]>([
    ['what was measured just now', {}, { version: '7', accuracy: 0.9, n: 1000 }],
    [
      'the figure that raised the alert, when too few labels were measured since',
      { measured: { at: NOW, versions: [{ version: '7', correct: 90, total: 100, traffic: 1 }] } },
      { version: '7', accuracy: 0.88, n: 340 },
    ],
    [
      'what was measured, when only drift raised it',
      { alerts: [drift] },
      { version: '7', accuracy: 0.9, n: 1000 },
    ],
    [
      'the busiest version, when the incident names none',
      { alerts: [drift], incident: { ...input().incident, modelVersion: '' } },
      { version: '7', accuracy: 0.9 },
    ],
    [
      'nothing, when nothing was measured',
      { alerts: [drift], measured: { at: NOW, versions: [] } },
      { version: '7' },
    ],
  ])('has to beat %s', (_what, more, expected) => {
    expect(buildRun(input(more), NOW).baseline).toMatchObject(expected);
  });

  it('knows the versions that are there, and the one in trouble even unseen', () => {
    expect(buildRun(input(), NOW).baseline.knownVersions).toEqual(['6', '7']);
    expect(buildRun(input({ measured: { at: NOW, versions: [] } }), NOW).baseline.knownVersions).toEqual([
      '7',
    ]);
  });

  it.each<[string, Partial<NewRun>, number | undefined]>([
    ['the rule’s threshold', {}, 0.92],
    ['the policy’s own target', { policy: { ...policy, verify: { ...policy.verify, target: 0.95 } } }, 0.95],
    ['none, when only drift raised it', { alerts: [drift] }, undefined],
  ])('has to reach %s', (_what, more, expected) => {
    expect(buildRun(input(more), NOW).verify.target).toBe(expected);
  });

  it('tells the pipeline why, on which windows, and by when', () => {
    expect(buildRun(input({ alerts: [low, drift] }), NOW).request).toMatchObject({
      correlationId: 'rt-1',
      model: 'iris',
      currentVersion: '7',
      reason: { kind: 'accuracy,input_drift', severity: 'critical', requestedBy: 'policy:iris-retrain' },
      evidence: [
        { rule: 'Low', value: 0.88, threshold: 0.92, n: 340 },
        { rule: 'Drift', value: null, threshold: null },
      ],
      windows: {
        drifted: { from: ago(48 * HOUR).toISOString(), to: NOW.toISOString() },
        training: { from: ago(48 * HOUR).toISOString(), to: NOW.toISOString() },
      },
      deadline: new Date(NOW.getTime() + 7 * HOUR).toISOString(),
    });
    expect(buildRun(input(), NOW).request.windows.training.from).toBe(ago(24 * HOUR).toISOString());
    expect(buildRun(input(), NOW).request.callback).toBeUndefined();
  });
});

import type { Run } from './run.js';

const HOUR = 3_600_000;

/** When the run of {@link freshRun} was decided. */
export const DECIDED_AT = new Date('2026-03-10T12:00:00Z');

/** A run as it stands right after its decision, for specs to change. */
export const freshRun: Run = {
  id: 'rt-1',
  incidentId: 'inc-1',
  policy: 'iris-retrain',
  model: 'iris',
  ci: 'train',
  provider: 'github',
  state: 'queued',
  request: {
    correlationId: 'rt-1',
    model: 'iris',
    reason: { kind: 'accuracy', summary: '', requestedBy: 'alert' },
    evidence: [],
    windows: { drifted: { from: '', to: '' }, training: { from: '', to: '' } },
    links: {},
    deadline: new Date(DECIDED_AT.getTime() + 7 * HOUR).toISOString(),
    requestedAt: DECIDED_AT.toISOString(),
  },
  verify: {
    newVersionWithinMs: 24 * HOUR,
    soakMs: 6 * HOUR,
    windowMs: 72 * HOUR,
    deadlineMs: 168 * HOUR,
    minSamples: 200,
    startWithinMs: HOUR,
    finishWithinMs: 6 * HOUR,
    approveWithinMs: 8 * HOUR,
  },
  baseline: { version: '7', accuracy: 0.88, n: 340, knownVersions: ['6', '7'] },
  attempt: 0,
  createdAt: DECIDED_AT,
};

import { z } from 'zod';
import type { Evidence } from '../../../src/alerts/alert.js';
import { Clock } from '../../../src/platform/clock.js';
import type { CiProvider } from '../../../src/retraining/ci/ci-provider.js';
import type { Measured } from '../../../src/retraining/measured.js';
import type { Run, RunState } from '../../../src/retraining/run.js';
import type { NewLabels } from '../../../src/retraining/new-labels.js';

/** A Tuesday. */
export const NOON = new Date('2026-03-10T12:00:00Z');

/** A clock that a test sets. */
export class SetClock extends Clock {
  time = NOON;
  now(): Date {
    return this.time;
  }
  async until(): Promise<void> {}
}

/** What Prometheus would say of versions and labels: a year cannot be scraped, so a test says it. */
export class SaidMeter {
  measured: Measured | undefined;
  labels: NewLabels = { kind: 'unknown', why: 'Prometheus gives no answer' };
  async measure(_model: string, _windowMs: number, now: Date): Promise<Measured | undefined> {
    return this.measured && { ...this.measured, at: now };
  }
  async newLabels(): Promise<NewLabels> {
    return this.labels;
  }
}

/** What each kind of alert is told to have seen. */
export const EVIDENCE: Readonly<Record<string, Evidence>> = {
  Accuracy: { kind: 'accuracy', measure: 'accuracy', value: 0.88, threshold: 0.92, n: 340 },
  Gauge: { kind: 'accuracy', measure: 'accuracy', value: 0.8, threshold: 0.92, unproven: true },
  Drift: { kind: 'drift', measure: 'jsd', value: 0.31, threshold: 0.1, n: 9000 },
  Predictions: { kind: 'prediction_drift', measure: 'jsd', value: 0.2, threshold: 0.1, n: 9000 },
  Errors: { kind: 'error_rate', measure: 'burn_rate', value: 20, threshold: 14.4, n: 900 },
  SlowBurn: { kind: 'error_rate', measure: 'slow_burn_rate', value: 2, threshold: 1, n: 900 },
  Stale: { kind: 'staleness', measure: 'no_data', value: 900, threshold: 900 },
  Slow: { kind: 'latency', measure: 'share_above', value: 0.2, threshold: 0.05, n: 900 },
  Custom: { measure: 'audit', value: 1, threshold: 0 },
};

/** Takes every run. */
export const CI: CiProvider = {
  type: 'fake',
  summary: '',
  Config: z.unknown(),
  idempotency: 'native',
  settleMs: 0,
  trigger: async (run) => ({ kind: 'triggered', adopted: false, ref: { id: run.correlationId } }),
  status: async () => ({ state: 'unknown', raw: '' }),
};

const AN_HOUR_MS = 3_600_000;

/** A run that was sent at `at` and was over an hour later, unless told otherwise. */
export function pastRun(id: string, state: RunState, at: Date, more: Partial<Run>): Run {
  return {
    id,
    incidentId: 'inc-old',
    policy: 'p',
    model: 'iris',
    ci: 'train',
    provider: 'fake',
    state,
    request: { evidence: [], reason: { summary: '' } },
    verify: {},
    baseline: { knownVersions: [] },
    attempt: 1,
    createdAt: at,
    sentAt: at,
    endedAt: new Date(at.getTime() + AN_HOUR_MS),
    ...more,
  } as unknown as Run;
}

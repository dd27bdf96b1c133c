import type { Evidence } from '../../../alerts/alert.js';
import type { SamplesByQuery } from '../../../prometheus/sample.js';
import { formatDuration } from '../../../schema/duration.js';
import type { ModelFacts, Severity, Verdict } from '../kind.js';
import type { Check } from './spec.js';

/** What a check judges. */
export interface CheckInput {
  readonly samples: SamplesByQuery;
  /** The slot of the evaluation. */
  readonly now: Date;
  readonly model: ModelFacts;
}

/** What a check says: an observation but for its labels. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly severity: Severity;
  readonly evidence: Evidence;
}

/** How bad a breach is: a model that is gone or that nobody asks stands still, the rest can wait until the morning. */
const SEVERITIES: Readonly<Record<Check, Severity>> = {
  no_data: 'critical',
  no_traffic: 'critical',
  accuracy_age: 'warning',
  label_coverage: 'warning',
  model_age: 'warning',
};

/** A judgement with the severity of its check. Times are in seconds, as in Prometheus. */
export function judgement(
  check: Check,
  verdict: Verdict,
  evidence: Omit<Evidence, 'measure' | 'threshold'> & Partial<Pick<Evidence, 'measure' | 'threshold'>>,
): Judgement {
  return { verdict, severity: SEVERITIES[check], evidence: { measure: check, threshold: null, ...evidence } };
}

/** A judgement that says why there is none. */
export function unknown(check: Check, note: string): Judgement {
  return judgement(check, 'no_data', { value: null, note });
}

/** `2h5m`: seconds up to ten minutes, minutes up to two days, then hours. */
export function roughly(ms: number): string {
  const unit = ms < 600_000 ? 1000 : ms < 172_800_000 ? 60_000 : 3_600_000;
  return formatDuration(Math.round(ms / unit) * unit);
}

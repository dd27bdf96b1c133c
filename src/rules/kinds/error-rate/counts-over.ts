import type { SamplesByQuery } from '../../../prometheus/sample.js';
import { formatDuration } from '../../../schema/duration.js';
import { singleValue } from '../../read-samples.js';
import type { ErrorRateSpec } from './spec.js';

/** Requests and failures over one window. `rate` is their ratio; undefined without requests. */
export interface WindowCounts {
  readonly requests: number;
  readonly errors: number;
  readonly rate: number | undefined;
}

/**
 * The counts of one window; undefined when the requests are missing or a number is not usable. An error series that
 * does not exist is one that never counted anything.
 */
export function countsOver(
  windowMs: number,
  spec: ErrorRateSpec,
  samples: SamplesByQuery,
): WindowCounts | undefined {
  const window = formatDuration(windowMs);
  const counted = singleValue(samples[`requests_${window}`]);
  const errors = singleValue(samples[`errors_${window}`]) ?? 0;
  if (counted === undefined || !(counted >= 0) || !(errors >= 0)) return undefined;
  const requests = spec.errors_in_total ? counted : counted + errors;
  if (!Number.isFinite(requests)) return undefined;
  // Both counts are extrapolated on their own, so the part can come out a little larger than the whole.
  return { requests, errors, rate: requests > 0 ? Math.min(1, errors / requests) : undefined };
}

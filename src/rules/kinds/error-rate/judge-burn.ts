import type { Evidence } from '../../../alerts/alert.js';
import type { Labels } from '../../../alerts/labels.js';
import type { SamplesByQuery } from '../../../prometheus/sample.js';
import { formatDuration } from '../../../schema/duration.js';
import { observe } from '../../observation.js';
import { formatShare } from '../../share.js';
import type { Observation, Verdict } from '../kind.js';
import { countsOver } from './counts-over.js';
import type { Burn, ErrorRateSpec } from './spec.js';

interface JudgedTier {
  readonly verdict: Extract<Verdict, 'breached' | 'clear' | 'insufficient_data' | 'no_data'>;
  readonly evidence: Evidence;
}

/** The strongest verdict over all tiers wins: one that burns is enough, "clear" needs all of them. */
const ORDER = ['breached', 'no_data', 'insufficient_data', 'clear'] as const;

/**
 * Multi-window, multi-burn-rate: a tier is breached when the long and the short window both burn the budget faster than
 * its factor. The long window says that it matters, the short one that it still goes on.
 */
export function judgeBurn(
  spec: ErrorRateSpec,
  slo: number,
  labels: Labels,
  samples: SamplesByQuery,
): Observation {
  const tiers = spec.burn.map((tier) => judgeTier(tier, spec, 1 - slo, samples));
  const verdict = ORDER.find((candidate) => tiers.some((tier) => tier.verdict === candidate)) ?? 'no_data';
  const shown = tiers.find((tier) => tier.verdict === verdict) ?? tiers[0];
  if (!shown) return { labels, value: null, verdict: 'no_data' };
  return observe(labels, verdict, shown.evidence);
}

function judgeTier(tier: Burn, spec: ErrorRateSpec, budget: number, samples: SamplesByQuery): JudgedTier {
  const long = countsOver(tier.long, spec, samples);
  const short = countsOver(tier.short, spec, samples);
  const base = { measure: 'burn_rate', threshold: tier.factor, needed: spec.min_requests };
  if (!long || !short) {
    const note = 'model_prediction_requests_total has no usable series';
    return { verdict: 'no_data', evidence: { ...base, value: null, note } };
  }
  const value = long.rate === undefined ? null : long.rate / budget;
  const failed = (rate: number | undefined): string =>
    rate === undefined ? 'no requests' : formatShare(rate);
  const note =
    `failed: ${failed(long.rate)} over ${formatDuration(tier.long)}, ${failed(short.rate)} over ` +
    `${formatDuration(tier.short)}; the budget is ${formatShare(budget)}`;
  const evidence = { ...base, value, n: short.requests, note };
  const burns = (rate: number): boolean => rate > tier.factor * budget;
  if (long.rate === undefined || short.rate === undefined) return { verdict: 'insufficient_data', evidence };
  // A calm long window is enough to be clear; a calm short one only when enough requests stand behind it.
  if (!burns(long.rate) && long.requests >= spec.min_requests) return { verdict: 'clear', evidence };
  if (short.requests < spec.min_requests) return { verdict: 'insufficient_data', evidence };
  if (!burns(long.rate) || !burns(short.rate)) return { verdict: 'clear', evidence };
  return { verdict: short.errors < spec.min_errors ? 'insufficient_data' : 'breached', evidence };
}

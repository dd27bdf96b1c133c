import type { Evidence } from '../../../alerts/alert.js';
import type { Labels } from '../../../alerts/labels.js';
import type { SamplesByQuery } from '../../../prometheus/sample.js';
import { formatDuration } from '../../../schema/duration.js';
import { observe } from '../../observation.js';
import { formatShare } from '../../share.js';
import type { Observation, Verdict } from '../kind.js';
import type { Burn } from './burn.js';
import { countsOver } from './counts-over.js';
import type { ErrorRateSpec } from './spec.js';

/** What is measured by a tier that is worth a ticket: the budget burns, and slowly. */
const SLOW_BURN = 'slow_burn_rate';

interface JudgedTier {
  readonly tier: Burn;
  readonly verdict: Extract<Verdict, 'breached' | 'clear' | 'insufficient_data' | 'no_data'>;
  readonly evidence: Evidence;
}

/** The strongest verdict over all tiers wins: one that burns is enough, "clear" needs all of them. */
const ORDER = ['breached', 'no_data', 'insufficient_data', 'clear'] as const;

/**
 * Multi-window, multi-burn-rate: a tier is breached when the long and the short window both burn the budget faster than
 * its factor. The long window says that it matters, the short one that it still goes on. One alert, as bad as the worst
 * tier that burns.
 */
export function judgeBurn(
  spec: ErrorRateSpec,
  slo: number,
  labels: Labels,
  samples: SamplesByQuery,
): Observation {
  const tiers = spec.burn.map((tier) => judgeTier(tier, spec, 1 - slo, samples));
  const verdict =
    ORDER.find((candidate) => tiers.some((judged) => judged.verdict === candidate)) ?? 'no_data';
  const chosen = tiers.filter((judged) => judged.verdict === verdict);
  const shown = chosen.find(({ tier }) => tier.severity === 'critical') ?? chosen[0];
  if (!shown) return { labels, value: null, verdict: 'no_data' };
  const note = [shown.evidence.note, budgetNote(spec, 1 - slo, samples)].join('; ');
  const observation = observe(
    labels,
    verdict,
    verdict === 'no_data' ? shown.evidence : { ...shown.evidence, note },
  );
  return verdict === 'breached' ? { ...observation, severity: shown.tier.severity } : observation;
}

/** How much of the budget went within the longest window, at an even flow of requests: a window of the whole period would cost too much. */
function budgetNote(spec: ErrorRateSpec, budget: number, samples: SamplesByQuery): string {
  const longest = Math.max(...spec.burn.map(({ long }) => long));
  const rate = countsOver(longest, spec, samples)?.rate;
  const whole = `the budget is ${formatShare(budget)} over ${formatDuration(spec.period)}`;
  if (rate === undefined) return whole;
  const gone = (rate / budget) * (longest / spec.period);
  return `${whole}, of which ${formatShare(gone)} went in ${formatDuration(longest)}`;
}

function judgeTier(tier: Burn, spec: ErrorRateSpec, budget: number, samples: SamplesByQuery): JudgedTier {
  const long = countsOver(tier.long, spec, samples);
  const short = countsOver(tier.short, spec, samples);
  // Its own measure: a severity label of the rule may hide the tier, and what blocks a retraining must know it.
  const measure = tier.severity === 'critical' ? 'burn_rate' : SLOW_BURN;
  const base = { measure, threshold: tier.factor, needed: spec.min_requests };
  const judged = (verdict: JudgedTier['verdict'], evidence: Evidence): JudgedTier => ({
    tier,
    verdict,
    evidence,
  });
  if (!long || !short) {
    const note = 'model_prediction_requests_total has no usable series';
    return judged('no_data', { ...base, value: null, note });
  }
  const value = long.rate === undefined ? null : long.rate / budget;
  const failed = (rate: number | undefined): string =>
    rate === undefined ? 'no requests' : formatShare(rate);
  const note =
    `failed: ${failed(long.rate)} over ${formatDuration(tier.long)}, ${failed(short.rate)} over ` +
    formatDuration(tier.short);
  const evidence = { ...base, value, n: short.requests, note };
  const burns = (rate: number): boolean => rate > tier.factor * budget;
  if (long.rate === undefined || short.rate === undefined) return judged('insufficient_data', evidence);
  // A calm long window is enough to be clear; a calm short one only when enough requests stand behind it.
  if (!burns(long.rate) && long.requests >= spec.min_requests) return judged('clear', evidence);
  if (short.requests < spec.min_requests) return judged('insufficient_data', evidence);
  if (!burns(long.rate) || !burns(short.rate)) return judged('clear', evidence);
  return judged(short.errors < spec.min_errors ? 'insufficient_data' : 'breached', evidence);
}

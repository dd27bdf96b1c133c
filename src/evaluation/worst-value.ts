import type { Observation, Verdict } from '../rules/kinds/kind.js';
import type { Rule } from '../rules/rule.js';

const RANK: Readonly<Record<Verdict, number>> = {
  breached: 4,
  clear: 3,
  insufficient_data: 2,
  stale: 1,
  no_data: 0,
};

/**
 * The value an evaluation is remembered by: of the worst verdict, the one furthest beyond its line or nearest to it; null
 * when none is a finite number.
 */
export function worstValue(rule: Rule, observations: readonly Observation[]): number | null {
  let worst: Observation | undefined;
  for (const observation of observations) {
    if (observation.value === null || !Number.isFinite(observation.value)) continue;
    if (!worst || badness(rule, observation, worst) > 0) worst = observation;
  }
  return worst?.value ?? null;
}

/** Above 0 when `a` is worse than `b`. */
function badness({ direction }: Rule, a: Observation, b: Observation): number {
  const byVerdict = RANK[a.verdict] - RANK[b.verdict];
  if (byVerdict !== 0) return byVerdict;
  if (direction !== undefined) return direction === 'above' ? difference(a, b) : difference(b, a);
  const [beyondA, beyondB] = [beyondLine(a), beyondLine(b)];
  return beyondA === undefined || beyondB === undefined ? difference(a, b) : beyondA - beyondB;
}

function difference(a: Observation, b: Observation): number {
  return (a.value ?? 0) - (b.value ?? 0);
}

/** How far a breach lies beyond its line; what did not breach, how far it lies before it, as a negative number. */
function beyondLine({ value, verdict, evidence }: Observation): number | undefined {
  if (value === null || evidence === undefined || evidence.threshold === null) return undefined;
  const distance = Math.abs(value - evidence.threshold);
  return verdict === 'breached' ? distance : -distance;
}

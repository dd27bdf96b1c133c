import type { Distance } from './distance-names.js';
import { chiSquareUpperQuantile } from './distributions.js';
import { representatives, sigma } from './ordered-distances.js';
import { sumOver, totalOf } from './shares.js';

// Both are the 99 % quantile over the mean under "no change", found by simulation.
const TOTAL_VARIATION_TAIL = 1.66;
const WASSERSTEIN_TAIL = 2.2;

/** Two sides as they were compared; sparse buckets merged, except that wasserstein needs its bounds. */
export interface Sides {
  readonly reference: readonly number[];
  readonly current: readonly number[];
  /** Only for wasserstein: the bounds of the counts. */
  readonly upperBounds?: readonly number[];
}

/**
 * The distance that chance alone exceeds with probability `significance` (tv and wasserstein: 1 %) when nothing has
 * changed, given how many events stand behind both sides. Null when a side is empty.
 * With h = 1/N + 1/M and c the chi² quantile for K−1 degrees of freedom: PSI ≈ c·h, KL half of it, and so on; they
 * follow from the second-order expansion of each distance around "no change".
 */
export function noiseFloor(distance: Distance, sides: Sides, significance: number): number | null {
  const n = totalOf(sides.reference);
  const m = totalOf(sides.current);
  if (n === undefined || m === undefined) return null;
  const h = 1 / n + 1 / m;
  const pooled = sides.reference.map((r, k) => (r + (sides.current[k] ?? 0)) / (n + m));
  const kept = pooled.filter((share) => share > 0).length;
  const c = (): number => chiSquareUpperQuantile(significance, kept - 1);
  switch (distance) {
    case 'psi':
      return c() * h;
    case 'kl':
      return (c() * h) / 2;
    case 'jsd':
      return Math.sqrt((c() * h) / (8 * Math.LN2));
    case 'hellinger':
      return Math.sqrt((c() * h) / 8);
    case 'cramers_v':
      return Math.sqrt(c() / (n + m));
    case 'ks':
      return Math.sqrt(-Math.log(significance / 2) / 2) * Math.sqrt(h);
    case 'tv':
      return (TOTAL_VARIATION_TAIL / 2) * Math.sqrt((2 * h) / Math.PI) * spread(pooled);
    case 'linf': {
      // Bonferroni over the shares, each of which is about normal.
      const z = Math.sqrt(chiSquareUpperQuantile(significance / Math.max(1, kept), 1));
      return z * Math.sqrt(h) * Math.max(...pooled.map((share) => Math.sqrt(share * (1 - share))));
    }
    case 'wasserstein':
      return wassersteinFloor(sides, pooled, h);
  }
}

const spread = (shares: readonly number[]): number =>
  shares.reduce((sum, share) => sum + Math.sqrt(Math.max(0, share * (1 - share))), 0);

function wassersteinFloor(sides: Sides, pooled: readonly number[], h: number): number | null {
  const x = sides.upperBounds && representatives(sides.upperBounds);
  const deviation = sides.upperBounds && sigma(sides.upperBounds, sides.reference);
  if (!x || deviation === undefined || deviation === null) return null;
  let reached = 0;
  const cdf = pooled.map((share) => (reached += share)).slice(0, -1);
  const sum = sumOver(
    cdf,
    x,
    (f, value, k) => Math.sqrt(Math.max(0, f * (1 - f))) * ((x[k + 1] as number) - value),
  );
  return (WASSERSTEIN_TAIL * Math.sqrt((2 * h) / Math.PI) * sum) / Math.max(deviation, 0.001);
}

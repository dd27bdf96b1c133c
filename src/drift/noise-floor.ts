import type { Distance } from './distance-names.js';
import { chiSquareUpperQuantile } from './distributions.js';
import { representatives, sigma } from './ordered-distances.js';
import { totalOf } from './shares.js';

/** Two sides as they were compared; sparse buckets merged, except that wasserstein needs its bounds. */
export interface Sides {
  readonly reference: readonly number[];
  readonly current: readonly number[];
  /** Only for wasserstein: the bounds of the counts. */
  readonly upperBounds?: readonly number[];
}

/**
 * The distance that chance alone exceeds with probability `significance` when nothing has changed, given how many events
 * stand behind both sides. Null when a side is empty.
 * With h = 1/N + 1/M and c the chi² quantile for K−1 degrees of freedom: PSI ≈ c·h, KL half of it, and so on; they follow
 * from the second-order expansion of each distance around "no change". KS and L∞ are upper bounds.
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
    case 'linf': {
      // Bonferroni over the shares, each of which is about normal.
      const z = Math.sqrt(chiSquareUpperQuantile(significance / Math.max(1, kept), 1));
      return z * Math.sqrt(h) * Math.max(...pooled.map(deviation));
    }
    case 'tv':
      return (
        (Math.sqrt(h) / 2) *
        absoluteSumQuantile(pooled.map(deviation), shareCorrelation(pooled), significance)
      );
    case 'wasserstein':
      return wassersteinFloor(sides, pooled, h, significance);
  }
}

const deviation = (share: number): number => Math.sqrt(Math.max(0, share * (1 - share)));

type Correlation = (i: number, j: number) => number;

/** Between two shares of one multinomial draw: −√(pᵢpⱼ / ((1−pᵢ)(1−pⱼ))). */
function shareCorrelation(p: readonly number[]): Correlation {
  const odds = p.map((share) => Math.sqrt(share / (1 - share)));
  return (i, j) => -(odds[i] as number) * (odds[j] as number);
}

function wassersteinFloor(
  sides: Sides,
  pooled: readonly number[],
  h: number,
  significance: number,
): number | null {
  const x = sides.upperBounds && representatives(sides.upperBounds);
  const scale = sides.upperBounds && sigma(sides.upperBounds, sides.reference);
  if (!x || scale === undefined || scale === null) return null;
  let reached = 0;
  const cdf = pooled.map((share) => Math.min(1, (reached += share))).slice(0, -1);
  const steps = cdf.map((f, k) => deviation(f) * ((x[k + 1] as number) - (x[k] as number)));
  // Gaps between two distribution functions are a Brownian bridge: their correlation is the root of a ratio of odds.
  const odds = cdf.map((f) => f / (1 - f));
  const correlation: Correlation = (i, j) => {
    const [low, high] = [odds[Math.min(i, j)] as number, odds[Math.max(i, j)] as number];
    return Math.sqrt(low / high);
  };
  return (Math.sqrt(h) * absoluteSumQuantile(steps, correlation, significance)) / Math.max(scale, 0.001);
}

/**
 * What Σ |yₖ| exceeds with probability `significance`, for normal yₖ of mean 0 with the given deviations and correlations.
 * Its exact mean and variance are those of folded normals; a gamma distribution with both has a quantile close by.
 */
function absoluteSumQuantile(
  deviations: readonly number[],
  correlation: Correlation,
  significance: number,
): number {
  const kept = deviations.flatMap((s, k) => (s > 0 ? [{ s, k }] : []));
  const mean = Math.sqrt(2 / Math.PI) * kept.reduce((sum, { s }) => sum + s, 0);
  if (mean === 0) return 0;
  // Of |a| with itself (correlation 1); each pair counts twice.
  let variance = 0;
  kept.forEach((a, place) => {
    variance += a.s * a.s * (1 - 2 / Math.PI);
    for (let other = place + 1; other < kept.length; other += 1) {
      const b = kept[other] as (typeof kept)[number];
      const rho = Math.min(1, Math.max(-1, correlation(a.k, b.k)));
      variance += 2 * a.s * b.s * (2 / Math.PI) * (Math.sqrt(1 - rho * rho) + rho * Math.asin(rho) - 1);
    }
  });
  return (variance / (2 * mean)) * chiSquareUpperQuantile(significance, (2 * mean * mean) / variance);
}

import { kolmogorovTail } from './distributions.js';
import { sharesOf, sumOver, totalOf } from './shares.js';

// Distances that need the order of the buckets. `upperBounds` rise and end with +Infinity, one per count.
// Null when a side is empty or invalid, or the lengths differ.

/** The smallest spread the Wasserstein distance is divided by. */
const SMALLEST_SIGMA = 0.001;

/**
 * The value that stands for each bucket, as Prometheus' histogram_quantile places it: half the first bound when that is
 * positive, else the bound; the middle of the others; the last finite bound for +Inf. Null without a finite bound.
 */
export function representatives(upperBounds: readonly number[]): readonly number[] | null {
  if (upperBounds.length < 2) return null;
  return upperBounds.map((bound, k) => {
    const before = upperBounds[k - 1];
    if (before === undefined) return bound > 0 ? bound / 2 : bound;
    return bound === Number.POSITIVE_INFINITY ? before : (before + bound) / 2;
  });
}

/** F_reference − F_current at every bound. */
function cdfGaps(p: readonly number[], q: readonly number[]): readonly number[] {
  let gap = 0;
  return p.map((share, k) => (gap += share - (q[k] as number)));
}

/** Kolmogorov–Smirnov distance at the bounds, max |F_r − F_c|; 0…1. A lower bound of the one from raw values. */
export function ks(reference: readonly number[], current: readonly number[]): number | null {
  const shares = sharesOf(reference, current);
  if (!shares) return null;
  return Math.min(
    1,
    cdfGaps(shares.p, shares.q).reduce((most, gap) => Math.max(most, Math.abs(gap)), 0),
  );
}

/** The asymptotic p-value of a KS distance between samples of n and m values; conservative for binned ones. */
export function ksPValue(distance: number, n: number, m: number): number {
  return kolmogorovTail(distance * Math.sqrt((n * m) / (n + m)));
}

/** Wasserstein-1 distance in units of the feature, Σ |F_r − F_c| (xₖ₊₁ − xₖ). A lower bound when +Inf holds anything. */
export function wasserstein(
  upperBounds: readonly number[],
  reference: readonly number[],
  current: readonly number[],
): number | null {
  const shares = sharesOf(reference, current);
  const x = representatives(upperBounds);
  if (!shares || !x || x.length !== reference.length) return null;
  const gaps = cdfGaps(shares.p, shares.q);
  return sumOver(gaps.slice(0, -1), x, (gap, value, k) => Math.abs(gap) * ((x[k + 1] as number) - value));
}

/** The standard deviation (divided by N) of the values that stand for the buckets. */
export function sigma(upperBounds: readonly number[], counts: readonly number[]): number | null {
  const n = totalOf(counts);
  const x = representatives(upperBounds);
  if (n === undefined || !x || x.length !== counts.length) return null;
  const mean = sumOver(counts, x, (count, value) => count * value) / n;
  return Math.sqrt(sumOver(counts, x, (count, value) => count * (value - mean) ** 2) / n);
}

/** Wasserstein-1 in standard deviations of the reference, which are taken to be at least 0.001; 0…∞. */
export function wassersteinNormed(
  upperBounds: readonly number[],
  reference: readonly number[],
  current: readonly number[],
): number | null {
  const distance = wasserstein(upperBounds, reference, current);
  const spread = sigma(upperBounds, reference);
  if (distance === null || spread === null) return null;
  return distance / Math.max(spread, SMALLEST_SIGMA);
}

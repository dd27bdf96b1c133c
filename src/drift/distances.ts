import { sharesOf, sumOver } from './shares.js';

// Distances between two distributions over the same buckets, from counts. `reference` comes first. Counts may be
// fractional. Every function gives null when a side is empty, invalid or of another length: nothing is never "no drift".

/** The smallest share PSI and KL know. Every share is raised to it, so that smoothing never turns an order around. */
const SMALLEST_SHARE = 1e-4;

function smoothed(shares: readonly number[]): readonly number[] {
  const raised = shares.map((share) => Math.max(share, SMALLEST_SHARE));
  const total = raised.reduce((sum, share) => sum + share, 0);
  return raised.map((share) => share / total);
}

/** Kullback–Leibler divergence of the reference from the current distribution, Σ p ln(p/q), smoothed; 0…∞. */
export function kl(reference: readonly number[], current: readonly number[]): number | null {
  const shares = sharesOf(reference, current);
  if (!shares) return null;
  const sum = sumOver(smoothed(shares.p), smoothed(shares.q), (p, q) => p * Math.log(p / q));
  return Math.max(0, sum);
}

/** Population stability index, Σ (p−q) ln(p/q), smoothed: KL in both directions; 0…∞. */
export function psi(reference: readonly number[], current: readonly number[]): number | null {
  const shares = sharesOf(reference, current);
  if (!shares) return null;
  const sum = sumOver(smoothed(shares.p), smoothed(shares.q), (p, q) => (p - q) * Math.log(p / q));
  return Math.max(0, sum);
}

/** (1+d) ln(1+d) + (1−d) ln(1−d) for −1 ≤ d ≤ 1. */
function imbalance(d: number): number {
  const square = d * d;
  // The logarithms cancel for small d; the series' next term is d¹⁰/45.
  if (square < 1e-4) return square * (1 + square * (1 / 6 + square * (1 / 15 + square / 28)));
  const term = (x: number): number => (x <= 0 ? 0 : x * Math.log(x));
  return term(1 + d) + term(1 - d);
}

/** Jensen–Shannon distance with logarithms to base 2: the square root of the divergence; 0…1. No smoothing. */
export function jsd(reference: readonly number[], current: readonly number[]): number | null {
  const shares = sharesOf(reference, current);
  if (!shares) return null;
  const sum = sumOver(shares.p, shares.q, (p, q) => {
    const both = p + q;
    return both === 0 ? 0 : (both / 2) * imbalance((p - q) / both);
  });
  return Math.sqrt(Math.min(1, Math.max(0, sum / (2 * Math.LN2))));
}

/** Hellinger distance, √(½ Σ (√p−√q)²); 0…1. */
export function hellinger(reference: readonly number[], current: readonly number[]): number | null {
  const shares = sharesOf(reference, current);
  if (!shares) return null;
  const sum = sumOver(shares.p, shares.q, (p, q) => (Math.sqrt(p) - Math.sqrt(q)) ** 2);
  return Math.sqrt(Math.min(1, sum / 2));
}

/** Total variation distance, ½ Σ |p−q|; 0…1. */
export function totalVariation(reference: readonly number[], current: readonly number[]): number | null {
  const shares = sharesOf(reference, current);
  if (!shares) return null;
  return Math.min(1, sumOver(shares.p, shares.q, (p, q) => Math.abs(p - q)) / 2);
}

/** The largest change of one share, max |p−q|; 0…1. */
export function largestChange(reference: readonly number[], current: readonly number[]): number | null {
  const shares = sharesOf(reference, current);
  if (!shares) return null;
  return shares.p.reduce((most, p, k) => Math.max(most, Math.abs(p - (shares.q[k] as number))), 0);
}

import { chiSquareTail } from './distributions.js';
import { sumOver, totalOf } from './shares.js';

/** The chi² test of homogeneity: do both sides come from one distribution? */
export interface ChiSquare {
  readonly statistic: number;
  /** Buckets that hold anything, less one. */
  readonly dof: number;
  readonly pValue: number;
  /** √(χ²/(N+M)), the size of the change; 0…1. */
  readonly cramersV: number;
}

/**
 * χ² = Σ (√(M/N) r − √(N/M) c)² / (r+c), without Yates' correction. Buckets that are empty on both sides do not count;
 * without a degree of freedom p is 1. Null when a side is empty or invalid, or the lengths differ.
 */
export function chiSquare(reference: readonly number[], current: readonly number[]): ChiSquare | null {
  const n = totalOf(reference);
  const m = totalOf(current);
  if (n === undefined || m === undefined || reference.length !== current.length) return null;
  const ratio = Math.sqrt(m / n);
  let kept = 0;
  const statistic = sumOver(reference, current, (r, c) => {
    if (r + c === 0) return 0;
    kept += 1;
    return (ratio * r - c / ratio) ** 2 / (r + c);
  });
  const dof = Math.max(0, kept - 1);
  return {
    statistic,
    dof,
    pValue: chiSquareTail(statistic, dof),
    cramersV: Math.min(1, Math.sqrt(statistic / (n + m))),
  };
}

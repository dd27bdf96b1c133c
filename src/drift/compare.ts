import { bucketNames, onSharedBounds, overflowShare } from './buckets.js';
import { chiSquare } from './chi-square.js';
import type { Distance } from './distance-names.js';
import { hellinger, jsd, kl, largestChange, psi, totalVariation } from './distances.js';
import { mergeSparse } from './merge-sparse.js';
import { noiseFloor } from './noise-floor.js';
import { ks, sigma, wassersteinNormed } from './ordered-distances.js';
import type { HistogramCounts } from './reference.js';
import { sharesOf, totalOf } from './shares.js';

/** One bucket or class that changed its share. */
export interface Moved {
  readonly name: string;
  readonly before: number;
  readonly now: number;
}

/** How far the current distribution is from the reference, and whether chance could have done it. */
export interface Comparison {
  readonly ok: true;
  readonly distance: Distance;
  readonly value: number;
  /** What chance alone reaches; see `noiseFloor`. */
  readonly floor: number;
  /** Of the chi² test of homogeneity over sufficiently filled buckets. */
  readonly pValue: number;
  /** Events in the reference and now. */
  readonly n: number;
  readonly m: number;
  /** The larger share beyond the last bound, of both sides; 0 for classes. */
  readonly overflow: number;
  /** The three shares that changed most, largest change first. */
  readonly moved: readonly Moved[];
}

/** Why two distributions cannot be compared. */
export interface Incomparable {
  readonly ok: false;
  readonly reason: 'empty' | 'layout_changed' | 'overflow' | 'flat_reference' | 'no_order';
  /** Events in the reference and now, as far as they are known. */
  readonly n: number;
  readonly m: number;
}

/** How to compare: by which distance, and how rarely chance may look different. */
export interface CompareOptions {
  readonly distance: Distance | 'auto';
  readonly significance: number;
  /** Share beyond the last bound up to which wasserstein means something. */
  readonly maxOverflow: number;
}

/** Two histograms of one feature. `auto` takes wasserstein while it means something, else jsd. */
export function compareHistograms(
  reference: HistogramCounts,
  current: HistogramCounts,
  options: CompareOptions,
): Comparison | Incomparable {
  const n = totalOf(reference.counts) ?? 0;
  const m = totalOf(current.counts) ?? 0;
  const refuse = (reason: Incomparable['reason']): Incomparable => ({ ok: false, reason, n, m });
  if (n === 0 || m === 0) return refuse('empty');
  const shared = onSharedBounds(reference, current);
  if (!shared) return refuse('layout_changed');
  const { upperBounds } = shared.reference;
  const overflow = Math.max(overflowShare(shared.reference), overflowShare(shared.current));
  const deviation = sigma(upperBounds, shared.reference.counts) ?? 0;
  const meaningful = overflow <= options.maxOverflow && deviation > 0;
  const distance = options.distance === 'auto' ? (meaningful ? 'wasserstein' : 'jsd') : options.distance;
  if (distance === 'wasserstein' && !meaningful) return refuse(deviation > 0 ? 'overflow' : 'flat_reference');
  const counts = { reference: shared.reference.counts, current: shared.current.counts, upperBounds };
  return measure(distance, counts, bucketNames(upperBounds), overflow, options) ?? refuse('empty');
}

/** Two sets of classes with their counts; a class that one side lacks counts as 0 there. `auto` is jsd. */
export function compareClasses(
  reference: Readonly<Record<string, number>>,
  current: Readonly<Record<string, number>>,
  options: CompareOptions,
): Comparison | Incomparable {
  const names = [...new Set([...Object.keys(reference), ...Object.keys(current)])].toSorted();
  const counts = {
    reference: names.map((name) => (Object.hasOwn(reference, name) ? (reference[name] as number) : 0)),
    current: names.map((name) => (Object.hasOwn(current, name) ? (current[name] as number) : 0)),
  };
  const n = totalOf(counts.reference) ?? 0;
  const m = totalOf(counts.current) ?? 0;
  const distance = options.distance === 'auto' ? 'jsd' : options.distance;
  if (distance === 'wasserstein' || distance === 'ks') return { ok: false, reason: 'no_order', n, m };
  return measure(distance, counts, names, 0, options) ?? { ok: false, reason: 'empty', n, m };
}

interface Counts {
  readonly reference: readonly number[];
  readonly current: readonly number[];
  readonly upperBounds?: readonly number[];
}

function measure(
  distance: Distance,
  counts: Counts,
  names: readonly string[],
  overflow: number,
  { significance }: CompareOptions,
): Comparison | undefined {
  const merged = mergeSparse(counts, counts.upperBounds !== undefined);
  const test = chiSquare(merged.reference, merged.current);
  const value = valueOf(distance, counts);
  const floor = noiseFloor(distance, distance === 'wasserstein' ? counts : merged, significance);
  const n = totalOf(counts.reference);
  const m = totalOf(counts.current);
  if (test === null || value === null || floor === null || n === undefined || m === undefined)
    return undefined;
  if (!Number.isFinite(value) || !Number.isFinite(floor)) return undefined;
  return {
    ok: true,
    distance,
    value,
    floor,
    pValue: test.pValue,
    n,
    m,
    overflow,
    moved: mostMoved(counts, names),
  };
}

function valueOf(distance: Distance, { reference, current, upperBounds }: Counts): number | null {
  switch (distance) {
    case 'psi':
      return psi(reference, current);
    case 'kl':
      return kl(reference, current);
    case 'jsd':
      return jsd(reference, current);
    case 'hellinger':
      return hellinger(reference, current);
    case 'tv':
      return totalVariation(reference, current);
    case 'linf':
      return largestChange(reference, current);
    case 'ks':
      return ks(reference, current);
    case 'wasserstein':
      return upperBounds ? wassersteinNormed(upperBounds, reference, current) : null;
    case 'cramers_v':
      return chiSquare(reference, current)?.cramersV ?? null;
  }
}

function mostMoved({ reference, current }: Counts, names: readonly string[]): readonly Moved[] {
  const shares = sharesOf(reference, current);
  if (!shares) return [];
  return names
    .map((name, k) => ({ name, before: shares.p[k] as number, now: shares.q[k] as number }))
    .filter(({ before, now }) => before !== now)
    .toSorted((a, b) => Math.abs(b.now - b.before) - Math.abs(a.now - a.before))
    .slice(0, 3);
}

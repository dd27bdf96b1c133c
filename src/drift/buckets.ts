import type { HistogramCounts } from './reference.js';

/** One bucket of a classic histogram as Prometheus gives it: values at or below `le`. */
export interface CumulativeBucket {
  readonly le: string;
  readonly value: number;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function parseBound(le: string): number | undefined {
  if (le === '+Inf' || le === 'Inf') return Number.POSITIVE_INFINITY;
  return NUMBER.test(le) ? Number(le) : undefined;
}

/**
 * The counts of a classic histogram. Equal numbers under different texts (`1`, `1.0`) are added up, a bucket below its
 * predecessor (scrapes that overlap) takes its predecessor's count. Undefined without a +Inf bucket, for a bound that
 * is no number and for a value that is negative or not finite.
 */
export function countsFromBuckets(buckets: readonly CumulativeBucket[]): HistogramCounts | undefined {
  const cumulative = new Map<number, number>();
  for (const { le, value } of buckets) {
    const bound = parseBound(le);
    if (bound === undefined || !(value >= 0) || value === Number.POSITIVE_INFINITY) return undefined;
    cumulative.set(bound, (cumulative.get(bound) ?? 0) + value);
  }
  if (!cumulative.has(Number.POSITIVE_INFINITY)) return undefined;
  const upperBounds = [...cumulative.keys()].toSorted((a, b) => a - b);
  return { upperBounds, counts: differences(upperBounds.map((bound) => cumulative.get(bound) as number)) };
}

function differences(cumulative: readonly number[]): readonly number[] {
  let reached = 0;
  return cumulative.map((value) => {
    const count = Math.max(0, value - reached);
    reached = Math.max(reached, value);
    return count;
  });
}

/** Fewest bounds (+Inf included) two different layouts must share to be comparable. */
const FEWEST_SHARED = 3;

/**
 * Both histograms over the bounds they share: exact, because cumulative counts at a shared bound need no interpolation.
 * Undefined when the layouts differ and share fewer than three bounds.
 */
export function onSharedBounds(
  reference: HistogramCounts,
  current: HistogramCounts,
):
  | { readonly reference: HistogramCounts; readonly current: HistogramCounts; readonly changed: boolean }
  | undefined {
  const known = new Set(current.upperBounds);
  const shared = reference.upperBounds.filter((bound) => known.has(bound));
  const changed =
    shared.length !== reference.upperBounds.length || shared.length !== current.upperBounds.length;
  if (!changed) return { reference, current, changed };
  if (shared.length < FEWEST_SHARED) return undefined;
  return { reference: restrict(reference, shared), current: restrict(current, shared), changed };
}

function restrict({ upperBounds, counts }: HistogramCounts, to: readonly number[]): HistogramCounts {
  const kept = to.map(() => 0);
  let slot = 0;
  upperBounds.forEach((bound, k) => {
    while (bound > (to[slot] as number)) slot += 1;
    kept[slot] = (kept[slot] as number) + (counts[k] as number);
  });
  return { upperBounds: to, counts: kept };
}

/** The share of values beyond the last finite bound, about which a histogram knows nothing; 0 for an empty one. */
export function overflowShare({ counts }: HistogramCounts): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return total > 0 ? (counts.at(-1) ?? 0) / total : 0;
}

/** The names of buckets for people: `≤ 4.5`, `4.5–5`, `> 8`. */
export function bucketNames(upperBounds: readonly number[]): readonly string[] {
  return upperBounds.map((bound, k) => {
    const before = upperBounds[k - 1];
    if (before === undefined) return bound === Number.POSITIVE_INFINITY ? 'all' : `≤ ${bound}`;
    return bound === Number.POSITIVE_INFINITY ? `> ${before}` : `${before}–${bound}`;
  });
}

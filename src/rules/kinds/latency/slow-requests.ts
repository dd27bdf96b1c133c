import { countsFromBuckets } from '../../../drift/buckets.js';
import type { HistogramCounts } from '../../../drift/reference.js';
import type { Sample } from '../../../prometheus/sample.js';

/** Bounds that were seen: there are few, they come up in every answer, and writing a number out is slow. */
const NORMAL = new Map<string | number, string>();
const MOST_NORMAL = 1000;

/**
 * A bound in the form in which it is compared: `1.0` and `1` are one, and so are 0.3 and the 0.30000000000000004 of exporters
 * that add 0.1 three times. What is no number, such as `+Inf`, stays as it is.
 */
export function normalBound(le: string | number): string {
  const known = NORMAL.get(le);
  if (known !== undefined) return known;
  const bound = Number(le);
  const normal = le !== '' && Number.isFinite(bound) ? String(Number(bound.toPrecision(12))) : String(le);
  if (NORMAL.size < MOST_NORMAL) NORMAL.set(le, normal);
  return normal;
}

/** The latencies in an answer by `le`; undefined when its buckets make no histogram. */
export function readLatencies(buckets: readonly Sample[]): HistogramCounts | undefined {
  return countsFromBuckets(
    buckets.map(({ labels, value }) => ({ le: normalBound(labels['le'] ?? ''), value })),
  );
}

/** How many series have a bucket that ends at a bound, in an answer that counts them by `le`. */
export function seriesAt(series: readonly Sample[], bound: string | number): number {
  const wanted = normalBound(bound);
  return series
    .filter(({ labels }) => normalBound(labels['le'] ?? '') === wanted)
    .reduce((sum, { value }) => sum + value, 0);
}

/** Requests, and those among them beyond a bound. */
export interface SlowRequests {
  readonly requests: number;
  readonly slow: number;
}

/** The requests beyond `bound`; undefined when no bucket ends there: what lies inside a bucket is not known. */
export function slowRequests(
  { upperBounds, counts }: HistogramCounts,
  bound: number,
): SlowRequests | undefined {
  const wanted = Number(normalBound(bound));
  const last = upperBounds.indexOf(wanted);
  if (last === -1) return undefined;
  const sum = (part: readonly number[]): number => part.reduce((total, count) => total + count, 0);
  return { requests: sum(counts), slow: sum(counts.slice(last + 1)) };
}

/**
 * The time that a share `q` of the requests stays below, as `histogram_quantile` has it: linear inside a bucket, whose
 * lower end is 0 for the first one. `beyond` when it lies in the last bucket, which has no upper end; undefined when
 * nothing was counted.
 */
export function latencyQuantile(
  { upperBounds, counts }: HistogramCounts,
  q: number,
): { readonly seconds: number; readonly beyond: boolean } | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (!(total > 0)) return undefined;
  let reached = 0;
  for (const [k, count] of counts.entries()) {
    const upper = upperBounds[k] as number;
    const lower = upperBounds[k - 1] ?? Math.min(0, upper);
    if (upper === Number.POSITIVE_INFINITY) return k === 0 ? undefined : { seconds: lower, beyond: true };
    if (count > 0 && reached + count >= q * total) {
      return { seconds: lower + (upper - lower) * Math.max(0, (q * total - reached) / count), beyond: false };
    }
    reached += count;
  }
  return undefined;
}

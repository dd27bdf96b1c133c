import type { SeriesLabels } from '../../../prometheus/sample.js';
import { keyOf, labelOf, METRIC_NAME, without } from '../label-sets.js';
import { parseNumber } from '../literals.js';
import { elementsOf, numberOf, vectorOf } from '../value.js';
import type { ValueFunction } from './function.js';

interface Bucket {
  readonly upper: number;
  count: number;
}

/** Counts this close to the one before are taken for equal: sums of rates differ in their last digits. */
const SAME = 1e-12;

/** `histogram_quantile(φ, buckets)` of classic histograms: series with an upper bound in `le` and cumulative values. */
export const histogramQuantile: ValueFunction = ([share, vector], { at }, _, { version }) => {
  const quantile = numberOf(share, at);
  const histograms = new Map<string, { labels: SeriesLabels; buckets: Bucket[] }>();
  for (const { labels, value } of elementsOf(vector, at)) {
    const upper = upperBound(labelOf(labels, 'le'));
    if (upper === undefined) continue;
    const rest = without(labels, 'le', METRIC_NAME);
    const key = keyOf(rest);
    const known = histograms.get(key);
    if (known) known.buckets.push({ upper, count: value });
    else histograms.set(key, { labels: rest, buckets: [{ upper, count: value }] });
  }
  const elements = [...histograms.values()].map(({ labels, buckets }) => ({
    labels,
    value: quantileOfBuckets(quantile, buckets, version),
  }));
  return vectorOf(elements, at);
};

/** A bound as Go reads a number; undefined for a series without one, which is no bucket. */
function upperBound(text: string): number | undefined {
  const [, sign, digits] = /^([+-]?)(.+)$/s.exec(text) ?? [];
  if (digits === undefined || !/^(inf(inity)?|nan|[\d.]+(e[+-]?\d+)?)$/i.test(digits)) return undefined;
  const value = /^inf/i.test(digits)
    ? Infinity
    : /^[\d.]/.test(digits)
      ? Number(digits)
      : parseNumber(digits);
  if (value === undefined || (Number.isNaN(value) && !/nan/i.test(digits))) return undefined;
  return sign === '-' ? -value : value;
}

function quantileOfBuckets(share: number, given: readonly Bucket[], version: 2 | 3): number {
  if (Number.isNaN(share)) return Number.NaN;
  if (share < 0) return -Infinity;
  if (share > 1) return Infinity;
  const buckets = smoothed(merged(given), version);
  const last = buckets.at(-1) as Bucket;
  if (last.upper !== Infinity || buckets.length < 2 || last.count === 0) return Number.NaN;
  const rank = share * last.count;
  const found = buckets.slice(0, -1).findIndex(({ count }) => count >= rank);
  // In the bucket without an end: the last bound there is.
  if (found < 0) return (buckets.at(-2) as Bucket).upper;
  const bucket = buckets[found] as Bucket;
  const before = buckets[found - 1];
  if (!before && bucket.upper <= 0) return bucket.upper;
  const start = before?.upper ?? 0;
  const below = before?.count ?? 0;
  return start + (bucket.upper - start) * ((rank - below) / (bucket.count - below));
}

/** Buckets in rising order, those of one bound added up. */
function merged(given: readonly Bucket[]): Bucket[] {
  const buckets: Bucket[] = [];
  for (const { upper, count } of given.toSorted((left, right) =>
    left.upper < right.upper ? -1 : left.upper > right.upper ? 1 : 0,
  )) {
    const last = buckets.at(-1);
    if (last?.upper === upper) last.count += count;
    else buckets.push({ upper, count });
  }
  return buckets;
}

/** Buckets whose counts never fall. */
function smoothed(buckets: Bucket[], version: 2 | 3): Bucket[] {
  let most = buckets[0]?.count ?? 0;
  for (const bucket of buckets.slice(1)) {
    const near =
      version === 3 && Math.abs(bucket.count - most) <= SAME * (Math.abs(bucket.count) + Math.abs(most));
    if (bucket.count > most && !near) most = bucket.count;
    else if (bucket.count < most || near) bucket.count = most;
  }
  return buckets;
}

import { countsFromBuckets } from '../../../drift/buckets.js';
import type { HistogramCounts } from '../../../drift/reference.js';
import type { Sample } from '../../../prometheus/sample.js';
import { samplesByLabel } from '../../read-samples.js';

/** The histogram of every feature in an answer; undefined for one whose buckets make no histogram. */
export function readHistograms(
  samples: readonly Sample[] | undefined,
): ReadonlyMap<string, HistogramCounts | undefined> {
  const features = [...samplesByLabel(samples, 'feature')];
  return new Map(
    features.map(([feature, rows]) => [
      feature,
      countsFromBuckets(rows.map(({ labels, value }) => ({ le: labels['le'] ?? '', value }))),
    ]),
  );
}

/** Predicted class → count. */
export type ClassCounts = Readonly<Record<string, number>>;

/** Class → count; undefined when a count is negative or not finite, or when there is no class at all. */
export function readClasses(samples: readonly Sample[] | undefined): ClassCounts | undefined {
  const counts = new Map<string, number>();
  for (const { labels, value } of samples ?? []) {
    if (!(value >= 0) || value === Number.POSITIVE_INFINITY) return undefined;
    const name = labels['class'] ?? '';
    counts.set(name, (counts.get(name) ?? 0) + value);
  }
  return counts.size > 0 ? Object.fromEntries(counts) : undefined;
}

import type { HistogramCounts } from '../../../drift/reference.js';
import type { Sample } from '../../../prometheus/sample.js';
import { samplesByLabel } from '../../read-samples.js';
import { WEEK_LABEL } from './queries.js';
import { type ClassCounts, readClasses, readHistograms } from './read-counts.js';

/** Counts of the same hours of several weeks, put together. */
export interface Seasons<Counts> {
  readonly counts: Counts;
  /** Weeks that had any. */
  readonly weeks: number;
}

/** By feature. Weeks whose buckets are not those of the latest week are left out: their counts do not add up. */
export function seasonalHistograms(
  samples: readonly Sample[],
): ReadonlyMap<string, Seasons<HistogramCounts>> {
  const seasons = new Map<string, Seasons<HistogramCounts>>();
  for (const week of weeksOf(samples)) {
    for (const [feature, histogram] of readHistograms(week)) {
      const known = seasons.get(feature);
      if (!histogram || (known && !sameBounds(known.counts, histogram))) continue;
      seasons.set(feature, known ? added(known, histogram) : { counts: histogram, weeks: 1 });
    }
  }
  return seasons;
}

/** Undefined when no week has a usable count. */
export function seasonalClasses(samples: readonly Sample[]): Seasons<ClassCounts> | undefined {
  const weeks = weeksOf(samples)
    .map((week) => readClasses(week))
    .filter((week) => week !== undefined);
  if (weeks.length === 0) return undefined;
  const counts = new Map<string, number>();
  for (const week of weeks)
    for (const [name, count] of Object.entries(week)) counts.set(name, (counts.get(name) ?? 0) + count);
  return { counts: Object.fromEntries(counts), weeks: weeks.length };
}

/** The samples of each week, the latest first. */
function weeksOf(samples: readonly Sample[]): readonly (readonly Sample[])[] {
  return [...samplesByLabel(samples, WEEK_LABEL)]
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .map(([, week]) => week);
}

const sameBounds = (a: HistogramCounts, b: HistogramCounts): boolean =>
  a.upperBounds.length === b.upperBounds.length &&
  a.upperBounds.every((bound, k) => bound === b.upperBounds[k]);

function added(
  { counts, weeks }: Seasons<HistogramCounts>,
  histogram: HistogramCounts,
): Seasons<HistogramCounts> {
  const sums = counts.counts.map((count, k) => count + (histogram.counts[k] as number));
  return { counts: { upperBounds: counts.upperBounds, counts: sums }, weeks: weeks + 1 };
}

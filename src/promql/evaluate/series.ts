import type { SeriesLabels } from '../../prometheus/sample.js';

/** The marker Prometheus writes where a series ended: a failed scrape, a target or a rule's series that is gone. */
export const STALE = 'stale';

/** One stored sample: Unix milliseconds and the value, which may be NaN or ±Infinity. */
export type Point = readonly [timeMs: number, value: number | typeof STALE];

/** A stored series: labels, `__name__` among them, and its points in rising time. */
export interface Series {
  readonly labels: SeriesLabels;
  readonly points: readonly Point[];
}

/** A point that is no stale marker. */
export type Reading = readonly [timeMs: number, value: number];

/** What a range selector gives of one series: its readings inside the range. */
export interface Window {
  readonly labels: SeriesLabels;
  readonly readings: readonly Reading[];
}

/** How many of the points lie at or before `timeMs`. */
export function countUpTo(points: readonly Point[], timeMs: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle] as Point)[0] <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

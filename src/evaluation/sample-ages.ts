import type { Sample } from '../prometheus/sample.js';
import { formatDuration } from '../schema/duration.js';
import type { SampleAge } from './place-slot.js';

/** A group that reads more than this is judged by some of it. */
const MOST_SELECTORS = 8;

/**
 * PromQL for the ages of the newest samples the selectors match, each age with its number of series. Left out are series
 * whose last samples do not lie one interval apart: a scrape interval that does not divide that of the group has no place
 * behind it.
 */
export function sampleAgesQuery(selectors: readonly string[], intervalMs: number): string | undefined {
  if (selectors.length === 0) return undefined;
  const interval = formatDuration(intervalMs);
  const seconds = intervalMs / 1000;
  const regular = selectors
    .slice(0, MOST_SELECTORS)
    .map(
      (selector) =>
        `(time() - timestamp(${selector}) and abs(timestamp(${selector}) - timestamp(${selector} offset ${interval}) - ${seconds}) < 0.05)`,
    );
  return `count_values("age", round(${regular.join(' or ')}, 0.001))`;
}

/** The answer to {@link sampleAgesQuery}. */
export function readSampleAges(samples: readonly Sample[]): readonly SampleAge[] {
  return samples.flatMap(({ labels, value }) => {
    const ageMs = Math.round(Number(labels['age']) * 1000);
    return Number.isFinite(ageMs) && value > 0 ? [{ ageMs, weight: value }] : [];
  });
}

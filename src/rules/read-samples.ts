import type { Sample } from '../prometheus/sample.js';

/**
 * Values by one label (an absent label is the empty text), added up where several series share it. A value or sum that is not
 * finite is NaN, so that it cannot pass for a number.
 */
export function valuesByLabel(
  samples: readonly Sample[] | undefined,
  label: string,
): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const { labels, value } of samples ?? []) {
    const key = labels[label] ?? '';
    values.set(key, finite((values.get(key) ?? 0) + value));
  }
  return values;
}

/** The samples by one label; an absent label is the empty text. */
export function samplesByLabel(
  samples: readonly Sample[] | undefined,
  label: string,
): ReadonlyMap<string, readonly Sample[]> {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples ?? []) {
    const key = sample.labels[label] ?? '';
    const group = groups.get(key);
    if (group) group.push(sample);
    else groups.set(key, [sample]);
  }
  return groups;
}

/** The value of an answer that has one series: the sum over all of them; undefined without any, NaN when one is not finite. */
export function singleValue(samples: readonly Sample[] | undefined): number | undefined {
  if (!samples || samples.length === 0) return undefined;
  return samples.reduce((sum, { value }) => finite(sum + value), 0);
}

const finite = (value: number): number => (Number.isFinite(value) ? value : Number.NaN);

import type { Moved } from '../../../drift/compare.js';

/** Fewest predictions of a class before its appearance means anything. */
const LEAST_COUNT = 5;

/** The largest share a class may have and still be missing among `events` predictions with probability `significance`. */
export function likelyUnseen(events: number, significance: number): number {
  return -Math.log(significance) / events;
}

/**
 * Classes that are predicted now and that the reference lacks although it would have shown them: with N events, a class
 * of share q stays unseen with probability (1−q)^N ≈ e^{−qN}. `fresh` are the full counts of series that are younger than
 * the window, whose first sample increase() loses.
 */
export function newClasses(
  reference: Readonly<Record<string, number>>,
  current: Readonly<Record<string, number>>,
  fresh: Readonly<Record<string, number>>,
  significance: number,
): readonly Moved[] {
  const unseen = (name: string): boolean => !Object.hasOwn(reference, name) || reference[name] === 0;
  const count = (name: string): number =>
    Math.max(
      Object.hasOwn(current, name) ? (current[name] as number) : 0,
      Object.hasOwn(fresh, name) ? (fresh[name] as number) : 0,
    );
  const names = [...new Set([...Object.keys(current), ...Object.keys(fresh)])];
  const candidates = names.filter((name) => unseen(name) && count(name) >= LEAST_COUNT);
  const known = Object.values(current).reduce((sum, value) => sum + value, 0);
  const lost = candidates.reduce(
    (sum, name) => sum + count(name) - (Object.hasOwn(current, name) ? (current[name] as number) : 0),
    0,
  );
  const total = known + lost;
  const events = Object.values(reference).reduce((sum, value) => sum + value, 0);
  const plausible = likelyUnseen(events, significance);
  return candidates
    .map((name) => ({ name, before: 0, now: count(name) / total }))
    .filter(({ now }) => now > plausible)
    .toSorted((a, b) => b.now - a.now);
}

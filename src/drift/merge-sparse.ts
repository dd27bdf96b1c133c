import { totalOf } from './shares.js';

/** Counts below which chi² and what follows from it cannot be trusted. */
const LEAST_EXPECTED = 5;

/** Two count vectors over the same, possibly merged, buckets. */
export interface CountPair {
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

/**
 * Neighbouring buckets put together until each is expected to hold at least five events on the smaller side. Without an
 * order (classes), the rarest are put together first.
 */
export function mergeSparse(pair: CountPair, ordered: boolean): CountPair {
  const n = totalOf(pair.reference);
  const m = totalOf(pair.current);
  if (n === undefined || m === undefined) return pair;
  const share = Math.min(n, m) / (n + m);
  const buckets = pair.reference.map((r, k) => ({ r, c: pair.current[k] ?? 0 }));
  if (!ordered) buckets.sort((a, b) => a.r + a.c - (b.r + b.c));
  const merged: { r: number; c: number }[] = [];
  let open = { r: 0, c: 0 };
  for (const { r, c } of buckets) {
    open = { r: open.r + r, c: open.c + c };
    if ((open.r + open.c) * share < LEAST_EXPECTED) continue;
    merged.push(open);
    open = { r: 0, c: 0 };
  }
  const last = merged.at(-1);
  if (last) merged[merged.length - 1] = { r: last.r + open.r, c: last.c + open.c };
  else merged.push(open);
  return { reference: merged.map(({ r }) => r), current: merged.map(({ c }) => c) };
}

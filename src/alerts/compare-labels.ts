import { compareBytewise } from './compare-bytewise.js';
import type { Labels } from './labels.js';

/**
 * The order of label sets in Alertmanager's lists: fewer labels first, then by the first name, in bytewise order, that only
 * one of the two has or that has different values. Negative when `a` comes first. Source: `LabelSet.Before` of Prometheus' Go library.
 */
export function compareLabels(a: Labels, b: Labels): number {
  const [own, others] = [Object.keys(a), Object.keys(b)];
  if (own.length !== others.length) return own.length - others.length;
  for (const name of [...own, ...others].toSorted(compareBytewise)) {
    const [mine, theirs] = [a[name], b[name]];
    if (mine === theirs) continue;
    if (mine === undefined) return -1;
    if (theirs === undefined) return 1;
    return compareBytewise(mine, theirs);
  }
  return 0;
}

import { Fault } from './fault.js';
import { formatPlain } from './format-plain.js';
import { isLabelName, withLabel } from './label-sets.js';
import { byValue } from './quantile.js';
import type { Element } from './value.js';

/** Beyond this a number of elements does not fit into 64 bits, and Prometheus refuses it. */
const LARGEST_COUNT = 2 ** 63;

/** The `count` largest or smallest elements with all their labels, the first first; NaN comes last. Of equals the earlier stay. */
export function extremes(
  elements: readonly Element[],
  largest: boolean,
  count: number,
  at: number,
): readonly Element[] {
  if (!(Math.abs(count) < LARGEST_COUNT))
    throw new Fault('execution', at, `expected a number of elements, got ${count}`);
  const order = (left: Element, right: Element): number => {
    const [one, two] = [left.value, right.value];
    if (Number.isNaN(one) || Number.isNaN(two)) return Number(Number.isNaN(one)) - Number(Number.isNaN(two));
    return largest ? byValue(two, one) : byValue(one, two);
  };
  return elements.toSorted(order).slice(0, Math.max(0, Math.trunc(count)));
}

/** The elements with their value in the label `name`, by which `count_values` groups and counts them. */
export function labelledByValue(
  elements: readonly Element[],
  name: string,
  version: 2 | 3,
  at: number,
): readonly Element[] {
  if (!isLabelName(name, version))
    throw new Fault('execution', at, `expected the name of a label, got ${JSON.stringify(name)}`);
  return elements.map((element) => ({
    ...element,
    labels: withLabel(element.labels, name, formatPlain(element.value)),
  }));
}

import type { SeriesLabels } from '../../prometheus/sample.js';
import { calculationOf, comparisonOf, losesName } from './arithmetic.js';
import { Fault } from './fault.js';
import { keyOf, labelOf, METRIC_NAME, only, showLabels, withLabel, without } from './label-sets.js';
import { signatureOf } from './signature.js';
import type { Binary } from './syntax-tree.js';
import type { Element } from './value.js';

/** Arithmetic and comparisons of two vectors: each element with the one of equal signature on the other side. */
export function matchVectors(
  expression: Binary,
  left: readonly Element[],
  right: readonly Element[],
  version: 2 | 3,
): readonly Element[] {
  // Where one side is empty Prometheus looks no further, not even for duplicates.
  if (left.length === 0 || right.length === 0) return [];
  const { matching, bool, at } = expression;
  const manyRight = matching?.many === 'right';
  const [many, one] = manyRight ? [right, left] : [left, right];
  const partners = bySignature(expression, one, manyRight ? 'left' : 'right');
  const met = new Set<string>();
  return many.flatMap((element): readonly Element[] => {
    const signature = signatureOf(element.labels, matching);
    const partner = partners.get(signature);
    if (!partner) return [];
    const [first, second] = manyRight ? [partner, element] : [element, partner];
    const value = combine(expression, first.value, second.value);
    if (value === undefined) return [];
    const plain = resultLabels(expression, element.labels, partner.labels, version);
    const labels = bool ? without(plain, METRIC_NAME) : plain;
    const single = (matching?.many ?? 'none') === 'none';
    const key = single ? signature : `${signature} ${keyOf(labels)}`;
    if (met.has(key)) {
      const hint = single
        ? 'say which side has many, with group_left or group_right'
        : 'the labels that group_left or group_right adds must keep them apart';
      throw new Fault('execution', at, `several series match ${showLabels(partner.labels)}: ${hint}`);
    }
    met.add(key);
    return [{ labels, value }];
  });
}

function bySignature(
  { matching, at }: Binary,
  one: readonly Element[],
  side: 'left' | 'right',
): ReadonlyMap<string, Element> {
  const found = new Map<string, Element>();
  for (const element of one) {
    const signature = signatureOf(element.labels, matching);
    const other = found.get(signature);
    if (other) {
      const both = `${showLabels(other.labels)} and ${showLabels(element.labels)}`;
      throw new Fault('execution', at, `${both} on the ${side} side match the same series of the other side`);
    }
    found.set(signature, element);
  }
  return found;
}

/** The value of a pair; undefined where a comparison that filters does not hold. */
function combine({ operator, bool }: Binary, left: number, right: number): number | undefined {
  const calculate = calculationOf(operator);
  if (calculate) return calculate(left, right);
  const holds = comparisonOf(operator)?.(left, right) === true;
  if (bool) return Number(holds);
  return holds ? left : undefined;
}

function resultLabels(
  { operator, matching }: Binary,
  many: SeriesLabels,
  one: SeriesLabels,
  version: 2 | 3,
): SeriesLabels {
  const named = losesName(operator, version) ? without(many, METRIC_NAME) : many;
  if (!matching) return named;
  const kept =
    matching.many !== 'none'
      ? named
      : matching.on
        ? only(named, matching.labels)
        : without(named, ...matching.labels);
  return matching.include.reduce((labels, name) => withLabel(labels, name, labelOf(one, name)), kept);
}

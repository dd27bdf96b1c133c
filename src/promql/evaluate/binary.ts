import { calculationOf, comparisonOf, losesName } from './arithmetic.js';
import { Fault } from './fault.js';
import { METRIC_NAME, without } from './label-sets.js';
import { matchVectors } from './match-vectors.js';
import { combineSets } from './set-operators.js';
import type { Binary } from './syntax-tree.js';
import { type Element, elementsOf, type Value, vectorOf } from './value.js';

/** `left operator right` on values. */
export function applyBinary(expression: Binary, left: Value, right: Value, version: 2 | 3): Value {
  const { operator, at, bool } = expression;
  const compare = comparisonOf(operator);
  const calculate = calculationOf(operator);
  checkForm(expression, left, right);
  if (left.type === 'scalar' && right.type === 'scalar') {
    const value = compare
      ? Number(compare(left.value, right.value))
      : (calculate?.(left.value, right.value) ?? Number.NaN);
    return { type: 'scalar', value };
  }
  if (left.type === 'scalar' || right.type === 'scalar') {
    const vector = elementsOf(left.type === 'scalar' ? right : left, at);
    const operands = (value: number): readonly [number, number] => [
      left.type === 'scalar' ? left.value : value,
      right.type === 'scalar' ? right.value : value,
    ];
    const elements = vector.flatMap(({ labels, value }): readonly Element[] => {
      const unnamed = bool || losesName(operator, version) ? without(labels, METRIC_NAME) : labels;
      if (calculate) return [{ labels: unnamed, value: calculate(...operands(value)) }];
      const holds = compare?.(...operands(value)) === true;
      if (bool) return [{ labels: unnamed, value: Number(holds) }];
      return holds ? [{ labels: unnamed, value }] : [];
    });
    return vectorOf(elements, at);
  }
  const sides = [elementsOf(left, at), elementsOf(right, at)] as const;
  const elements =
    compare || calculate ? matchVectors(expression, ...sides, version) : combineSets(expression, ...sides);
  return vectorOf(elements, at);
}

/** What the grammar lets pass and Prometheus does not. */
function checkForm({ operator, at, bool, matching }: Binary, left: Value, right: Value): void {
  const scalars = [left, right].filter(({ type }) => type === 'scalar').length;
  const compares = comparisonOf(operator) !== undefined;
  const refuse = (message: string): never => {
    throw new Fault('syntax', at, message);
  };
  if (bool && !compares) refuse(`bool belongs to a comparison, not to ${operator}`);
  if (matching && matching.labels.length > 0 && scalars > 0)
    refuse('on and ignoring stand between two instant vectors');
  if (scalars === 2 && compares && !bool) refuse(`a comparison of two numbers is written ${operator} bool`);
  if (!matching || scalars > 0) return;
  if (matching.many !== 'none' && !compares && !calculationOf(operator))
    refuse(`${operator} has no group_left and group_right`);
  const twice = matching.on ? matching.include.find((name) => matching.labels.includes(name)) : undefined;
  if (twice !== undefined) refuse(`the label ${twice} cannot stand in on and in the group at once`);
}

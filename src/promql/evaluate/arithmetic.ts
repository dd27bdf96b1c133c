import type { BinaryOperator } from './syntax-tree.js';

const COMPARISONS: ReadonlyMap<BinaryOperator, (left: number, right: number) => boolean> = new Map([
  ['==', (left: number, right: number) => left === right],
  ['!=', (left: number, right: number) => left !== right],
  ['>', (left: number, right: number) => left > right],
  ['<', (left: number, right: number) => left < right],
  ['>=', (left: number, right: number) => left >= right],
  ['<=', (left: number, right: number) => left <= right],
]);

const CALCULATIONS: ReadonlyMap<BinaryOperator, (left: number, right: number) => number> = new Map([
  ['+', (left: number, right: number) => left + right],
  ['-', (left: number, right: number) => left - right],
  ['*', (left: number, right: number) => left * right],
  ['/', (left: number, right: number) => left / right],
  ['%', (left: number, right: number) => left % right],
  ['^', power],
  ['atan2', Math.atan2],
]);

/** The comparison an operator stands for; undefined for all others. */
export function comparisonOf(
  operator: BinaryOperator,
): ((left: number, right: number) => boolean) | undefined {
  return COMPARISONS.get(operator);
}

/** The calculation an operator stands for; undefined for all others. */
export function calculationOf(
  operator: BinaryOperator,
): ((left: number, right: number) => number) | undefined {
  return CALCULATIONS.get(operator);
}

/** Whether the result is another quantity, which loses the metric's name. Prometheus 2 forgets that of `atan2`. */
export function losesName(operator: BinaryOperator, version: 2 | 3): boolean {
  return CALCULATIONS.has(operator) && !(version === 2 && operator === 'atan2');
}

/** Powers as IEEE 754 and Go have them; ECMAScript differs where the base is ±1. */
function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Infinity)) return 1;
  return base ** exponent;
}

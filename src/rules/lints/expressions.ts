import type { Binary, Expression, Selector } from '../../promql/evaluate/syntax-tree.js';

/** An expression without the parentheses around it. */
export function bare(expression: Expression): Expression {
  return expression.kind === 'parens' ? bare(expression.inner) : expression;
}

/** The expressions directly inside another, in the order of the text. */
export function inside(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'parens':
    case 'subquery':
      return [expression.inner];
    case 'sign':
      return [expression.operand];
    case 'range':
      return [expression.selector];
    case 'binary':
      return [expression.left, expression.right];
    case 'aggregation':
      return [...(expression.parameter ? [expression.parameter] : []), expression.operand];
    case 'call':
      return expression.args;
    default:
      return [];
  }
}

/** An expression and all that are inside it, the outer ones first. */
export function all(expression: Expression): readonly Expression[] {
  return [expression, ...inside(expression).flatMap(all)];
}

/** The operations of two operands in an expression. */
export function binaries(expression: Expression): readonly Binary[] {
  return all(expression).filter((part) => part.kind === 'binary');
}

/** The selectors in an expression. */
export function selectors(expression: Expression): readonly Selector[] {
  return all(expression).filter((part) => part.kind === 'selector');
}

/** The metric a selector names; undefined when it names none, or several. */
export function metricOf({ matchers }: Selector): string | undefined {
  return matchers.find(({ name, operator }) => name === '__name__' && operator === '=')?.value;
}

/** Whether an expression reads series, and each of them from a metric that `test` accepts. */
export function readsOnly(expression: Expression, test: (metric: string) => boolean): boolean {
  const metrics = selectors(expression).map(metricOf);
  return metrics.length > 0 && metrics.every((metric) => metric !== undefined && test(metric));
}

const COMPARISONS = new Set(['==', '!=', '>', '<', '>=', '<=']);

/** Whether an operation compares. */
export function isComparison({ operator }: Binary): boolean {
  return COMPARISONS.has(operator);
}

/** The number an expression stands for when it is written as one, with or without a sign. */
export function numberIn(expression: Expression): number | undefined {
  const plain = bare(expression);
  if (plain.kind === 'number') return plain.value;
  if (plain.kind !== 'sign') return undefined;
  const value = numberIn(plain.operand);
  return value === undefined || plain.sign === '+' ? value : -value;
}

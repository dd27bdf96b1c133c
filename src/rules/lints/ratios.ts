import type { Binary, Expression } from '../../promql/evaluate/syntax-tree.js';
import { all, bare, binaries, isComparison } from './expressions.js';
import { type ExpressionFinding, inExpression, type Lint } from './lint.js';

const COUNTING = new Set(['rate', 'irate', 'increase']);

/** Whether an expression counts what happened, which may be nothing, and does not ask for a least number of it. */
function mayBeZero(divisor: Expression): boolean {
  const parts = all(divisor);
  const counts = parts.some((part) => part.kind === 'call' && COUNTING.has(part.name));
  return counts && !parts.some((part) => part.kind === 'binary' && isComparison(part));
}

/** Divisions by a rate whose quotient is compared as it is, through parentheses, signs and arithmetic. */
function divisions(compared: Expression): readonly Binary[] {
  const part = bare(compared);
  if (part.kind === 'sign') return divisions(part.operand);
  if (part.kind !== 'binary' || isComparison(part) || ['and', 'unless'].includes(part.operator)) return [];
  const inner = [...divisions(part.left), ...divisions(part.right)];
  return part.operator === '/' && mayBeZero(part.right) ? [part, ...inner] : inner;
}

/** Whether a comparison is one side of `and` or `unless`, which may well ask for traffic. */
function isGated(expression: Expression, comparison: Binary): boolean {
  return binaries(expression).some(
    ({ operator, left, right }) =>
      (operator === 'and' || operator === 'unless') &&
      [left, right].some((side) => all(side).includes(comparison)),
  );
}

/** Ratios that mean nothing without traffic. */
export const ratioWithoutTraffic: Lint = {
  id: 'ratio-without-traffic',
  severity: 'info',
  finds:
    'a ratio of rates compared without a least number of events: one failure of one request is 100 %, and without any request 0/0 resolves the alert',
  instead: '`and sum(increase(…[10m])) > 50`, or `error_rate`, which waits for enough requests',
  check: inExpression((expression) =>
    binaries(expression)
      .filter((part) => isComparison(part) && !isGated(expression, part))
      .flatMap(({ left, right }) => [...divisions(left), ...divisions(right)])
      .map(({ at }): ExpressionFinding => ({
        at,
        message:
          'one failure of one request is 100% here, and without any request the ratio is 0/0, which resolves the alert',
        instead: 'add a least number of events, such as: and sum(increase(…[10m])) > 50, or use error_rate',
      })),
  ),
};

import { binaries, isComparison, numberIn } from './expressions.js';
import { type ExpressionFinding, inExpression, type Lint } from './lint.js';

/** Comparisons whose outcome is known beforehand. */
export const constantComparison: Lint = {
  id: 'constant-comparison',
  severity: 'warning',
  finds: 'a comparison with `NaN`, or beyond infinity, which holds never or always',
  instead: '`x != x` to find NaN',
  check: inExpression((expression) =>
    binaries(expression).flatMap((part): readonly ExpressionFinding[] => {
      if (!isComparison(part)) return [];
      const { operator, right, at } = part;
      const number = numberIn(right);
      if (number === undefined) return [];
      if (Number.isNaN(number)) {
        const holds = operator === '!=' ? 'always' : 'never';
        return [
          { at, message: `${operator} NaN holds ${holds}`, instead: 'write x != x to find what is NaN' },
        ];
      }
      const beyond = (operator === '>' && number === Infinity) || (operator === '<' && number === -Infinity);
      const written = number > 0 ? '> Inf' : '< -Inf';
      return beyond
        ? [{ at, message: `${written} never holds`, instead: 'write == to find what is infinite' }]
        : [];
    }),
  ),
};

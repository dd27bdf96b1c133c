import type { Binary, Expression } from '../../promql/evaluate/syntax-tree.js';
import { binaries, readsOnly } from './expressions.js';
import { type ExpressionFinding, inExpression, type Lint } from './lint.js';
import { isScalar, resultLabels } from './result-labels.js';

const VERSION = 'model_version';
const ERRORS = 'model_prediction_errors_total';
const isErrors = (metric: string): boolean => metric === ERRORS;

/** Whether two sides are paired by the version although one of them counts errors, which carry none. */
function pairsErrorsByVersion({ operator, matching, left, right }: Binary): boolean {
  if (operator === 'or') return false;
  if (matching && matching.on !== matching.labels.includes(VERSION)) return false;
  const versioned = (side: Expression): boolean => resultLabels(side)?.has(VERSION) ?? false;
  return (
    (readsOnly(left, isErrors) && !readsOnly(right, isErrors) && versioned(right)) ||
    (readsOnly(right, isErrors) && !readsOnly(left, isErrors) && versioned(left))
  );
}

/** Errors per version, which nobody counts. */
export const errorsByVersion: Lint = {
  id: 'errors-by-version',
  severity: 'warning',
  finds:
    'errors of predictions paired with something by `model_version`: `model_prediction_errors_total` carries no version, so it returns nothing',
  instead: '`sum by (model_name)` on both sides, or `error_rate`',
  check: inExpression((expression) =>
    binaries(expression)
      .filter(pairsErrorsByVersion)
      .map(({ at, operator }) => ({
        at,
        message: `${ERRORS} carries no ${VERSION}, so ${operator} finds no pair and returns nothing`,
        instead: 'sum by (model_name) on both sides, or use error_rate',
      })),
  ),
};

const listed = (labels: ReadonlySet<string>): string => `{${[...labels].toSorted().join(', ')}}`;

/** The operation with the labels both sides have, where that gives every series a partner. */
function matchingOn(
  operator: Binary['operator'],
  one: ReadonlySet<string>,
  other: ReadonlySet<string>,
): readonly string[] {
  const shared = [...one].filter((label) => other.has(label));
  const on = `${operator} on (${shared.join(', ')})`;
  if (operator === 'and' || operator === 'unless') return [on];
  if (shared.length < Math.min(one.size, other.size)) return [];
  return [`${on} ${one.size > other.size ? 'group_left' : 'group_right'} ()`];
}

/** Sides whose labels can never be equal. */
export const labelMismatch: Lint = {
  id: 'label-mismatch',
  severity: 'warning',
  finds:
    'two sides of an operation that are summed by different labels, so that no series of one has a partner in the other',
  instead: 'the same labels on both sides, or `on (…)` with `group_left ()`',
  check: inExpression((expression) =>
    binaries(expression).flatMap((part): readonly ExpressionFinding[] => {
      const { operator, matching, left, right, at } = part;
      if (operator === 'or' || matching || isScalar(left) || isScalar(right)) return [];
      const [one, other] = [resultLabels(left), resultLabels(right)];
      if (!one || !other || pairsErrorsByVersion(part)) return [];
      if (one.size === other.size && [...one].every((label) => other.has(label))) return [];
      const effect = operator === 'unless' ? 'takes nothing away' : 'returns nothing';
      return [
        {
          at,
          message: `the left side is summed by ${listed(one)}, the right side by ${listed(other)}, so ${operator} finds no pair and ${effect}`,
          instead: ['sum both by the same labels', ...matchingOn(operator, one, other)].join(', or write '),
        },
      ];
    }),
  ),
};

import type { Expression } from '../../promql/evaluate/syntax-tree.js';
import { all, bare, binaries, isComparison, metricOf, numberIn, selectors } from './expressions.js';
import { type ExpressionFinding, inExpression, type Lint } from './lint.js';

const COUNTER = /_total$/;
const GAUGE = /^(up|model_accuracy)$|_(timestamp_seconds|ratio|percent|celsius|info)$/;
const COUNTING = new Set(['rate', 'irate', 'increase']);
const GAUGING = new Set(['delta', 'idelta', 'deriv', 'predict_linear']);

/** Functions over ranges of metrics of the other type. */
function misapplied(
  functions: ReadonlySet<string>,
  metrics: RegExp,
  tell: (name: string, metric: string) => Pick<ExpressionFinding, 'message' | 'instead'>,
): Lint['check'] {
  return inExpression((expression) =>
    all(expression).flatMap((part): readonly ExpressionFinding[] => {
      if (part.kind !== 'call' || !functions.has(part.name)) return [];
      const range = part.args.find(({ kind }) => kind === 'range');
      const metric = range?.kind === 'range' ? metricOf(range.selector) : undefined;
      return metric !== undefined && metrics.test(metric)
        ? [{ at: part.at, ...tell(part.name, metric) }]
        : [];
    }),
  );
}

/** Rates of what also falls. */
export const rateOfGauge: Lint = {
  id: 'rate-of-gauge',
  severity: 'warning',
  finds:
    '`rate`, `irate` or `increase` of a metric that is named like a gauge: they take every fall for a restart',
  instead: '`delta` or `deriv`',
  check: misapplied(COUNTING, GAUGE, (name, metric) => ({
    message: `${metric} is a gauge by its name, and ${name} takes every fall of it for a restart`,
    instead: name === 'increase' ? 'write delta' : 'write deriv',
  })),
};

/** Differences of what restarts at zero. */
export const deltaOfCounter: Lint = {
  id: 'delta-of-counter',
  severity: 'warning',
  finds: '`delta`, `idelta`, `deriv` or `predict_linear` of a counter: a restart makes them negative',
  instead: '`increase` or `rate`',
  check: misapplied(GAUGING, COUNTER, (name, metric) => ({
    message: `${metric} is a counter by its name, and ${name} falls whenever it restarts`,
    instead: name === 'delta' ? 'write increase' : 'write rate',
  })),
};

/** Sums and ratios of counters themselves, without a rate anywhere. */
function isRawCount(expression: Expression): boolean {
  const part = bare(expression);
  switch (part.kind) {
    case 'selector':
      return COUNTER.test(metricOf(part) ?? '');
    case 'aggregation':
      return ['sum', 'avg', 'min', 'max'].includes(part.operator) && isRawCount(part.operand);
    case 'binary':
      if (part.operator === '/') return isRawCount(part.left) && isRawCountOrNumber(part.right);
      return part.operator === '*' && isRawCount(part.left) && numberIn(part.right) !== undefined;
    default:
      return false;
  }
}

const isRawCountOrNumber = (expression: Expression): boolean =>
  numberIn(expression) !== undefined || isRawCount(expression);

/** Counters compared as they are. */
export const counterWithoutRate: Lint = {
  id: 'counter-without-rate',
  severity: 'warning',
  finds:
    'a counter, or a ratio of counters, compared as it is: it counts since the process started, and never falls again',
  instead: '`increase(…[10m])`, or a ratio of rates',
  check: inExpression((expression) =>
    binaries(expression).flatMap((part): readonly ExpressionFinding[] => {
      if (!isComparison(part) || part.operator === '==' || part.operator === '!=') return [];
      const sides = [
        [part.left, part.right],
        [part.right, part.left],
      ] as const;
      const counted = sides.find(([side, other]) => isRawCount(side) && numberIn(other) !== undefined)?.[0];
      const [first] = counted ? selectors(counted) : [];
      if (!counted || !first) return [];
      const message = `${metricOf(first)} counts since its process started, so that the comparison says nothing about now`;
      return [{ at: counted.at, message, instead: `compare increase(${metricOf(first)}[10m]) or a rate` }];
    }),
  ),
};

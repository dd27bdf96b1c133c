import { all, readsOnly } from './expressions.js';
import { type ExpressionFinding, inExpression, type Lint } from './lint.js';
import { resultLabels } from './result-labels.js';

/** Quantiles of buckets that were summed away. */
export const quantileWithoutLe: Lint = {
  id: 'quantile-without-le',
  severity: 'warning',
  finds: '`histogram_quantile` of buckets that are summed without `le`: it returns nothing',
  instead: '`sum by (le, …)`',
  check: inExpression((expression) =>
    all(expression).flatMap((part): readonly ExpressionFinding[] => {
      const buckets = part.kind === 'call' && part.name === 'histogram_quantile' ? part.args[1] : undefined;
      if (!buckets || !readsOnly(buckets, (metric) => metric.endsWith('_bucket'))) return [];
      const labels = resultLabels(buckets);
      if (!labels || labels.has('le')) return [];
      const by = ['le', ...labels].join(', ');
      return [
        {
          at: buckets.at,
          message: 'the buckets are summed without le, so histogram_quantile returns nothing',
          instead: `write by (${by})`,
        },
      ];
    }),
  ),
};

import { all, binaries, isComparison, metricOf, selectors } from './expressions.js';
import { inExpression, type Lint } from './lint.js';

const GAUGE = 'model_accuracy';
const EVALUATED_AT = ['model_accuracy_evaluated_timestamp_seconds', 'push_time_seconds'];

/** Accuracies that may be from yesterday. */
export const accuracyGauge: Lint = {
  id: 'accuracy-gauge',
  severity: 'warning',
  finds:
    '`model_accuracy` compared without a look at when it was evaluated: a gauge is scraped afresh for ever',
  instead: 'the kind `accuracy`, or `and time() - model_accuracy_evaluated_timestamp_seconds < 26 * 3600`',
  check: inExpression((expression, { rule }) => {
    const read = selectors(expression).map(metricOf);
    if (EVALUATED_AT.some((metric) => read.includes(metric))) return [];
    const compared = rule.retune?.thresholds ? [expression] : binaries(expression).filter(isComparison);
    const found = compared.flatMap(all).find((part) => part.kind === 'selector' && metricOf(part) === GAUGE);
    if (!found) return [];
    return [
      {
        at: found.at,
        message: `${GAUGE} is scraped afresh for ever, also when nobody evaluates the model any more`,
        instead: `use the kind accuracy, or add: and time() - ${EVALUATED_AT[0]} < 26 * 3600`,
      },
    ];
  }),
};

import { all, bare } from './expressions.js';
import { type ExpressionFinding, inExpression, type Lint } from './lint.js';

/** What `absent` cannot tell. */
export const absentLabels: Lint = {
  id: 'absent-labels',
  severity: 'info',
  finds: '`absent` of an expression, or with matchers other than `=`: the alert does not carry their labels',
  instead: 'the label under `labels`, or one rule per value',
  check: inExpression((expression, { rule, group }) =>
    all(expression).flatMap((part): readonly ExpressionFinding[] => {
      if (part.kind !== 'call' || !['absent', 'absent_over_time'].includes(part.name)) return [];
      const [argument] = part.args;
      const operand = argument && bare(argument);
      if (!operand) return [];
      const selector = operand.kind === 'range' ? operand.selector : operand;
      if (selector.kind !== 'selector') {
        const message = `${part.name} of an expression gives an alert without labels`;
        return [{ at: part.at, message, instead: 'give it a selector' }];
      }
      const lost = selector.matchers
        .filter(({ name, operator }) => name !== '__name__' && operator !== '=')
        .filter(({ name }) => !(name in rule.labels || name in group.labels));
      return lost.map(({ name, operator, at }) => ({
        at,
        message: `${part.name} keeps the labels of = alone, so the alert carries no ${name} from ${operator}`,
        instead: `give ${name} under labels, or write one rule per value`,
      }));
    }),
  ),
};

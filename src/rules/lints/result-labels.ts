import type { Aggregation, Binary, Call, Expression } from '../../promql/evaluate/syntax-tree.js';

/** They give the series of their operand with all labels. */
const SELECTING = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio']);
/** They change labels, make them up, or have none because they are numbers. */
const UNTOLD = new Set(['label_replace', 'label_join', 'absent', 'absent_over_time', 'scalar']);

/** The names of the labels that every series of a result has at most; undefined when nobody can tell without the series. */
export function resultLabels(expression: Expression): ReadonlySet<string> | undefined {
  switch (expression.kind) {
    case 'parens':
    case 'subquery':
      return resultLabels(expression.inner);
    case 'sign':
      return resultLabels(expression.operand);
    case 'aggregation':
      return labelsOfAggregation(expression);
    case 'call':
      return labelsOfCall(expression);
    case 'binary':
      return labelsOfBinary(expression);
    default:
      return undefined;
  }
}

/** Whether an expression is a number rather than series. */
export function isScalar(expression: Expression): boolean {
  switch (expression.kind) {
    case 'number':
      return true;
    case 'parens':
      return isScalar(expression.inner);
    case 'sign':
      return isScalar(expression.operand);
    case 'call':
      return ['scalar', 'time', 'pi'].includes(expression.name);
    case 'binary':
      return isScalar(expression.left) && isScalar(expression.right);
    default:
      return false;
  }
}

function labelsOfAggregation({
  operator,
  operand,
  without,
  labels,
  parameter,
}: Aggregation): ReadonlySet<string> | undefined {
  const inner = resultLabels(operand);
  if (SELECTING.has(operator)) return inner;
  const added = operator === 'count_values' && parameter?.kind === 'string' ? [parameter.value] : [];
  if (!without) return new Set([...labels, ...added]);
  return inner && new Set([...[...inner].filter((label) => !labels.includes(label)), ...added]);
}

function labelsOfCall({ name, args }: Call): ReadonlySet<string> | undefined {
  if (name === 'vector') return new Set();
  if (UNTOLD.has(name)) return undefined;
  const inner = args.map(resultLabels).find((labels) => labels !== undefined);
  if (!name.startsWith('histogram_quantile')) return inner;
  return inner && new Set([...inner].filter((label) => label !== 'le'));
}

function labelsOfBinary({ operator, matching, left, right }: Binary): ReadonlySet<string> | undefined {
  const [one, other] = [resultLabels(left), resultLabels(right)];
  if (operator === 'and' || operator === 'unless') return one;
  if (operator === 'or') return one && other && new Set([...one, ...other]);
  // Without matching both sides have the same labels, or one of them is a number.
  if (!matching) return one ?? other;
  if (matching.many === 'none') return matching.on ? new Set(matching.labels) : undefined;
  const many = matching.many === 'left' ? one : other;
  return many && new Set([...many, ...matching.include]);
}

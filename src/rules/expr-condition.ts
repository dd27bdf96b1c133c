import { stripComparison } from '../promql/strip-comparison.js';
import { directionOf, type RuleExtension, valueLines } from './extension.schema.js';
import { judgeExpr, judgeValues } from './judge-expr.js';
import { DEFAULT_BEHAVIOUR, type Rule, type RuleBehaviour } from './rule.js';

/** What makes an `expr` rule: its one question, and what the answer means. */
export type ExprCondition = Pick<
  Rule,
  'kind' | 'query' | 'absentMeansClear' | 'behaviour' | 'direction' | 'queries' | 'judge'
>;

/** Plain PromQL: as in Prometheus, or with its value compared here where the `retune` key asks for what that gives. */
export function exprCondition(expr: string, extension: RuleExtension | undefined): ExprCondition {
  const values = valueLines(expr, extension);
  const stripped = stripComparison(expr);
  const operator = values?.operator ?? (stripped.ok ? stripped.comparison.operator : undefined);
  const direction = operator && directionOf(operator);
  const behaviour = behaviourOf(extension);
  return {
    kind: 'expr',
    query: expr,
    absentMeansClear: values === undefined,
    behaviour: values ? { ...behaviour, goneAfter: behaviour.noDataAfter } : behaviour,
    ...(direction ? { direction } : {}),
    queries: [{ name: 'expr', expr: values?.expr ?? expr }],
    judge: ({ expr: samples = [] }, context) =>
      values ? judgeValues(samples, values, context) : judgeExpr(samples),
  };
}

/** What a rule of any kind does by its `retune` key. */
export function behaviourOf(extension: RuleExtension | undefined): RuleBehaviour {
  const { on_no_data: onNoData, missing_evaluations: noDataAfter, on_error: onError } = extension ?? {};
  return {
    onNoData: onNoData ?? DEFAULT_BEHAVIOUR.onNoData,
    noDataAfter: noDataAfter ?? DEFAULT_BEHAVIOUR.noDataAfter,
    goneAfter: DEFAULT_BEHAVIOUR.goneAfter,
    onError: onError ?? DEFAULT_BEHAVIOUR.onError,
    limit: extension?.limit ?? DEFAULT_BEHAVIOUR.limit,
  };
}

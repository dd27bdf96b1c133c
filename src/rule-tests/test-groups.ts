import { planBacktest, type PlannedRule } from '../backtest/plan.js';
import type { RuleForm, RuleGroupForm } from '../rules/rule-group.schema.js';
import type { RuleGroup } from '../rules/rule.js';

/** One rule of a group in a test: an alerting rule, or one that records a series for those behind it. */
export type TestRule =
  | { readonly is: 'alert'; readonly form: RuleForm; readonly planned: PlannedRule }
  | { readonly is: 'record'; readonly form: RuleForm; readonly record: string; readonly expr: string };

/** A rule group in a test: as it is evaluated, and as it was written. */
export interface TestGroup {
  readonly group: RuleGroup;
  readonly form: RuleGroupForm;
  /** In the order of the file. */
  readonly rules: readonly TestRule[];
}

/** A group as it runs, beside the form it came from. The service leaves recording rules to Prometheus; a test needs what they record. */
export function testGroup(group: RuleGroup, form: RuleGroupForm, stepMs: number): TestGroup {
  const { rules: planned } = planBacktest([group], { fromMs: 0, toMs: 0, stepMs, matches: () => true });
  let next = 0;
  const rules = form.rules.map((rule): TestRule => {
    if (rule.record !== undefined)
      return { is: 'record', form: rule, record: rule.record, expr: rule.expr ?? '' };
    const alerting = planned[next] as PlannedRule;
    next += 1;
    return { is: 'alert', form: rule, planned: alerting };
  });
  return { group, form, rules };
}

/** Groups as `group_eval_order` wants them: by their place in it, those it does not name with its first, as promtool does. */
export function inEvalOrder<Group extends { readonly group: RuleGroup }>(
  groups: readonly Group[],
  order: readonly string[],
): readonly Group[] {
  const rank = ({ group }: Group): number => Math.max(0, order.indexOf(group.name));
  return groups.toSorted((left, right) => rank(left) - rank(right));
}

/** Whether Prometheus evaluates the rule exactly as it is written. */
export function isPlain({ expr, retune }: RuleForm): boolean {
  return expr !== undefined && retune === undefined;
}

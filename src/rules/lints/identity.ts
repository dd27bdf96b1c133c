import { ruleKinds } from '../kinds/index.js';
import type { RuleForm, RuleGroupForm } from '../rule-group.schema.js';
import type { Lint } from './lint.js';

/** What the alerts of a rule are told apart by, as one text: name, labels and, for a kind, the model with its further labels. */
export function identityOf(rule: RuleForm, group: RuleGroupForm): string {
  const kind = ruleKinds.find(({ kind: name }) => rule[name] !== undefined)?.kind;
  const spec = kind && (rule[kind] as { readonly model: string; readonly where?: object });
  const sorted = (texts: object = {}): unknown =>
    Object.entries(texts).toSorted(([left], [right]) => (left < right ? -1 : 1));
  const labels = sorted({ ...group.labels, ...rule.labels });
  return JSON.stringify([rule.alert, rule.record, labels, kind, spec?.model, sorted(spec?.where)]);
}

/** Rules whose alerts nobody can tell apart. */
export const duplicateRule: Lint = {
  id: 'duplicate-rule',
  severity: 'warning',
  finds:
    'two rules of one file with the same name and labels, and the same model: nobody can tell their alerts apart',
  instead: 'another name, or a label that differs',
  check: ({ rule, identity, before }) => {
    if (!before.has(identity)) return [];
    const key = rule.alert === undefined ? 'record' : 'alert';
    const message = `another rule of this file has the name ${rule[key]} and the same labels`;
    return [{ path: [key], message, instead: 'give it another name, or a label that differs' }];
  },
};

/** Whether a rule tells a warning from something critical by itself. */
function tellsSeverity({
  error_rate: rate,
  drift,
  prediction_drift: prediction,
  staleness,
}: RuleForm): boolean {
  if (staleness) return true;
  if (rate?.slo !== undefined) return new Set(rate.burn.map(({ severity }) => severity)).size > 1;
  return (drift?.critical ?? prediction?.critical) !== undefined;
}

/** Severities that a label hides. */
export const severityLabel: Lint = {
  id: 'severity-label',
  severity: 'warning',
  finds:
    'the label `severity` on a rule that tells a warning from something critical by itself (`slo`, `staleness`, drift with `critical`): all its alerts get the one that is written',
  instead: 'no `severity` under `labels`, of the rule and of its group',
  check: ({ rule, group }) => {
    const severity = rule.labels['severity'] ?? group.labels['severity'];
    if (severity === undefined || !tellsSeverity(rule)) return [];
    return [
      {
        path: 'severity' in rule.labels ? ['labels', 'severity'] : [],
        message: `the rule tells warning from critical by itself, and the label makes every alert ${severity}`,
        instead: 'leave the label severity out, of the rule and of its group',
      },
    ];
  },
};

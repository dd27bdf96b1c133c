import { formatDuration } from '../schema/duration.js';
import type { RuleForm } from '../rules/rule-group.schema.js';
import { isPlain, type TestGroup } from './test-groups.js';

/** The files of a run of `promtool test rules`, as JSON, which is YAML. */
export interface PromtoolFiles {
  /** By name; one for each file that groups come from, because names of groups are unique only within a file. */
  readonly rules: ReadonlyMap<string, string>;
  readonly test: string;
  /** How many expectations promtool is asked about. */
  readonly checks: number;
}

/** A test file as written, as far as it has a meaning for promtool. */
export interface WrittenFile {
  readonly evaluation_interval?: unknown;
  readonly group_eval_order?: unknown;
  readonly fuzzy_compare?: unknown;
}

/** One entry of `tests` as written. */
export type WrittenTest = Readonly<Record<string, unknown>>;

/** Ours alone: promtool refuses keys that it does not know. */
const OURS = ['run_test', 'runs'];

/**
 * The part of a test that promtool can judge: rules that are plain PromQL, alerts that only such rules raise, and expressions.
 * Undefined when there is none.
 */
export function promtoolFiles(
  groups: readonly TestGroup[],
  file: WrittenFile,
  test: WrittenTest,
): PromtoolFiles | undefined {
  const alerting = groups
    .flatMap(({ rules }) => rules)
    .flatMap(({ is, form }) => (is === 'alert' ? [form] : []));
  const plain = (alertname: unknown): boolean => {
    const named = alerting.filter(({ alert }) => alert === alertname);
    return named.length > 0 && named.every(isPlain);
  };
  const alerts = listAt(test, 'alert_rule_test').filter(
    (one) =>
      plain(one['alertname']) &&
      one['exp_health'] === undefined &&
      listAt(one, 'exp_alerts').every((alert) => alert['exp_value'] === undefined),
  );
  const exprs = listAt(test, 'promql_expr_test');
  if (alerts.length + exprs.length === 0) return undefined;
  const kept = Object.fromEntries(Object.entries(test).filter(([key]) => !OURS.includes(key)));
  const sources = [...new Set(groups.map(({ group }) => group.file))];
  const rules = new Map(
    sources.map((source, index) => {
      const own = groups.filter(({ group }) => group.file === source);
      return [`rules-${index}.yml`, JSON.stringify({ groups: own.map(plainGroup) })] as const;
    }),
  );
  const written = {
    rule_files: [...rules.keys()],
    evaluation_interval: file.evaluation_interval ?? '1m',
    ...(file.group_eval_order ? { group_eval_order: file.group_eval_order } : {}),
    ...(file.fuzzy_compare ? { fuzzy_compare: file.fuzzy_compare } : {}),
    tests: [
      {
        ...kept,
        interval: test['interval'] ?? file.evaluation_interval ?? '1m',
        alert_rule_test: alerts,
        promql_expr_test: exprs,
      },
    ],
  };
  return { rules, test: JSON.stringify(written), checks: alerts.length + exprs.length };
}

function listAt(map: WrittenTest, key: string): readonly WrittenTest[] {
  const value = map[key];
  return Array.isArray(value) ? (value as readonly WrittenTest[]) : [];
}

/** Labels of the group are laid under those of each rule: older versions know them only there. */
function plainGroup({ form }: TestGroup): object {
  const { name, limit, query_offset: offset, labels, rules } = form;
  return {
    name,
    ...(limit > 0 ? { limit } : {}),
    ...(offset ? { query_offset: formatDuration(offset) } : {}),
    rules: rules.filter(isPlain).map((rule) => plainRule(rule, labels)),
  };
}

function plainRule(rule: RuleForm, groupLabels: Readonly<Record<string, string>>): object {
  const { alert, record, expr, for: forMs, keep_firing_for: keepMs, annotations } = rule;
  const labels = { ...groupLabels, ...rule.labels };
  if (record !== undefined) return { record, expr, labels };
  return {
    alert,
    expr,
    labels,
    annotations,
    ...(forMs > 0 ? { for: formatDuration(forMs) } : {}),
    ...(keepMs > 0 ? { keep_firing_for: formatDuration(keepMs) } : {}),
  };
}

import type { SamplesByQuery } from '../prometheus/sample.js';
import { vectorSelectors } from '../promql/vector-selectors.js';
import { compileAlertTemplate } from '../templates/compile-alert-template.js';
import type { Template } from '../templates/template.js';
import { behaviourOf, exprCondition } from './expr-condition.js';
import { ruleKinds } from './kinds/index.js';
import type { ModelFacts, RuleKind } from './kinds/kind.js';
import { defaultModelFacts } from './model.schema.js';
import type { EvaluationContext, Rule, RuleGroup } from './rule.js';
import type { RuleForm, RuleGroupForm } from './rule-group.schema.js';

/** What groups that say nothing themselves get. */
export interface CompileOptions {
  /** Interval of a group without `interval`. */
  readonly defaultIntervalMs: number;
  /** Offset of a group without `query_offset`; 0 unless given. */
  readonly defaultQueryOffsetMs?: number;
}

/**
 * Rule groups as they are evaluated. `file` is the path relative to the rules directory; `models` are the models of
 * every file, and a model that none describes gets default facts. Recording rules are left out.
 */
export function compileRuleGroups(
  file: string,
  groups: readonly RuleGroupForm[],
  models: ReadonlyMap<string, ModelFacts>,
  options: CompileOptions,
): readonly RuleGroup[] {
  return groups.map((group): RuleGroup => {
    const key = `${file};${group.name}`;
    const seen = new Map<string, number>();
    const rules = group.rules.flatMap((form): Rule[] => {
      if (form.alert === undefined) return [];
      // By name, not by place: rules that are added or moved must not end the alerts of their neighbours.
      const nth = seen.get(form.alert) ?? 0;
      seen.set(form.alert, nth + 1);
      return [compileRule(`${key};${nth};${form.alert}`, form.alert, form, group, models)];
    });
    return {
      key,
      name: group.name,
      file,
      intervalMs: group.interval ?? options.defaultIntervalMs,
      queryOffsetMs: group.query_offset ?? options.defaultQueryOffsetMs ?? 0,
      limit: group.limit,
      ...(group.retune?.slots === 'hash' ? { slots: 'hash' as const } : {}),
      rules,
    };
  });
}

function compileRule(
  key: string,
  alert: string,
  form: RuleForm,
  group: RuleGroupForm,
  models: ReadonlyMap<string, ModelFacts>,
): Rule {
  const shared = {
    key,
    alert,
    forMs: form.for,
    keepFiringForMs: form.keep_firing_for,
    labels: compileTexts({ ...group.labels, ...form.labels }, alert),
    annotations: compileTexts(form.annotations, alert),
  };
  const condition = conditionOf(form, models);
  const selectors = condition.queries.flatMap(({ expr }) => vectorSelectors(expr));
  return { ...shared, ...condition, selectors: [...new Set(selectors)] };
}

type Condition = Omit<
  Rule,
  'key' | 'alert' | 'forMs' | 'keepFiringForMs' | 'labels' | 'annotations' | 'selectors'
>;

function conditionOf(form: RuleForm, models: ReadonlyMap<string, ModelFacts>): Condition {
  for (const kind of ruleKinds) {
    const spec: unknown = form[kind.kind];
    if (spec !== undefined)
      return { ...kindCondition(kind, spec, models), behaviour: behaviourOf(form.retune) };
  }
  return exprCondition(form.expr ?? '', form.retune);
}

function kindCondition(
  kind: RuleKind,
  spec: unknown,
  models: ReadonlyMap<string, ModelFacts>,
): Omit<Condition, 'behaviour'> {
  const name = kind.model(spec);
  const model = models.get(name) ?? defaultModelFacts(name);
  const snapshot = kind.snapshot?.(spec, model);
  return {
    kind: kind.kind,
    query: kind.describe(spec),
    model: name,
    absentMeansClear: false,
    queries: kind.queries(spec, model),
    ...(snapshot ? { snapshot } : {}),
    judge: (samples: SamplesByQuery, context: EvaluationContext) =>
      kind.judge(spec, samples, { ...context, model }),
  };
}

/** What goes wrong in a text while it runs is told in the text, with the name of the alert. */
function compileTexts(
  texts: Readonly<Record<string, string>>,
  alert: string,
): Readonly<Record<string, Template>> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      const compiled = compileAlertTemplate(text, alert);
      // The schema refuses texts that do not parse, so this is a bug of the caller.
      if (!compiled.ok) throw new Error(`the template of ${name} does not parse: ${compiled.error.message}`);
      return [name, compiled.template];
    }),
  );
}

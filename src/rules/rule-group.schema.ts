import { z } from 'zod';
import { Duration, PositiveDuration, formatDuration } from '../schema/duration.js';
import { ruleKinds } from './kinds/index.js';
import { SEVERITY } from '../alerts/severity.js';
import { checkPromql } from '../promql/check-promql.js';
import { GroupExtension, RuleExtension, extensionFaults } from './extension.schema.js';
import { RuleAnnotations, RuleLabels } from './rule-texts.js';

type AnyKind = (typeof ruleKinds)[number];
type KindFields = { readonly [Kind in AnyKind as Kind['kind']]: z.ZodOptional<Kind['Spec']> };

/** One optional field per kind; what a rule may have in the place of `expr`. */
const kindFields = Object.fromEntries(
  ruleKinds.map(({ kind, Spec }) => [kind, Spec.optional()]),
) as KindFields;
const kindNames = ruleKinds.map(({ kind }) => kind);

/** PromQL that parses, calls functions that exist and gives them what they take. */
const Promql = z.string().superRefine((text, context) => {
  const problem = checkPromql(text);
  if (!problem) return;
  const message = `${problem.line}:${problem.column} ${problem.message}`;
  context.addIssue({ code: 'custom', message, input: text });
});

/** One rule as written: Prometheus' fields, a model kind in the place of `expr`, and what is ours under `retune`. */
export const RuleForm = z
  .strictObject({
    alert: z.string().min(1, 'expected a name, got an empty text').optional(),
    record: z
      .string()
      .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'expected the name of a metric such as job:errors:rate5m')
      .optional(),
    expr: Promql.optional(),
    ...kindFields,
    for: Duration.prefault('0s'),
    keep_firing_for: Duration.prefault('0s'),
    labels: RuleLabels,
    annotations: RuleAnnotations,
    retune: RuleExtension.optional(),
  })
  .superRefine((rule, context) => {
    const fail = (path: string[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    const kinds = kindNames.filter((kind) => rule[kind] !== undefined);
    const conditions = [...(rule.expr === undefined ? [] : ['expr']), ...kinds];
    if ((rule.alert === undefined) === (rule.record === undefined))
      fail([], 'expected exactly one of alert and record');
    if (conditions.length > 1) {
      fail(
        [conditions[1] as string],
        `expected one condition, got ${conditions.join(' and ')}: make it two rules`,
      );
    } else if (conditions.length === 0) {
      fail(
        [],
        rule.record === undefined ? `expected expr, or one of ${kindNames.join(', ')}` : 'expected expr',
      );
    }
    for (const fault of rule.retune && conditions.length === 1
      ? extensionFaults(rule.retune, {
          labels: rule.labels,
          ...(rule.expr === undefined ? {} : { expr: rule.expr }),
          ...(kinds[0] === undefined ? {} : { kind: kinds[0] }),
        })
      : [])
      fail(['retune', fault.key], fault.message);
    if (rule.record === undefined) return;
    if (rule.retune) fail(['retune'], 'a recording rule has no retune');
    if (kinds[0]) fail([kinds[0]], `${kinds[0]} belongs to alert; a recording rule has expr`);
    if (rule.for > 0) fail(['for'], 'a recording rule has no for');
    if (rule.keep_firing_for > 0) fail(['keep_firing_for'], 'a recording rule has no keep_firing_for');
    if (Object.keys(rule.annotations).length > 0)
      fail(['annotations'], 'a recording rule has no annotations');
  });
export type RuleForm = z.output<typeof RuleForm>;

/** One rule group as written. */
export const RuleGroupForm = z
  .strictObject({
    name: z.string().min(1, 'expected a name, got an empty text'),
    interval: PositiveDuration.refine((ms) => ms >= 1000, {
      error: (issue) => `expected an interval of at least 1s, got ${formatDuration(issue.input as number)}`,
    }).optional(),
    limit: z.int().min(0).default(0),
    query_offset: Duration.optional(),
    labels: RuleLabels,
    rules: z.array(RuleForm).default([]),
    retune: GroupExtension.optional(),
  })
  .superRefine((group, context) => {
    if (!(SEVERITY in group.labels)) return;
    group.rules.forEach(({ retune }, index) => {
      if (!retune?.thresholds) return;
      const message =
        'the line that was crossed gives the severity: take the label severity of the group away, or give it to the other rules';
      context.addIssue({ code: 'custom', path: ['rules', index, 'retune', 'thresholds'], message });
    });
  });
export type RuleGroupForm = z.output<typeof RuleGroupForm>;

/** The `groups` of one file: those of a Prometheus rule file, unchanged; names are unique. */
export const RuleGroups = z.array(RuleGroupForm).superRefine((groups, context) => {
  const seen = new Set<string>();
  groups.forEach(({ name }, index) => {
    if (seen.has(name)) {
      const message = `expected a name no other group of this file has, got ${JSON.stringify(name)} twice`;
      context.addIssue({ code: 'custom', path: [index, 'name'], message });
    }
    seen.add(name);
  });
});
export type RuleGroups = z.output<typeof RuleGroups>;

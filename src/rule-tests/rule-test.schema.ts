import { z } from 'zod';
import { Duration, PositiveDuration } from '../schema/duration.js';
import { readMetric } from './read-metric.js';
import { readNotation } from './series-notation.js';

const TextMap = z.record(z.string(), z.string()).default({});

const anyNumber = (value: unknown): value is number => typeof value === 'number';
/** A number as YAML writes it, `.nan` and `.inf` included. */
const AnyNumber = z.custom<number>(anyNumber, 'expected a number such as 0.5, .nan or .inf');

/** `up{job="api"}` → its labels. */
const Metric = z.string().transform((text, context) => {
  const read = readMetric(text);
  if (read.ok) return read.labels;
  context.addIssue({ code: 'custom', message: `${read.line}:${read.column} ${read.message}`, input: text });
  return z.NEVER;
});

/** `0+10x5` → the values. A lone number counts as its text. */
const Values = z.union([z.string(), z.number()]).transform((written, context) => {
  const read = readNotation(String(written));
  if (read.ok) return read.values;
  context.addIssue({ code: 'custom', message: `1:${read.column} ${read.message}`, input: written });
  return z.NEVER;
});

const NoHistogram = z.never('native histograms are not evaluated here: leave the sample out').optional();

/** When the first samples are: an RFC 3339 time or Unix seconds; Unix milliseconds once parsed. */
const StartTimestamp = z.union([z.string(), z.number()]).transform((written, context) => {
  const ms = /^\d+(\.\d+)?$/.test(String(written)) ? Number(written) * 1000 : Date.parse(String(written));
  if (Number.isFinite(ms)) return ms;
  context.addIssue({
    code: 'custom',
    message: `expected a time such as 2026-03-01T00:00:00Z or Unix seconds, got ${JSON.stringify(written)}`,
  });
  return z.NEVER;
});

/** What a rule can be in besides its alerts: see `RuleHealth`. `no_match` is told by a server alone. */
const Health = z.enum(['ok', 'insufficient_data', 'no_data', 'stale', 'error']);

const AlertRuleTest = z.strictObject({
  eval_time: Duration,
  alertname: z.string().min(1),
  exp_alerts: z
    .array(
      z.strictObject({
        exp_labels: TextMap,
        exp_annotations: TextMap,
        /** Ours: the value of the alert; a millionth off at most. */
        exp_value: AnyNumber.optional(),
      }),
    )
    .default([]),
  /** Ours: the health of the rule. */
  exp_health: Health.optional(),
});

const PromqlExprTest = z.strictObject({
  expr: z.string().min(1),
  eval_time: Duration,
  exp_samples: z
    .array(
      z.strictObject({ labels: Metric.prefault(''), value: AnyNumber.default(0), histogram: NoHistogram }),
    )
    .default([]),
});

const RUN_STATES = [
  'awaiting_approval',
  'running',
  'soaking',
  'verified',
  'not_improved',
  'failed',
  'timed_out',
  'expired',
] as const;

const RunTest = z
  .strictObject({
    eval_time: Duration,
    policy: z.string().min(1),
    /** Every run the policy has asked for up to `eval_time`, oldest first. */
    exp_runs: z.array(z.strictObject({ decided_at: Duration, state: z.enum(RUN_STATES) })).optional(),
    /** What is decided at `eval_time`; `none`: no incident of the model is open. */
    exp_decision: z.enum(['dispatch', 'await_approval', 'suggest', 'hold', 'none']).optional(),
    /** Why, as the journal says it: `cooldown`, `not_sustained`, `drift_alone`, … */
    exp_reason: z.string().optional(),
  })
  .superRefine((test, context) => {
    if (test.exp_runs ?? test.exp_decision ?? test.exp_reason) return;
    context.addIssue({ code: 'custom', message: 'expected exp_runs, exp_decision or exp_reason' });
  });

/** How the made-up runs of a test go: no series can tell. */
const Runs = z
  .strictObject({
    duration: Duration.prefault('30m'),
    outcome: z.enum(['verified', 'not_improved', 'failed']).default('verified'),
    /** Absent: nobody approves. */
    approve_after: Duration.optional(),
  })
  .prefault({});

const RuleTest = z.strictObject({
  name: z.string().optional(),
  interval: PositiveDuration.optional(),
  input_series: z.array(z.strictObject({ series: Metric, values: Values })).default([]),
  alert_rule_test: z.array(AlertRuleTest).default([]),
  promql_expr_test: z.array(PromqlExprTest).default([]),
  run_test: z.array(RunTest).default([]),
  runs: Runs,
  external_labels: TextMap,
  external_url: z.string().default(''),
  start_timestamp: StartTimestamp.prefault(0),
});
/** One test: series, and what is to come of them. Durations count from the first sample, in milliseconds. */
export type RuleTest = z.output<typeof RuleTest>;

/** A file of rule tests: that of `promtool test rules`, and `run_test`, `runs`, `exp_value`, `exp_health`. */
export const RuleTestFile = z.strictObject({
  rule_files: z.array(z.string().min(1)).default([]),
  evaluation_interval: PositiveDuration.prefault('1m'),
  group_eval_order: z.array(z.string()).default([]),
  fuzzy_compare: z.boolean().default(false),
  tests: z.array(RuleTest).default([]),
});
export type RuleTestFile = z.output<typeof RuleTestFile>;

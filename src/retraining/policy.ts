import type { Matcher } from '../alerts/matcher.js';
import type { VerifySettings } from './run.js';
import type { Signal } from './signal.js';
import type { TimeIntervalSpec } from '../routing/time-interval.schema.js';
import type { ApprovalRule } from './approval-rule.js';
import type { Condition as ConditionConfig } from './condition.schema.js';
import { type Outcomes, outcomesOf } from './outcomes.js';
import { policyRevision } from './policy-revision.js';
import type { ScheduleSpec } from './schedule.js';
import type { PolicyConfig } from './policy.schema.js';

/** How far a policy may go by itself, from least to most. */
export type Mode = PolicyConfig['mode'];

/** A compiled condition over firing alerts. */
export type Condition =
  | { readonly type: 'any' | 'all'; readonly of: readonly Condition[] }
  | { readonly type: 'rule'; readonly alertname: string }
  | { readonly type: 'matchers'; readonly matchers: readonly Matcher[]; readonly text: string }
  /** Stands in for a condition the operator left out: alerts of one of these signals. */
  | { readonly type: 'signals'; readonly signals: readonly Signal[] };

/** A retraining policy, ready to decide. Durations in milliseconds. */
export interface Policy {
  readonly name: string;
  readonly model: string;
  readonly mode: Mode;
  readonly trigger: Condition;
  readonly sustainedMs: number;
  readonly blockWhen: readonly Condition[];
  readonly cooldownMs: number;
  readonly budget: { readonly runs: number; readonly perMs: number; readonly cost?: number };
  /** What a run is taken to cost until it says so itself; absent when nobody told. */
  readonly costPerRun?: number;
  /** Most runs of one incident. */
  readonly attempts: number;
  /** Labelled predictions since the last training that a run needs; 0: none. */
  readonly newLabels: number;
  /** Runs of all models that share a name share its places. */
  readonly group?: { readonly name: string; readonly limit: number };
  readonly onConflict: 'hold' | 'coalesce';
  /** When nothing may start; see `blackoutUntil`. */
  readonly blackout: readonly TimeIntervalSpec[];
  /** When a run is asked for without any alert. */
  readonly schedule?: ScheduleSpec;
  readonly approval: ApprovalRule;
  readonly outcomes: Outcomes;
  /** Changes with everything that is written in the policy. */
  readonly revision: string;
  /** Name of the CI target. */
  readonly run: string;
  /** As a run of the policy will freeze it, but for the pipeline's own deadlines. */
  readonly verify: Omit<VerifySettings, 'startWithinMs' | 'finishWithinMs' | 'approveWithinMs'>;
  readonly startWithinMs: number;
  readonly finishWithinMs: number;
  readonly approvalTimeoutMs: number;
}

/**
 * The runtime form of a policy. `parseMatcher` reads one matcher in Alertmanager's syntax; what it throws is passed on.
 * `modelCost` is the model's own `cost_per_run`, which the policy's takes the place of.
 */
export function compilePolicy(
  config: PolicyConfig,
  parseMatcher: (text: string) => Matcher,
  modelCost?: number,
): Policy {
  const costPerRun = config.cost_per_run ?? modelCost;
  const { group, limit, on_conflict: onConflict } = config.concurrency;
  const compile = (condition: ConditionConfig): Condition => {
    if (typeof condition === 'string') return { type: 'rule', alertname: condition };
    if ('any' in condition) return { type: 'any', of: condition.any.map(compile) };
    if ('all' in condition) return { type: 'all', of: condition.all.map(compile) };
    const matchers = condition.matchers.map((text) => parseMatcher(text));
    return { type: 'matchers', matchers, text: `{${condition.matchers.join(', ')}}` };
  };
  const { trigger, verify } = config;
  return {
    name: config.name,
    model: config.model,
    mode: config.mode,
    trigger: trigger?.any
      ? { type: 'any', of: trigger.any.map(compile) }
      : trigger?.all
        ? { type: 'all', of: trigger.all.map(compile) }
        : { type: 'signals', signals: ['accuracy', 'unproven_accuracy', 'input_drift', 'prediction_drift'] },
    sustainedMs: trigger?.sustained ?? 0,
    blockWhen: config.block_when?.map(compile) ?? [{ type: 'signals', signals: ['data_quality'] }],
    cooldownMs: config.cooldown,
    budget: {
      runs: config.budget.runs,
      perMs: config.budget.per,
      ...(config.budget.cost === undefined ? {} : { cost: config.budget.cost }),
    },
    ...(costPerRun === undefined ? {} : { costPerRun }),
    attempts: config.attempts,
    newLabels: config.require.new_labels ?? 0,
    ...(group === undefined ? {} : { group: { name: group, limit } }),
    onConflict,
    blackout: config.blackout,
    ...(config.schedule === undefined ? {} : { schedule: scheduleOf(config.schedule) }),
    approval: {
      by: config.approval.by ?? [],
      count: config.approval.count,
      notRequester: config.approval.not_requester,
    },
    outcomes: outcomesOf(config),
    revision: policyRevision(config, costPerRun),
    run: config.run,
    verify: {
      newVersionWithinMs: verify.new_version_within,
      soakMs: verify.soak,
      windowMs: verify.window,
      deadlineMs: verify.deadline,
      minSamples: verify.min_samples,
      ...(verify.target === undefined ? {} : { target: verify.target }),
    },
    startWithinMs: config.start_within,
    finishWithinMs: config.finish_within,
    approvalTimeoutMs: config.approval.timeout,
  };
}

function scheduleOf({ cron, location }: NonNullable<PolicyConfig['schedule']>): ScheduleSpec {
  return { cron, ...(location === undefined ? {} : { location }) };
}

/** The rule names a condition mentions, for the check that they exist. */
export function ruleNames(condition: ConditionConfig): readonly string[] {
  if (typeof condition === 'string') return [condition];
  if ('any' in condition) return condition.any.flatMap(ruleNames);
  if ('all' in condition) return condition.all.flatMap(ruleNames);
  return [];
}

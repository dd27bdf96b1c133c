import { z } from 'zod';
import { Duration, PositiveDuration, formatDuration } from '../schema/duration.js';
import { Condition } from './condition.schema.js';
import { Approval, Blackout, Budget, Concurrency, CostPerRun, Require } from './limits.schema.js';
import { Schedule } from './schedule.schema.js';
import { OnRegressed, OnUseless, OnVerified } from './outcomes.schema.js';

/** When a policy acts: exactly one of `any` and `all`, and how long it has to hold. */
export const Trigger = z
  .strictObject({
    any: z.array(Condition).min(1, 'expected at least one condition').optional(),
    all: z.array(Condition).min(1, 'expected at least one condition').optional(),
    sustained: Duration.prefault('0').describe('how long the condition must have held without a break'),
  })
  .refine((trigger) => (trigger.any === undefined) !== (trigger.all === undefined), {
    error:
      'expected exactly one of any and all in trigger; nest the other one, as in any: [A, { all: [B, C] }]',
  });

const Share = z
  .number()
  .gt(0, 'expected an accuracy between 0 and 1 such as 0.92')
  .lte(1, 'expected an accuracy between 0 and 1 such as 0.92');

/** How a new version is proved on live metrics. `deadline` counts from the moment the version is seen. */
export const Verify = z
  .strictObject({
    new_version_within: PositiveDuration.prefault('24h').describe('after the pipeline succeeded'),
    soak: Duration.prefault('6h').describe('age a new version needs before it is judged'),
    window: PositiveDuration.prefault('3d').describe('span of labelled predictions the version is judged on'),
    deadline: PositiveDuration.prefault('7d').describe('when an unproven version counts as unverifiable'),
    min_samples: z.int().min(1).default(200).describe('labelled predictions of the new version'),
    target: Share.optional().describe('accuracy to reach; the threshold of the accuracy rule unless given'),
  })
  .refine((verify) => verify.deadline >= verify.soak + verify.window, {
    error: (issue) => {
      const { soak, window, deadline } = issue.input as { soak: number; window: number; deadline: number };
      const least = formatDuration(soak + window);
      return `expected a deadline of at least soak + window = ${least}, got ${formatDuration(deadline)}`;
    },
  });

/** A retraining policy as written. Only `name`, `model` and `run` are required; the defaults spend nothing. */
export const PolicyConfig = z
  .strictObject({
    name: z.string().min(1),
    model: z.string().min(1).describe('value of the model_name label'),
    mode: z
      .enum(['disabled', 'suggest', 'approve', 'auto'], {
        error: 'expected disabled, suggest, approve or auto',
      })
      .default('suggest')
      .describe('suggest tells people, approve asks a person, auto starts by itself'),
    trigger: Trigger.optional().describe('accuracy and drift rules of the model unless given'),
    block_when: z
      .array(Condition)
      .optional()
      .describe(
        'alerts that forbid retraining; unless given, those of error-rate and staleness rules of the model that say the data is bad',
      ),
    cooldown: Duration.prefault('24h').describe(
      'after the end of any run; doubles with each failure, at most 7d',
    ),
    attempts: z
      .int()
      .min(1)
      .default(2)
      .describe('most runs for one incident, until a person resets the circuit'),
    require: Require.prefault({}),
    budget: Budget.prefault({}),
    cost_per_run: CostPerRun.optional().describe(
      'what a run is taken to cost; the cost_per_run of the model unless given',
    ),
    concurrency: Concurrency.prefault({}),
    blackout: Blackout.default([]).describe(
      'when no run may start; the clock is UTC unless location says otherwise',
    ),
    schedule: Schedule.optional().describe(
      'when a run is asked for without any alert; all other gates are judged as ever',
    ),
    run: z.string().min(1).describe('name of a target in ci'),
    verify: Verify.prefault({}),
    start_within: PositiveDuration.prefault('1h').describe('from trigger to the first sign of life'),
    finish_within: PositiveDuration.prefault('6h').describe('from start to the end of the pipeline'),
    approval: Approval.prefault({}),
    on_verified: OnVerified.prefault({}),
    on_not_improved: OnUseless.prefault({}),
    on_regressed: OnRegressed.prefault({}),
    on_unverifiable: OnUseless.prefault({}),
    on_failed: OnUseless.prefault({}).describe('a run that failed, timed out or was lost'),
  })
  .refine(
    ({ budget, cost_per_run: cost }) =>
      !(budget.cost !== undefined && cost !== undefined && cost > budget.cost),
    {
      path: ['budget', 'cost'],
      error: (issue) => {
        const { budget, cost_per_run: cost } = issue.input as {
          budget: { cost: number };
          cost_per_run: number;
        };
        return `expected at least one run's cost, ${cost}, got ${budget.cost}: no run could ever start`;
      },
    },
  );
export type PolicyConfig = z.output<typeof PolicyConfig>;

/** The policies of one file; that names are unique over all files is checked where the files meet. */
export const Policies = z.array(PolicyConfig);
export type Policies = z.output<typeof Policies>;

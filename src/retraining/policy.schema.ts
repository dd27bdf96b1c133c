import { z } from 'zod';
import { parseMatcher } from '../alerts/matcher-parse.js';
import { Duration, PositiveDuration, formatDuration } from '../schema/duration.js';

/** What has to fire: a rule by its name, alerts by matchers (Alertmanager syntax), or a combination of these. */
export type Condition =
  | string
  | { readonly any: readonly Condition[] }
  | { readonly all: readonly Condition[] }
  | { readonly matchers: readonly string[] };

const RuleName = z.string().min(1, 'expected the name of a rule, got an empty text');
const MatcherText = z.string().superRefine((text, context) => {
  const parsed = parseMatcher(text);
  if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.error.message });
});
const MatcherTexts = z.array(MatcherText).min(1, 'expected at least one matcher such as severity="critical"');

/** One condition; nests to any depth. */
export const Condition: z.ZodType<Condition> = z.lazy(() =>
  z.union(
    [
      RuleName,
      z.strictObject({ any: z.array(Condition).min(1) }),
      z.strictObject({ all: z.array(Condition).min(1) }),
      z.strictObject({ matchers: MatcherTexts }),
    ],
    { error: 'expected the name of a rule, { any: [...] }, { all: [...] } or { matchers: [...] }' },
  ),
);

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
export const PolicyConfig = z.strictObject({
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
  budget: z
    .strictObject({ runs: z.int().min(1), per: PositiveDuration })
    .default({ runs: 4, per: 30 * 86_400_000 })
    .describe('most runs in a rolling period'),
  run: z.string().min(1).describe('name of a target in ci'),
  verify: Verify.prefault({}),
  start_within: PositiveDuration.prefault('1h').describe('from trigger to the first sign of life'),
  finish_within: PositiveDuration.prefault('6h').describe('from start to the end of the pipeline'),
  approval: z.strictObject({ timeout: PositiveDuration.prefault('8h') }).prefault({}),
});
export type PolicyConfig = z.output<typeof PolicyConfig>;

/** The policies of one file; that names are unique over all files is checked where the files meet. */
export const Policies = z.array(PolicyConfig);
export type Policies = z.output<typeof Policies>;

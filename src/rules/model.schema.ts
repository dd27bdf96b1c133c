import { z } from 'zod';
import type { DriftReference } from '../drift/reference.js';
import { Duration, PositiveDuration, formatDuration } from '../schema/duration.js';
import type { ModelFacts } from './kinds/kind.js';
import { formatShare, Share } from './share.js';

const LabelDelay = z
  .strictObject({
    first: Duration.prefault('0s').describe('when the first true labels of a prediction arrive'),
    settled: Duration.prefault('0s').describe('age a version needs before its accuracy is judged'),
  })
  .refine((delay) => delay.settled === 0 || delay.first <= delay.settled, {
    path: ['first'],
    error: (issue) => {
      const { first, settled } = issue.input as { first: number; settled: number };
      return `expected first to be at most settled (${formatDuration(settled)}), got ${formatDuration(first)}`;
    },
  });

const Reference = z.strictObject({
  file: z.string().min(1, 'expected the path of a drift-reference/1 file').optional(),
  fallback: z
    .enum(['pinned', 'rolling', 'seasonal', 'none'], {
      error: (issue) =>
        `expected pinned, rolling, seasonal or none, got ${JSON.stringify(issue.input)}: pinned compares a version with itself once it had settled`,
    })
    .default('pinned')
    .describe(
      'what a part that the file lacks is compared with: pinned (the version itself, frozen once it has settled), ' +
        'rolling (the model some time earlier), seasonal (the same hours of the last four weeks) or none',
    ),
  pin_after: PositiveDuration.prefault('24h').describe(
    'how long a version serves, without an alert of the model, before its reference is frozen',
  ),
});

const ActiveVersion = z.strictObject({
  min_traffic: Share.prefault('5%')
    .refine((share) => share <= 0.5, {
      error: (issue) =>
        `expected at most 50%, got ${formatShare(issue.input as number)}: two versions that share the traffic would both be left out`,
    })
    .describe('share of the requests below which a version is not judged'),
  window: PositiveDuration.prefault('15m').describe('span of the requests that are counted for it'),
});

/** What is known about one model besides its metrics. Only `name` is required. */
export const Model = z.strictObject({
  name: z.string().min(1, 'expected the value of the model_name label'),
  owner: z.string().min(1).optional(),
  active_version: ActiveVersion.optional().describe('which versions are judged'),
  label_delay: LabelDelay.prefault({}),
  reference: Reference.optional(),
  cost_per_run: z
    .strictObject({
      amount: z.number().min(0),
      currency: z.string().regex(/^[A-Z]{3}$/, 'expected a currency code such as EUR'),
    })
    .optional()
    .describe('what one retraining run costs'),
});
export type Model = z.output<typeof Model>;

/** All models of one file; names are unique. */
export const Models = z.array(Model).superRefine((models, context) => {
  const seen = new Set<string>();
  models.forEach(({ name }, index) => {
    if (seen.has(name)) {
      const message = `expected a name no other model has, got ${JSON.stringify(name)} twice`;
      context.addIssue({ code: 'custom', path: [index, 'name'], message });
    }
    seen.add(name);
  });
});
export type Models = z.output<typeof Models>;

/** What rules may know about a model; `reference` is the content of its reference file. */
export function toModelFacts(model: Model, reference?: DriftReference): ModelFacts {
  return {
    name: model.name,
    labelDelaySettledMs: model.label_delay.settled,
    ...(reference ? { reference } : {}),
    ...(model.reference
      ? { referenceFallback: model.reference.fallback, pinAfterMs: model.reference.pin_after }
      : {}),
    ...(model.active_version
      ? {
          activeVersion: {
            minTraffic: model.active_version.min_traffic,
            windowMs: model.active_version.window,
          },
        }
      : {}),
  };
}

/** The facts about a model that no file describes. */
export function defaultModelFacts(name: string): ModelFacts {
  return { name, labelDelaySettledMs: 0 };
}

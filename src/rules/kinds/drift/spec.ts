import { z } from 'zod';
import { PositiveDuration } from '../../../schema/duration.js';
import { DEFAULT_THRESHOLDS, type Distance, DISTANCES } from '../../../drift/distance-names.js';
import { Share } from '../../share.js';
import { CountField, ModelField, WhereField } from '../common-fields.js';

const DistanceField = z
  .enum(['auto', ...DISTANCES])
  .default('auto')
  .describe('auto: wasserstein for histograms that hold their values, jsd for classes and for the rest');

/** Most disjoint windows a rule may ask for. */
const MOST_WINDOWS = 5;

const Threshold = z.number().gt(0).optional();

const Significance = z
  .number()
  .gt(0, 'expected a probability such as 0.01')
  .max(0.1, 'expected a probability of at most 0.1')
  .default(0.01)
  .describe('how rarely chance alone may look this different');

const Instant = z.iso
  .datetime({ offset: true, error: 'expected an instant such as 2026-03-01T00:00:00Z' })
  .transform((text) => new Date(text));

const Window = z
  .strictObject({ from: Instant, to: Instant })
  .refine(({ from, to }) => from < to, { path: ['to'], error: 'expected an instant after from' });

/** What a rule compares with. `auto`: the reference file, else the fallback of the model. */
const Reference = z
  .union([z.enum(['auto', 'file', 'pinned', 'rolling', 'seasonal']), Window], {
    error: (issue) =>
      typeof issue.input === 'object'
        ? undefined
        : `expected auto, file, pinned, rolling, seasonal or { from: 2026-03-01T00:00:00Z, to: 2026-03-08T00:00:00Z }, got ${JSON.stringify(issue.input)}`,
  })
  .default('auto');

/** Fields that every drift rule has, whatever it watches. */
const shared = {
  model: ModelField,
  where: WhereField,
  window: PositiveDuration.prefault('6h').describe('span of the predictions that are compared'),
  distance: DistanceField,
  reference: Reference.describe(
    'what is compared with: auto (the reference file, else the fallback of the model), file, pinned, rolling, seasonal, or a span { from, to }',
  ),
  above: Threshold.describe('distance that is too much; depends on the distance unless given'),
  warn: Threshold.describe('the same as above, and the alert gets the severity warning'),
  critical: Threshold.describe('a larger distance, with which the alert gets the severity critical'),
  recover: Threshold.describe(
    'distance at which a firing alert may rest; 0.8 times the threshold unless given',
  ),
  significance: Significance,
  min_samples: CountField.default(200).describe('predictions needed on both sides'),
  confirm: z
    .int()
    .min(1)
    .max(MOST_WINDOWS, `expected at most ${MOST_WINDOWS} windows: each is asked for at every evaluation`)
    .default(1)
    .describe('windows in a row, each before the other, that must breach on their own'),
  seasonal_guard: z
    .boolean()
    .default(false)
    .describe('fire only if the same hours of the last four weeks look different as well'),
  offset: PositiveDuration.prefault('7d').describe(
    'with reference rolling: how much earlier the model is compared with itself',
  ),
};

interface SharedFields {
  readonly distance: Distance | 'auto';
  readonly reference: z.output<typeof Reference>;
  readonly above?: number | undefined;
  readonly warn?: number | undefined;
  readonly critical?: number | undefined;
  readonly recover?: number | undefined;
  readonly seasonal_guard: boolean;
}

function checkShared(spec: SharedFields, context: z.core.$RefinementCtx): void {
  const fail = (path: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [path], message, input: spec });
  const given = spec.above ?? spec.warn;
  // Wasserstein and jsd, between which auto chooses, share their convention.
  const first = given ?? DEFAULT_THRESHOLDS[spec.distance === 'auto' ? 'jsd' : spec.distance].warn;
  if (spec.above !== undefined && spec.warn !== undefined)
    fail('warn', 'above and warn mean the same: keep one of them');
  if (spec.critical !== undefined && spec.critical < first)
    fail('critical', `expected critical to be at least ${first}`);
  if (spec.recover !== undefined && spec.recover > first)
    fail('recover', `expected recover to be at most ${first}, where the alert begins`);
  if (spec.seasonal_guard && spec.reference === 'seasonal')
    fail('seasonal_guard', 'reference: seasonal compares with the same hours already; leave one of them out');
}

const Weight = z.number().gt(0, 'expected a weight above 0; leave out a feature that does not matter');

/** When drifting features make a drifting model. */
const Aggregate = z
  .union([
    z.literal('any'),
    z.strictObject({ count: CountField }),
    z.strictObject({ share: Share }),
    z.strictObject({ weighted_share: Share }),
  ])
  .default('any');
/** How the verdicts of single features become one. */
export type Aggregate = z.output<typeof Aggregate>;

/** The value under `drift:`. */
export const DriftSpec = z
  .strictObject({
    ...shared,
    metric: z
      .enum(['features', 'predictions'], { error: 'expected features or predictions' })
      .default('features')
      .describe('input histograms (model_feature_value) or predicted classes (predictions_total)'),
    features: z
      .union(
        [
          z.array(z.string().min(1)).min(1, 'expected at least one feature'),
          z.record(z.string().min(1), Weight),
        ],
        {
          error: 'expected a list of features, or a map of features and weights such as { petal_length: 2 }',
        },
      )
      .optional()
      .describe('features to watch; every feature there is unless given'),
    aggregate: Aggregate.describe(
      'how many features must drift: any, { count: 2 }, { share: 50% } or { weighted_share: 50% }',
    ),
    max_overflow: Share.prefault('5%').describe(
      'share of values beyond the last bucket up to which wasserstein means something',
    ),
  })
  .superRefine((spec, context) => {
    checkShared(spec, context);
    const fail = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (spec.metric === 'predictions') {
      if (spec.features) fail('features', 'features belong to metric: features; leave them out');
      ordered(spec.distance, context);
    }
    if (spec.features && Object.keys(spec.features).length === 0)
      fail('features', 'expected at least one feature');
  })
  .transform(({ features, ...spec }) => ({
    ...spec,
    weights: Array.isArray(features) ? Object.fromEntries(features.map((name) => [name, 1])) : features,
  }));
export type DriftSpec = z.output<typeof DriftSpec>;

/** The value under `prediction_drift:`. */
export const PredictionDriftSpec = z
  .strictObject(shared)
  .superRefine((spec, context) => {
    checkShared(spec, context);
    ordered(spec.distance, context);
  })
  .transform((spec): DriftSpec => ({
    ...spec,
    metric: 'predictions',
    aggregate: 'any',
    max_overflow: 1,
    weights: undefined,
  }));

function ordered(distance: string, context: z.core.$RefinementCtx): void {
  if (distance !== 'ks' && distance !== 'wasserstein') return;
  const message = `${distance} needs values that have an order, and classes have none: write jsd`;
  context.addIssue({ code: 'custom', path: ['distance'], message, input: distance });
}

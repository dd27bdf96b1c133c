import { z } from 'zod';
import { PositiveDuration } from '../../../schema/duration.js';
import { DISTANCES } from '../../../drift/distance-names.js';
import { Share } from '../../share.js';
import { CountField, ModelField, WhereField } from '../common-fields.js';

const Distance = z
  .enum(['auto', ...DISTANCES])
  .default('auto')
  .describe('auto: wasserstein for histograms that hold their values, jsd for classes and for the rest');

const Threshold = z.number().gt(0).optional();

const Significance = z
  .number()
  .gt(0, 'expected a probability such as 0.01')
  .max(0.1, 'expected a probability of at most 0.1')
  .default(0.01)
  .describe('how rarely chance alone may look this different');

/** Fields that every drift rule has, whatever it watches. */
const shared = {
  model: ModelField,
  where: WhereField,
  window: PositiveDuration.prefault('6h').describe('span of the predictions that are compared'),
  distance: Distance,
  above: Threshold.describe('distance that is too much; depends on the distance unless given'),
  warn: Threshold.describe('the same as above'),
  critical: Threshold.describe('a larger distance that the evidence calls critical'),
  significance: Significance,
  min_samples: CountField.default(200).describe('predictions needed on both sides'),
  offset: PositiveDuration.prefault('7d').describe(
    'how much earlier the model is compared with itself when there is no reference',
  ),
};

interface Thresholds {
  readonly above?: number | undefined;
  readonly warn?: number | undefined;
  readonly critical?: number | undefined;
}

function oneThreshold(spec: Thresholds, context: z.core.$RefinementCtx): void {
  const fail = (path: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [path], message, input: spec });
  const first = spec.above ?? spec.warn;
  if (spec.above !== undefined && spec.warn !== undefined)
    fail('warn', 'above and warn mean the same: keep one of them');
  if (spec.critical !== undefined && first !== undefined && spec.critical < first) {
    fail('critical', `expected critical to be at least ${first}`);
  }
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
    oneThreshold(spec, context);
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
    oneThreshold(spec, context);
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

import { z } from 'zod';
import { PositiveDuration } from '../../../schema/duration.js';
import { ProperShare } from '../../share.js';
import { DurationOrNone, ModelField, WhereField } from '../common-fields.js';

/** Every check there is; the value of the label `check`. */
export const CHECKS = ['no_data', 'no_traffic', 'accuracy_age', 'label_coverage', 'model_age'] as const;
/** The name of a check. */
export type Check = (typeof CHECKS)[number];

const None = z.literal('none').transform(() => undefined);

const NoTraffic = z.strictObject({
  for: PositiveDuration.prefault('30m').describe('span without a single request that is too long'),
  unless_last_week_below: z
    .int()
    .min(0)
    .default(100)
    .describe('requests in the same span a week ago; with fewer the silence is usual. 0: silence never is'),
});
/** When silence is no longer usual. */
export type NoTraffic = z.output<typeof NoTraffic>;

const LabelCoverage = z.strictObject({
  below: ProperShare.prefault('20%').describe('share of the predictions whose true label must arrive'),
  window: PositiveDuration.prefault('7d').describe('span over which labels arrive'),
});
/** How many predictions must be labelled. */
export type LabelCoverage = z.output<typeof LabelCoverage>;

/** The value under `staleness:`. A check that is undefined once parsed is not made. */
export const StalenessSpec = z
  .strictObject({
    model: ModelField,
    where: WhereField,
    no_data: DurationOrNone.prefault('15m').describe('how long a model may be gone from Prometheus, or none'),
    no_traffic: z
      .union([NoTraffic, None])
      .prefault({})
      .describe(
        'how long a model may be without requests at a time of the week that usually has some, or none',
      ),
    accuracy_age: DurationOrNone.prefault('26h').describe(
      'how long ago the accuracy may have been evaluated, or none',
    ),
    label_coverage: z
      .union([LabelCoverage, None])
      .prefault('none')
      .describe('share of the predictions that must be labelled; not checked unless given'),
    model_age: DurationOrNone.prefault('none').describe(
      'how long ago a model may have been trained; not checked unless given',
    ),
  })
  .refine((spec) => CHECKS.some((check) => spec[check] !== undefined), {
    error: 'expected at least one check, and every one of them is none',
  });
export type StalenessSpec = z.output<typeof StalenessSpec>;

import { z } from 'zod';
import { PositiveDuration } from '../../../schema/duration.js';
import { ProperShare } from '../../share.js';
import { CountField, ModelField, WhereField } from '../common-fields.js';

/** The value under `accuracy:`. */
export const AccuracySpec = z
  .strictObject({
    model: ModelField,
    where: WhereField,
    below: ProperShare.optional().describe('accuracy the model must reach'),
    drop: ProperShare.optional().describe(
      'largest loss against the accuracy in the reference file, absolute',
    ),
    window: PositiveDuration.prefault('7d').describe('span over which arriving labels count'),
    confidence: z
      .number()
      .min(0.5, 'expected a confidence from 0.5 to 0.9999, such as 0.95')
      .max(0.9999, 'expected a confidence from 0.5 to 0.9999, such as 0.95')
      .default(0.95)
      .describe('of the Wilson interval whose upper end must lie below the threshold'),
    min_samples: CountField.default(100).describe('labelled predictions needed before a version is judged'),
    max_age: PositiveDuration.prefault('26h').describe('a gauge evaluated longer ago means nothing'),
  })
  .refine((spec) => (spec.below === undefined) !== (spec.drop === undefined), {
    error: 'expected exactly one of below and drop, such as below: 0.92',
  });
export type AccuracySpec = z.output<typeof AccuracySpec>;

import { z } from 'zod';
import { PositiveDuration } from '../../../schema/duration.js';
import { ProperShare } from '../../share.js';
import { CountField, ModelField, WhereField } from '../common-fields.js';
import type { ModelFacts } from '../kind.js';

/** The value under `accuracy:`. */
export const AccuracySpec = z
  .strictObject({
    model: ModelField,
    where: WhereField,
    below: ProperShare.optional().describe('accuracy the model must reach'),
    drop: ProperShare.optional().describe('largest loss of accuracy against what against names, absolute'),
    against: z
      .enum(['reference', 'previous'])
      .optional()
      .describe(
        'with drop: the quality in the reference file, or the version that served before; reference where the file has one',
      ),
    window: PositiveDuration.prefault('7d').describe('span over which arriving labels count'),
    confidence: z
      .number()
      .min(0.5, 'expected a confidence from 0.5 to 0.9999, such as 0.95')
      .max(0.9999, 'expected a confidence from 0.5 to 0.9999, such as 0.95')
      .default(0.95)
      .describe('of the interval whose upper end must lie below the threshold'),
    min_samples: CountField.default(100).describe('labelled predictions needed before a version is judged'),
    label_coverage: ProperShare.optional().describe(
      'share of the predictions that must be labelled before a version is judged',
    ),
    max_age: PositiveDuration.prefault('26h').describe('a gauge evaluated longer ago means nothing'),
  })
  .superRefine((spec, context) => {
    if ((spec.below === undefined) === (spec.drop === undefined)) {
      const message = 'expected exactly one of below and drop, such as below: 0.92';
      context.addIssue({ code: 'custom', path: [], message });
    } else if (spec.against !== undefined && spec.drop === undefined) {
      const message = 'against belongs to drop; below is held against nothing else';
      context.addIssue({ code: 'custom', path: ['against'], message });
    }
  });
export type AccuracySpec = z.output<typeof AccuracySpec>;

/** What a rule holds an accuracy against: a figure, the reference file, or the version before. */
export function comparisonOf(spec: AccuracySpec, model: ModelFacts): 'below' | 'reference' | 'previous' {
  if (spec.drop === undefined) return 'below';
  return spec.against ?? (model.reference?.quality ? 'reference' : 'previous');
}

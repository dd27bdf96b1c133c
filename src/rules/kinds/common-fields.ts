import { z } from 'zod';
import { parseDuration } from '../../schema/duration.js';
import { LabelName } from '../label-name.js';

/** `model`: which series a kind is about. */
export const ModelField = z
  .string()
  .min(1, 'expected the value of the model_name label')
  .describe('value of the model_name label');

/** `where`: what else the series must carry. */
export const WhereField = z
  .record(LabelName, z.string())
  .default({})
  .refine((where) => !('model_name' in where), 'model_name is named by model; leave it out of where')
  .describe('further labels the series must carry, such as { env: prod }; alerts carry them too');

/** `min_samples` and its like: a count of events. */
export const CountField = z.int().min(1);

/** A duration longer than zero, or `none`, which switches off what it belongs to; milliseconds or undefined once parsed. */
export const DurationOrNone = z.union([z.string(), z.number()]).transform((input, context) => {
  if (input === 'none') return undefined;
  const ms = parseDuration(String(input));
  if (ms !== undefined && ms > 0) return ms;
  context.addIssue({
    code: 'custom',
    message: `expected a duration such as 15m, or none, got ${JSON.stringify(input)}`,
  });
  return z.NEVER;
});

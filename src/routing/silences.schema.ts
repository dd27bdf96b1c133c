import { z } from 'zod';
import { formatDuration, PositiveDuration } from '../schema/duration.js';

/** What stands under `silences:`; durations in milliseconds. Without it a silence may last forever, and nobody is warned. */
export const Silences = z
  .strictObject({
    max_duration: PositiveDuration.optional(),
    warn_before: PositiveDuration.optional(),
  })
  .superRefine(({ max_duration: longest, warn_before: lead }, context) => {
    if (longest === undefined || lead === undefined || lead < longest) return;
    context.addIssue({
      code: 'custom',
      path: ['warn_before'],
      message: `expected less than max_duration (${formatDuration(longest)}): a silence that is not longer than warn_before warns nobody`,
    });
  });
export type Silences = z.output<typeof Silences>;

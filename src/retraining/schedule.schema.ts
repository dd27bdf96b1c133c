import { z } from 'zod';
import { isLocation } from '../routing/time-ranges.js';
import { cronProblem } from './schedule.js';

/** When a policy asks for a run without any alert. */
export const Schedule = z
  .strictObject({
    cron: z
      .string()
      .describe('five fields: minute, hour, day of the month, month, day of the week (0 or SUN is Sunday)'),
    location: z
      .string()
      .refine(isLocation, {
        error: (issue) =>
          `expected an IANA time zone such as Europe/Berlin, or Local, got ${JSON.stringify(issue.input)}`,
      })
      .optional()
      .describe('time zone of the fields; UTC unless given'),
  })
  .superRefine(({ cron, location }, context) => {
    const known = location !== undefined && isLocation(location);
    const message = cronProblem({ cron, ...(known ? { location } : {}) });
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['cron'], message });
  });

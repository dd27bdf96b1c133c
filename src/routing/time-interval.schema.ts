import { z } from 'zod';
import {
  isLocation,
  type NumberRange,
  type ParsedRange,
  parseDaysOfMonth,
  parseMonths,
  parseTimeOfDay,
  parseWeekdays,
  parseYears,
} from './time-ranges.js';

const ranges = (parse: (written: string) => ParsedRange) =>
  z.array(
    z.union([z.string(), z.int()]).transform((written, context): NumberRange => {
      const parsed = parse(String(written));
      if (parsed.ok) return parsed.range;
      context.addIssue({ code: 'custom', message: parsed.message });
      return z.NEVER;
    }),
  );

const TimeOfDay = z.string().transform((written, context): number => {
  const minutes = parseTimeOfDay(written);
  if (minutes !== undefined) return minutes;
  context.addIssue({
    code: 'custom',
    message: `expected a time such as 09:00 (24:00 is the latest), got ${JSON.stringify(written)}`,
  });
  return z.NEVER;
});

/** Minutes since midnight, the end excluded; a night is written as two ranges. */
const TimeRange = z
  .strictObject({ start_time: TimeOfDay, end_time: TimeOfDay })
  .transform(({ start_time, end_time }, context): NumberRange => {
    if (start_time < end_time) return { begin: start_time, end: end_time };
    const message =
      'expected an end after the start: write a range over midnight as two, until 24:00 and from 00:00';
    context.addIssue({ code: 'custom', path: ['end_time'], message });
    return z.NEVER;
  });

/** Given fields must all hold, of each field any element. A field that is not given always holds; an empty list never does. */
export const TimeIntervalSpec = z.strictObject({
  times: z.array(TimeRange).optional(),
  weekdays: ranges(parseWeekdays).optional(),
  days_of_month: ranges(parseDaysOfMonth).optional(),
  months: ranges(parseMonths).optional(),
  years: ranges(parseYears).optional(),
  /** IANA zone, or `Local`; UTC when absent. */
  location: z
    .string()
    .refine(isLocation, {
      error: (issue) =>
        `expected an IANA time zone such as Europe/Berlin, or Local, got ${JSON.stringify(issue.input)}`,
    })
    .optional(),
});
/** One entry of an interval, ranges as numbers: minutes of the day (end excluded), Sunday as 0, January as 1. */
export type TimeIntervalSpec = z.infer<typeof TimeIntervalSpec>;

/** What stands under `time_intervals:`, and under its older name `mute_time_intervals:`. Names are unique. */
export const TimeIntervals = z
  .array(
    z.strictObject({
      name: z.string().min(1, 'expected a name, got an empty text'),
      time_intervals: z.array(TimeIntervalSpec).optional(),
    }),
  )
  .superRefine((intervals, context) => {
    const seen = new Set<string>();
    intervals.forEach(({ name }, index) => {
      if (seen.has(name)) {
        context.addIssue({
          code: 'custom',
          path: [index, 'name'],
          message: `expected each name once, got ${JSON.stringify(name)} again`,
        });
      }
      seen.add(name);
    });
  });
export type TimeIntervals = z.infer<typeof TimeIntervals>;

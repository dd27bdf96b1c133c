import { type CronExpression, CronExpressionParser } from 'cron-parser';

/** When a policy asks by itself: a cron pattern of five fields, in an IANA zone, `Local`, or UTC when absent. */
export interface ScheduleSpec {
  readonly cron: string;
  readonly location?: string;
}

/** An occurrence that was missed by more than this is left out: training at another time than planned is no catching up. */
export const LATEST_MS = 60 * 60_000;

const FIELDS = 5;
const EXAMPLE = 'expected a schedule such as "0 3 * * SUN" (Sundays at 03:00)';

/** What is wrong with a pattern, and what to write instead; undefined when nothing is. */
export function cronProblem(schedule: ScheduleSpec): string | undefined {
  const got = `got ${JSON.stringify(schedule.cron)}`;
  const fields = schedule.cron.trim().split(/\s+/);
  if (fields.length !== FIELDS || fields[0] === '') return `${EXAMPLE}: five fields, minute first, ${got}`;
  if (/[hH?#L]/.test(fields.join(' ').replaceAll(/JUL|THU|MARCH/gi, '')))
    return `${EXAMPLE} without H, L, ? and #, ${got}`;
  try {
    // A day that no year has, such as February 30th, is found only by looking for it.
    open(schedule, new Date(Date.UTC(2026, 0, 1))).next();
    return undefined;
  } catch (error) {
    return `${EXAMPLE}, ${got}: ${(error as Error).message}`;
  }
}

/** The first occurrence after an instant. Daylight saving is the zone's: a time that a day leaves out comes as soon as the clock has passed it. */
export function nextOccurrence(schedule: ScheduleSpec, after: Date): Date {
  return open(schedule, after).next().toDate();
}

/** The last occurrence at or before an instant. */
export function lastOccurrence(schedule: ScheduleSpec, now: Date): Date {
  return open(schedule, new Date(now.getTime() + 1))
    .prev()
    .toDate();
}

/** One text for all that decides when a schedule is due. */
export function scheduleKey({ cron, location = 'UTC' }: ScheduleSpec): string {
  return `${cron.trim().split(/\s+/).join(' ')} ${location}`;
}

function open({ cron, location = 'UTC' }: ScheduleSpec, at: Date): CronExpression {
  return CronExpressionParser.parse(cron, {
    currentDate: at,
    ...(location === 'Local' ? {} : { tz: location }),
  });
}

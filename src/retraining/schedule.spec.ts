import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cronProblem, lastOccurrence, nextOccurrence, scheduleKey } from './schedule.js';

const BERLIN = { location: 'Europe/Berlin' };
const SUNDAY = { cron: '0 3 * * SUN' };

describe('a schedule', () => {
  it.each<[sentence: string, schedule: { cron: string; location?: string }, after: string, next: string]>([
    ['counts in UTC', SUNDAY, '2026-03-10T12:00:00Z', '2026-03-15T03:00:00.000Z'],
    ['counts in its zone', { ...SUNDAY, ...BERLIN }, '2026-03-10T12:00:00Z', '2026-03-15T02:00:00.000Z'],
    ['knows daylight saving', { ...SUNDAY, ...BERLIN }, '2026-03-29T02:00:00Z', '2026-04-05T01:00:00.000Z'],
    [
      'comes at once when the day leaves the time out',
      { cron: '30 2 * * *', ...BERLIN },
      '2026-03-28T12:00:00Z',
      '2026-03-29T01:30:00.000Z',
    ],
    [
      'comes once when the day has the time twice',
      { cron: '30 2 * * *', ...BERLIN },
      '2026-10-25T00:30:00Z',
      '2026-10-26T01:30:00.000Z',
    ],
    ['is after the instant, not at it', SUNDAY, '2026-03-15T03:00:00Z', '2026-03-22T03:00:00.000Z'],
    ['knows months', { cron: '15 6 1 JAN,JUL *' }, '2026-03-15T03:00:00Z', '2026-07-01T06:15:00.000Z'],
  ])('%s', (_sentence, schedule, after, next) => {
    expect(nextOccurrence(schedule, new Date(after)).toISOString()).toBe(next);
  });

  it('has a last time at or before every instant, and none between it and the next', () => {
    const instants = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) });
    const patterns = fc.constantFrom('0 3 * * SUN', '*/20 * * * *', '30 2 * * *', '0 0 31 * *');
    fc.assert(
      fc.property(
        patterns,
        fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York'),
        instants,
        (cron, location, ms) => {
          const schedule = { cron, location };
          const now = new Date(ms);
          const [last, next] = [lastOccurrence(schedule, now), nextOccurrence(schedule, now)];
          expect(last.getTime()).toBeLessThanOrEqual(ms);
          expect(next.getTime()).toBeGreaterThan(ms);
          expect(lastOccurrence(schedule, last)).toEqual(last);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    ['', 'five fields'],
    ['0 3 * *', 'five fields'],
    ['0 0 3 * * SUN', 'five fields'],
    ['61 3 * * SUN', 'got "61 3 * * SUN"'],
    ['0 3 * * SUNDAYS', 'got'],
    ['0 3 30 2 *', 'got'],
    ['H 3 * * *', 'without H'],
    ['0 3 L * *', 'without H'],
    ['@weekly', 'five fields'],
  ])('refuses %j and says what to write', (cron, said) => {
    const problem = cronProblem({ cron });
    expect(problem).toContain('expected a schedule such as "0 3 * * SUN" (Sundays at 03:00)');
    expect(problem).toContain(said);
  });

  it.each(['0 3 * * SUN', '0 3 * * 0', '*/5 8-18 * * MON-FRI', '0 3 1 JUL *', '0 3 * MAR THU'])(
    'takes %j',
    (cron) => {
      expect(cronProblem({ cron })).toBeUndefined();
    },
  );

  it('is the same however it is spaced, and another in another zone', () => {
    expect(scheduleKey({ cron: ' 0  3 * * SUN' })).toBe(
      scheduleKey({ cron: '0 3 * * SUN', location: 'UTC' }),
    );
    expect(scheduleKey({ ...SUNDAY, ...BERLIN })).not.toBe(scheduleKey(SUNDAY));
  });
});

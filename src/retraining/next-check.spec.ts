import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { DECIDED_AT, freshRun } from './fake-run.js';
import { nextCheckAt } from './next-check.js';
import { deadlineOf } from './run-deadline.js';
import type { Run, RunState } from './run.js';

const SECOND = 1000;
const HOUR = 3_600_000;
const T0 = DECIDED_AT;
const at = (ms: number): Date => new Date(T0.getTime() + ms);

const run = (state: RunState, more: Partial<Run> = {}): Run => ({
  ...freshRun,
  state,
  attempt: 1,
  baseline: { knownVersions: [] },
  ...more,
});
const ENDS: readonly RunState[] = [
  'verified',
  'not_improved',
  'regressed',
  'unverifiable',
  'rejected',
  'expired',
  'failed',
  'timed_out',
  'lost',
  'cancelled',
];
const GOING: readonly RunState[] = [
  'awaiting_approval',
  'queued',
  'triggering',
  'ambiguous',
  'dispatched',
  'running',
  'succeeded',
  'soaking',
];

describe('a run is looked at next', () => {
  it.each<[sentence: string, run: Run, nowMs: number, nextMs: number]>([
    ['at once when it has to be sent', run('queued'), 5 * SECOND, 5 * SECOND],
    [
      'as soon as it may be sent again',
      run('queued', { sendAfter: at(45 * SECOND) }),
      5 * SECOND,
      45 * SECOND,
    ],
    [
      'at once when the wait is over',
      run('queued', { sendAfter: at(45 * SECOND) }),
      50 * SECOND,
      50 * SECOND,
    ],
    [
      'at the latest when it can no longer be sent, however long the CI system asks to wait',
      run('queued', { sendAfter: at(30 * HOUR) }),
      0,
      7 * HOUR,
    ],
    ['when nobody has approved it in time', run('awaiting_approval'), HOUR, 8 * HOUR],
    ['when its sender counts as dead', run('triggering', { sentAt: T0 }), SECOND, 120 * SECOND],
    ['two seconds later at first', run('dispatched', { sentAt: T0 }), SECOND, 3 * SECOND],
    [
      'after a tenth of the time it has lasted',
      run('running', { startedAt: T0 }),
      300 * SECOND,
      330 * SECOND,
    ],
    ['a minute later when it lasts', run('soaking', { versionSeenAt: T0 }), 5 * HOUR, 5 * HOUR + 60 * SECOND],
    [
      'by the latest thing that happened to it',
      run('succeeded', { sentAt: at(-HOUR), startedAt: at(-HOUR), succeededAt: T0 }),
      SECOND,
      3 * SECOND,
    ],
    ['at its deadline when that comes first', run('running', { startedAt: T0 }), 6 * HOUR - SECOND, 6 * HOUR],
    [
      'at once when its deadline has passed',
      run('running', { startedAt: T0 }),
      6 * HOUR + SECOND,
      6 * HOUR + SECOND,
    ],
  ])('%s', (_sentence, given, nowMs, nextMs) => {
    expect(nextCheckAt(given, at(nowMs))).toEqual(at(nextMs));
  });

  it.each(ENDS)('never when it is %s', (state) => {
    expect(nextCheckAt(run(state, { endedAt: T0 }), T0)).toBeUndefined();
  });

  it('some time, not in the past, and never so late that its deadline goes by unseen', () => {
    const times = fc.record(
      {
        sentAt: fc.nat(HOUR).map(at),
        startedAt: fc.nat(HOUR).map(at),
        succeededAt: fc.nat(HOUR).map(at),
        versionSeenAt: fc.nat(HOUR).map(at),
        sendAfter: fc.nat(100 * HOUR).map(at),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.constantFrom(...GOING), times, fc.nat(300 * HOUR).map(at), (state, facts, now) => {
        const given = run(state, facts);
        const [next, deadline] = [nextCheckAt(given, now) as Date, deadlineOf(given) as Date];
        const waits = state === 'awaiting_approval' || state === 'triggering';
        if (!waits) expect(next.getTime()).toBeGreaterThanOrEqual(now.getTime());
        expect(next.getTime()).toBeLessThanOrEqual(Math.max(now.getTime(), deadline.getTime()));
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { DeliveryResult } from './channels/channel.js';
import { ALARM_AFTER_MS, decideAttempt, DELIVERY_DEADLINE_MS } from './decide-attempt.js';

const SECOND = 1000;
const MINUTE = 60_000;
const delivered: DeliveryResult = { outcome: 'delivered' };
const rejected: DeliveryResult = { outcome: 'rejected', reason: 'invalid_payload', detail: '' };
const broken: DeliveryResult = { outcome: 'target_broken', reason: 'not_found', detail: '' };
const later = (retryAfterMs?: number): DeliveryResult => ({
  outcome: 'retry',
  reason: 'server_error',
  detail: '',
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});

describe('after an attempt', () => {
  it.each<[sentence: string, result: DeliveryResult, attempt: number, ageMs: number, decision: object]>([
    ['that got through, nothing is left to do', delivered, 1, 0, { kind: 'delivered' }],
    ['that got through after the deadline too', delivered, 90, 7 * 60 * MINUTE, { kind: 'delivered' }],
    ['that was rejected, no other is made', rejected, 1, 0, { kind: 'dead', why: 'rejected' }],
    [
      'that failed, the next follows in a second',
      later(),
      1,
      0,
      { kind: 'retry', afterMs: SECOND, alarm: false },
    ],
    [
      'that failed again, the wait doubles',
      later(),
      4,
      7 * SECOND,
      { kind: 'retry', afterMs: 8 * SECOND, alarm: false },
    ],
    [
      'that failed often, the wait is a minute',
      later(),
      12,
      90 * SECOND,
      { kind: 'retry', afterMs: MINUTE, alarm: false },
    ],
    [
      'that failed for two minutes, people are told',
      later(),
      9,
      ALARM_AFTER_MS,
      { kind: 'retry', afterMs: MINUTE, alarm: true },
    ],
    [
      'whose target asks to wait, it is obeyed',
      later(30 * SECOND),
      1,
      0,
      { kind: 'retry', afterMs: 30 * SECOND, alarm: false },
    ],
    [
      'whose target asks for less than our own wait, ours counts',
      later(SECOND),
      5,
      0,
      { kind: 'retry', afterMs: 16 * SECOND, alarm: false },
    ],
    [
      'whose target asks to wait so long that people should know, they are told',
      later(60 * MINUTE),
      1,
      0,
      { kind: 'retry', afterMs: 60 * MINUTE, alarm: true },
    ],
    [
      'whose target asks to wait beyond the deadline, the last one is made at the deadline',
      later(60 * MINUTE),
      30,
      DELIVERY_DEADLINE_MS - MINUTE,
      { kind: 'retry', afterMs: MINUTE, alarm: true },
    ],
    [
      'on a broken target people are told at once, and it is tried on',
      broken,
      1,
      0,
      { kind: 'retry', afterMs: MINUTE, alarm: true },
    ],
    [
      'on a target that stays broken, the wait grows to five minutes',
      broken,
      5,
      60 * MINUTE,
      { kind: 'retry', afterMs: 5 * MINUTE, alarm: true },
    ],
    ['at the deadline it is given up', later(), 400, DELIVERY_DEADLINE_MS, { kind: 'dead', why: 'deadline' }],
    [
      'at the deadline a broken target is given up',
      broken,
      70,
      DELIVERY_DEADLINE_MS,
      { kind: 'dead', why: 'deadline' },
    ],
  ])('%s', (_sentence, result, attempt, ageMs, decision) => {
    expect(decideAttempt(result, attempt, ageMs, 0.5)).toEqual(decision);
  });

  it('the next one always comes, soon enough, and never after the deadline', () => {
    const results = fc.oneof(
      fc.constant(broken),
      fc.option(fc.nat(100 * MINUTE), { nil: undefined }).map((ms) => later(ms)),
    );
    const jitter = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        results,
        fc.integer({ min: 1, max: 100_000 }),
        fc.nat(DELIVERY_DEADLINE_MS - 1),
        jitter,
        (result, attempt, ageMs, random) => {
          const decision = decideAttempt(result, attempt, ageMs, random);
          if (decision.kind !== 'retry') throw new Error('given up before the deadline');
          expect(decision.afterMs).toBeGreaterThan(0);
          expect(ageMs + decision.afterMs).toBeLessThanOrEqual(DELIVERY_DEADLINE_MS);
          // Nobody waits in silence for longer than it takes to be told that something is wrong.
          if (!decision.alarm) expect(decision.afterMs).toBeLessThanOrEqual(ALARM_AFTER_MS);
        },
      ),
    );
  });
});

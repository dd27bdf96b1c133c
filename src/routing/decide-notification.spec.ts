import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  decideNotification,
  type LoggedNotification,
  logEntryOf,
  type NotificationDecision,
} from './decide-notification.js';

const HOUR = 3_600_000;
const NOW = new Date('2026-03-01T12:00:00Z');
const ago = (ms: number): Date => new Date(NOW.getTime() - ms);

interface Row {
  readonly firing: string;
  readonly resolved?: string;
  /** Logged firing, resolved, open, escalated. */
  readonly log?: readonly [string, string?, string?, string?];
  readonly ageMs?: number;
  readonly sendResolved?: boolean;
}

/** Fingerprints are single letters. */
const letters = (text: string): readonly string[] => text.split('');

function decide({
  firing,
  resolved = '',
  log,
  ageMs = 60_000,
  sendResolved = true,
}: Row): NotificationDecision {
  const logged = log && {
    firing: letters(log[0]),
    resolved: letters(log[1] ?? ''),
    open: letters(log[2] ?? ''),
    escalated: letters(log[3] ?? ''),
    notifiedAt: ago(ageMs),
  };
  return decideNotification({
    firing: letters(firing),
    resolved: letters(resolved),
    ...(logged ? { logged } : {}),
    sendResolved,
    repeatIntervalMs: 4 * HOUR,
    now: NOW,
  });
}

describe('a channel', () => {
  it.each<[what: string, row: Row, reason: string, resolved?: string]>([
    ['that was never told hears of firing alerts', { firing: 'a' }, 'first'],
    ['that was never told hears nothing of resolved ones', { firing: '', resolved: 'a' }, 'nothing_firing'],
    ['that was never told hears of an empty group nothing', { firing: '' }, 'nothing_firing'],
    [
      'that was never told is not told of the resolved ones beside',
      { firing: 'a', resolved: 'b' },
      'first',
      '',
    ],
    ['hears of an alert that got worse', { firing: 'ab', log: ['ab', '', '', 'b'] }, 'escalated'],
    ['hears of new ones first', { firing: 'abc', log: ['ab', '', '', 'b'] }, 'new_alerts'],
    ['hears nothing worse of what is over', { firing: 'a', log: ['a', '', '', 'b'] }, 'unchanged'],
    [
      'hears in one message that one got worse and another is over',
      { firing: 'a', resolved: 'b', log: ['ab', '', '', 'a'] },
      'escalated',
      'b',
    ],
    ['whose alerts had all resolved hears the next one as a first', { firing: 'a', log: ['', 'a'] }, 'first'],
    ['hears of an alert more', { firing: 'ab', log: ['a'] }, 'new_alerts'],
    [
      'hears of an alert more although another has resolved',
      { firing: 'b', resolved: 'a', log: ['a'] },
      'new_alerts',
      'a',
    ],
    [
      'hears of an alert more at once, not at the repeat',
      { firing: 'ab', log: ['a'], ageMs: 5 * HOUR },
      'new_alerts',
    ],
    ['hears nothing while nothing changes', { firing: 'ab', log: ['ba'] }, 'unchanged'],
    ['hears nothing when an alert merely vanished', { firing: 'a', log: ['ab'] }, 'unchanged'],
    ['hears that all has resolved', { firing: '', resolved: 'ab', log: ['ab'] }, 'all_resolved', 'ab'],
    [
      'hears that all has resolved at once, not at the repeat',
      { firing: '', resolved: 'a', log: ['a'], ageMs: 5 * HOUR },
      'all_resolved',
      'a',
    ],
    ['hears it once', { firing: '', resolved: 'ab', log: ['', 'ab'] }, 'nothing_firing'],
    [
      'hears it once, also after the repeat interval',
      { firing: '', resolved: 'a', log: ['', 'a'], ageMs: 5 * HOUR },
      'nothing_firing',
    ],
    [
      'hears nothing when what it was told of is only hidden',
      { firing: '', resolved: '', log: ['a'] },
      'nothing_firing',
    ],
    [
      'hears nothing of an alert it never knew, even as the last one',
      { firing: '', resolved: 'b', log: ['a'] },
      'nothing_firing',
    ],
    [
      'hears of one resolved among several',
      { firing: 'a', resolved: 'b', log: ['ab'] },
      'some_resolved',
      'b',
    ],
    ['hears of it once', { firing: 'a', resolved: 'b', log: ['a', 'b'] }, 'unchanged'],
    [
      'hears nothing of an alert that came and went between two ticks',
      { firing: 'a', resolved: 'c', log: ['a'] },
      'unchanged',
    ],
    [
      'is not told of it beside others either',
      { firing: 'a', resolved: 'bc', log: ['ab'] },
      'some_resolved',
      'b',
    ],
    ['is reminded after the repeat interval', { firing: 'a', log: ['a'], ageMs: 4 * HOUR + 1 }, 'repeat'],
    [
      'is not reminded at the repeat interval exactly',
      { firing: 'a', log: ['a'], ageMs: 4 * HOUR },
      'unchanged',
    ],
    [
      'is reminded without what it already knows to be resolved',
      { firing: 'a', resolved: 'b', log: ['a', 'b'], ageMs: 5 * HOUR },
      'repeat',
    ],
    [
      'hears the end of an alert that was hidden since',
      { firing: 'b', resolved: 'a', log: ['b', '', 'a'] },
      'some_resolved',
      'a',
    ],
    [
      'hears of a hidden alert again when it comes back firing',
      { firing: 'ab', log: ['b', '', 'a'] },
      'new_alerts',
    ],
    [
      'without resolved notifications hears nothing when one of several resolves',
      { firing: 'a', resolved: 'b', log: ['ab'], sendResolved: false },
      'unchanged',
    ],
    [
      'without resolved notifications gets an empty message when all resolve, to be logged',
      { firing: '', resolved: 'ab', log: ['ab'], sendResolved: false },
      'all_resolved',
      '',
    ],
    [
      'without resolved notifications hears of new alerts alone',
      { firing: 'b', resolved: 'a', log: ['a'], sendResolved: false },
      'new_alerts',
      '',
    ],
  ])('%s', (_what, row, reason, resolved = '') => {
    const held = reason === 'unchanged' || reason === 'nothing_firing';
    expect(decide(row)).toEqual(
      held ? { send: false, reason } : { send: true, reason, resolved: letters(resolved) },
    );
  });
});

describe('the log entry after a sending', () => {
  it.each<
    [
      what: string,
      firing: string,
      resolved: string,
      log: readonly [string, string?, string?] | undefined,
      open: string | undefined,
    ]
  >([
    ['keeps open what was announced and is hidden now', 'b', '', ['ab'], 'a'],
    ['keeps it open over several messages', 'c', '', ['b', '', 'a'], 'ba'],
    ['closes what has resolved', 'b', 'a', ['ab'], undefined],
    ['closes what came back', 'ab', '', ['b', '', 'a'], undefined],
    ['starts with nothing open', 'a', '', undefined, undefined],
  ])('%s', (_what, firing, resolved, log, open) => {
    const logged = log && {
      firing: letters(log[0]),
      resolved: [],
      open: letters(log[2] ?? ''),
      notifiedAt: ago(1),
    };
    const input = {
      firing: letters(firing),
      resolved: letters(resolved),
      ...(logged ? { logged } : {}),
      sendResolved: true,
      repeatIntervalMs: HOUR,
      now: NOW,
    };
    expect(logEntryOf(input, letters(resolved))).toEqual({
      firing: letters(firing),
      resolved: letters(resolved),
      notifiedAt: NOW,
      ...(open === undefined ? {} : { open: letters(open) }),
    });
  });
});

/** A tick of a group: which alerts fire, and which of those are hidden. Alerts that fired before and no longer do have resolved. */
const TICKS = fc.array(
  fc.record({ firing: fc.subarray(['a', 'b', 'c']), hidden: fc.subarray(['a', 'b', 'c']) }),
  {
    minLength: 1,
    maxLength: 12,
  },
);

describe('over any sequence of ticks', () => {
  it('a resolved alert was told as firing before, is told once, and everything told is closed in the end', () => {
    fc.assert(
      fc.property(TICKS, fc.boolean(), (ticks, sendResolved) => {
        let logged: LoggedNotification | undefined;
        let members = new Set<string>();
        const believed = new Set<string>();
        const calm = { firing: [], hidden: [] };
        for (const [index, { firing, hidden }] of [...ticks, calm, calm].entries()) {
          const resolved = [...members].filter((alert) => !firing.includes(alert));
          const audible = firing.filter((alert) => !hidden.includes(alert));
          members = new Set(firing);
          const now = new Date(NOW.getTime() + index * 300_000);
          const input = {
            firing: audible,
            resolved,
            ...(logged ? { logged } : {}),
            sendResolved,
            repeatIntervalMs: HOUR,
            now,
          };
          const decision = decideNotification(input);
          if (!decision.send) continue;
          for (const alert of decision.resolved) {
            expect(believed.has(alert)).toBe(true);
            believed.delete(alert);
          }
          for (const alert of audible) believed.add(alert);
          logged = logEntryOf(input, decision.resolved);
          expect(sendResolved || decision.resolved.length === 0).toBe(true);
        }
        if (sendResolved) expect([...believed]).toEqual([]);
        expect(logged?.firing ?? []).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});

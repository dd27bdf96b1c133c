import { describe, expect, it } from '@jest/globals';
import type { Alert } from '../alerts/alert.js';
import { fingerprint } from '../alerts/fingerprint.js';
import { receiveAlert, receivedFingerprint } from './receive-alert.js';
import { ReceivedAlert } from './webhook.schema.js';

const SECOND = 1000;
const MINUTE = 60_000;
const T0 = new Date('2026-03-10T12:00:00Z');
const at = (ms: number): Date => new Date(T0.getTime() + ms);
const ZERO = '0001-01-01T00:00:00Z';

const message = (
  status: 'firing' | 'resolved',
  startsAt: Date,
  endsAt?: Date,
  more: Partial<ReceivedAlert> = {},
): ReceivedAlert =>
  ReceivedAlert.parse({
    status,
    labels: { alertname: 'High', zone: 'a', empty: '' },
    annotations: { summary: 's' },
    startsAt: startsAt.toISOString(),
    endsAt: endsAt?.toISOString() ?? ZERO,
    ...more,
  });
const receive = (existing: Alert | undefined, received: ReceivedAlert, receivedAt: Date) =>
  receiveAlert(existing, received, receivedAt);

const fired = receive(undefined, message('firing', T0), at(SECOND))?.alert as Alert;
const ended = receive(fired, message('resolved', T0, at(5 * MINUTE)), at(6 * MINUTE))?.alert as Alert;

describe('receiving an alert', () => {
  it('that fires makes it fire since the time its sender says', () => {
    const received = message('firing', T0, undefined, { generatorURL: 'http://prometheus/graph' });
    expect(receive(undefined, received, at(SECOND))).toEqual({
      alert: {
        source: 'alertmanager',
        fingerprint: fingerprint({ alertname: 'High', zone: 'a' }),
        episode: fired.episode,
        labels: { alertname: 'High', zone: 'a' },
        annotations: { summary: 's' },
        generatorUrl: 'http://prometheus/graph',
        state: 'firing',
        value: null,
        activeAt: T0,
        firedAt: T0,
        evaluatedAt: at(SECOND),
      },
      transition: { from: 'inactive', to: 'firing', reason: 'received', at: at(SECOND) },
    });
    expect(receivedFingerprint(received)).toBe(fingerprint({ alertname: 'High', zone: 'a' }));
  });

  it.each<
    [sentence: string, existing: Alert | undefined, received: ReceivedAlert, receivedAt: Date, moved: string]
  >([
    ['that fires already is no news', fired, message('firing', T0), at(MINUTE), 'none'],
    [
      'that fires already, from a sender who saw it later, is no news',
      fired,
      message('firing', at(30 * SECOND)),
      at(MINUTE),
      'none',
    ],
    ['that has ended ends it', fired, message('resolved', T0, at(MINUTE)), at(2 * MINUTE), 'firing→resolved'],
    [
      'that has ended at a time its sender does not know ends it',
      fired,
      message('resolved', T0),
      at(MINUTE),
      'firing→resolved',
    ],
    [
      'that has ended by a clock ahead of ours ends it',
      fired,
      message('resolved', T0, at(9 * MINUTE)),
      at(MINUTE),
      'firing→resolved',
    ],
    [
      'that has ended and was never known is not stored',
      undefined,
      message('resolved', T0, at(MINUTE)),
      at(2 * MINUTE),
      'ignored',
    ],
    [
      'that has ended twice is no news',
      ended,
      message('resolved', T0, at(5 * MINUTE)),
      at(7 * MINUTE),
      'ignored',
    ],
    [
      'from the slower of two senders, who does not know yet that it ended, is no news',
      ended,
      message('firing', T0),
      at(6 * MINUTE + 30 * SECOND),
      'ignored',
    ],
    [
      'from the slower of two senders, who saw it begin later, is no news',
      ended,
      message('firing', at(20 * SECOND)),
      at(6 * MINUTE + 30 * SECOND),
      'ignored',
    ],
    [
      'that began after the last one ended makes it fire anew',
      ended,
      message('firing', at(5 * MINUTE + 1)),
      at(6 * MINUTE + SECOND),
      'inactive→firing',
    ],
    [
      'that is sent again with its old beginning, long after it ended, makes it fire anew',
      ended,
      message('firing', T0),
      at(7 * MINUTE),
      'inactive→firing',
    ],
    [
      'that ended before the present one began does not end it',
      receive(ended, message('firing', at(8 * MINUTE)), at(8 * MINUTE))?.alert,
      message('resolved', T0, at(5 * MINUTE)),
      at(9 * MINUTE),
      'ignored',
    ],
    [
      'that ended before it was sent again with its old beginning does not end it',
      receive(ended, message('firing', T0), at(8 * MINUTE))?.alert,
      message('resolved', T0, at(5 * MINUTE)),
      at(9 * MINUTE),
      'ignored',
    ],
    [
      'that was sent again with its old beginning ends, also by a clock behind ours',
      receive(ended, message('firing', T0), at(8 * MINUTE))?.alert,
      message('resolved', T0, at(7 * MINUTE)),
      at(9 * MINUTE),
      'firing→resolved',
    ],
  ])('%s', (_sentence, existing, received, receivedAt, moved) => {
    const change = receive(existing, received, receivedAt);
    const transition = change?.transition;
    const told = transition ? `${transition.from}→${transition.to}` : change ? 'none' : 'ignored';
    expect(told).toBe(moved);
  });

  it('that fires already refreshes what it shows, and nothing else', () => {
    const again = message('firing', T0, undefined, { annotations: { summary: 'worse' } });
    expect(receive(fired, again, at(MINUTE))?.alert).toEqual({
      ...fired,
      annotations: { summary: 'worse' },
      evaluatedAt: at(MINUTE),
    });
  });

  it('that has ended is over since the end it names, never since a time to come', () => {
    expect(ended).toMatchObject({ state: 'resolved', activeAt: T0, resolvedAt: at(5 * MINUTE) });
    const ahead = receive(fired, message('resolved', T0, at(9 * MINUTE)), at(MINUTE));
    expect(ahead?.alert.resolvedAt).toEqual(at(MINUTE));
    const unknown = receive(fired, message('resolved', T0), at(MINUTE));
    expect(unknown?.alert.resolvedAt).toEqual(at(MINUTE));
  });

  it('makes each firing period an episode of its own, and one period one episode for all its senders', () => {
    const anew = receive(ended, message('firing', at(8 * MINUTE)), at(8 * MINUTE))?.alert;
    const oldBeginning = receive(ended, message('firing', T0), at(8 * MINUTE))?.alert;
    expect(new Set([fired, anew, oldBeginning].map((alert) => alert?.episode)).size).toBe(3);
    expect(anew).not.toHaveProperty('resolvedAt');
    expect(receive(undefined, message('firing', T0), at(3 * SECOND))?.alert.episode).toBe(fired.episode);
    expect(receive(fired, message('firing', at(SECOND)), at(MINUTE))?.alert.episode).toBe(fired.episode);
  });
});

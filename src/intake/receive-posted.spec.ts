import { describe, expect, it } from '@jest/globals';
import type { Alert } from '../alerts/alert.js';
import { fingerprint } from '../alerts/fingerprint.js';
import type { PostedAlert } from './posted-alert.js';
import { receiveAlert } from './receive-alert.js';
import { expireAlert, receivePosted } from './receive-posted.js';
import { ReceivedAlert } from './webhook.schema.js';

const T0 = new Date('2026-03-10T12:00:00Z');
const minute = (minutes: number): Date => new Date(T0.getTime() + minutes * 60_000);
const LABELS = { alertname: 'High', zone: 'a' };

/** Posted at `now`; without an end, five minutes later is assumed. */
const post = (
  existing: Alert | undefined,
  {
    startsAt,
    endsAt,
    now,
    ...more
  }: { startsAt: number; endsAt?: number; now: number } & Partial<
    Pick<PostedAlert, 'annotations' | 'generatorUrl'>
  >,
) =>
  receivePosted(
    existing,
    {
      labels: LABELS,
      annotations: {},
      startsAt: minute(startsAt),
      endsAt: minute(endsAt ?? now + 5),
      endAssumed: endsAt === undefined,
      ...more,
    },
    minute(now),
  );
const stored = (change: ReturnType<typeof receivePosted>): Alert => {
  if (change === undefined) throw new Error('nothing was to be stored');
  return change.alert;
};
const moved = (change: ReturnType<typeof receivePosted>): string =>
  change?.transition ? `${change.transition.from}→${change.transition.to}` : change ? 'same' : 'ignored';
const span = ({ activeAt, endsAt, endAssumed, state, resolvedAt }: Alert): readonly unknown[] => [
  state,
  (activeAt.getTime() - T0.getTime()) / 60_000,
  (((state === 'resolved' ? resolvedAt : endsAt)?.getTime() ?? NaN) - T0.getTime()) / 60_000,
  endAssumed === true,
];

const assumed = stored(post(undefined, { startsAt: 0, now: 0 }));
const named = stored(post(undefined, { startsAt: 0, endsAt: 20, now: 0 }));
const over = stored(post(named, { startsAt: 0, endsAt: 10, now: 10 }));

describe('a posted alert', () => {
  it('that nobody knew fires from its start until its end', () => {
    const change = post(undefined, {
      startsAt: -3,
      now: 0,
      annotations: { a: 'x' },
      generatorUrl: 'http://p',
    });
    expect(change).toEqual({
      alert: {
        source: 'alertmanager',
        fingerprint: fingerprint(LABELS),
        episode: expect.stringMatching(/^[0-9a-f-]{36}$/),
        labels: LABELS,
        annotations: { a: 'x' },
        generatorUrl: 'http://p',
        state: 'firing',
        value: null,
        activeAt: minute(-3),
        firedAt: minute(-3),
        endsAt: minute(5),
        endAssumed: true,
        evaluatedAt: minute(0),
      },
      transition: { from: 'inactive', to: 'firing', reason: 'received', at: minute(0) },
    });
  });

  it.each<
    [
      sentence: string,
      existing: Alert | undefined,
      posted: Parameters<typeof post>[1],
      becomes: string,
      span: readonly unknown[] | undefined,
    ]
  >([
    ['sent again fires longer', assumed, { startsAt: 0, now: 4 }, 'same', ['firing', 0, 9, true]],
    [
      'sent again with a later start keeps its own',
      assumed,
      { startsAt: 3, now: 4 },
      'same',
      ['firing', 0, 9, true],
    ],
    [
      'sent again with an earlier start takes that',
      assumed,
      { startsAt: -9, now: 4 },
      'same',
      ['firing', -9, 9, true],
    ],
    [
      'whose end was named is not ended earlier by one that names none',
      named,
      { startsAt: 0, now: 4 },
      'same',
      ['firing', 0, 20, false],
    ],
    [
      'whose end was named takes a later one that is assumed',
      named,
      { startsAt: 0, now: 18 },
      'same',
      ['firing', 0, 23, true],
    ],
    [
      'whose end was assumed takes an earlier one that is named',
      assumed,
      { startsAt: 0, endsAt: 3, now: 2 },
      'same',
      ['firing', 0, 3, false],
    ],
    [
      'that begins after the end of the one before begins anew',
      assumed,
      { startsAt: 7, now: 8 },
      'same',
      ['firing', 7, 13, true],
    ],
    [
      'that is over ends it at the end it names',
      named,
      { startsAt: 0, endsAt: 9, now: 10 },
      'firing→resolved',
      ['resolved', 0, 9, false],
    ],
    [
      'that ends now is over',
      named,
      { startsAt: 0, endsAt: 10, now: 10 },
      'firing→resolved',
      ['resolved', 0, 10, false],
    ],
    [
      'that ended before this period began is a late copy',
      named,
      { startsAt: -9, endsAt: -1, now: 10 },
      'ignored',
      undefined,
    ],
    [
      'that is over and was never known is no news',
      undefined,
      { startsAt: 0, endsAt: 1, now: 2 },
      'ignored',
      undefined,
    ],
    ['that is over already is no news', over, { startsAt: 0, endsAt: 10, now: 12 }, 'ignored', undefined],
    [
      'that fires again after its end has a new start',
      over,
      { startsAt: 12, now: 12 },
      'inactive→firing',
      ['firing', 12, 17, true],
    ],
    [
      'that fires again and claims to have done so before its end keeps the old start',
      over,
      { startsAt: 5, now: 12 },
      'inactive→firing',
      ['firing', 0, 17, true],
    ],
  ])('%s', (_sentence, existing, posted, becomes, expected) => {
    const change = post(existing, posted);
    expect([moved(change), change && span(change.alert)]).toEqual([becomes, expected]);
  });

  it('is another episode when it fires again, also with the old start', () => {
    const again = stored(post(over, { startsAt: 5, now: 12 }));
    const oncemore = stored(
      post(stored(post(again, { startsAt: 5, endsAt: 13, now: 13 })), { startsAt: 5, now: 14 }),
    );
    expect(new Set([over.episode, again.episode, oncemore.episode]).size).toBe(3);
    expect(stored(post(again, { startsAt: 5, now: 13 })).episode).toBe(again.episode);
  });

  it('shows what was posted last, also that there is no source any more', () => {
    const first = stored(
      post(undefined, { startsAt: 0, now: 0, annotations: { a: 'x' }, generatorUrl: 'http://p' }),
    );
    const second = stored(post(first, { startsAt: 0, now: 1, annotations: { b: 'y' } }));
    expect([second.annotations, second.generatorUrl]).toEqual([{ b: 'y' }, undefined]);
  });

  it('that came by webhook as well has no end until a post names one', () => {
    const received = ReceivedAlert.parse({ status: 'firing', labels: LABELS, startsAt: T0.toISOString() });
    const hooked = receiveAlert(undefined, received, minute(0))?.alert as Alert;
    expect(hooked.endsAt).toBeUndefined();
    expect(span(stored(post(hooked, { startsAt: 1, now: 2 })))).toEqual(['firing', 0, 7, true]);
    expect(stored(receiveAlert(assumed, received, minute(2))).endsAt).toBeUndefined();
  });
});

describe('an alert that is not sent again', () => {
  it('resolves at its end, whenever that is noticed', () => {
    expect(expireAlert(named, minute(21))).toEqual({
      alert: { ...named, state: 'resolved', resolvedAt: minute(20), evaluatedAt: minute(21) },
      transition: { from: 'firing', to: 'resolved', reason: 'expired', at: minute(21) },
    });
  });
});

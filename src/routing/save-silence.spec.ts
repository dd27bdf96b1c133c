import { describe, expect, it } from '@jest/globals';
import { expireSilence, type SavedSilence, saveSilence } from './save-silence.js';
import { type Silence, silenceState } from './silence.js';
import { NewSilence } from './silence.schema.js';

const at = (minute: number, ms = 0): Date => new Date(Date.UTC(2026, 2, 1, 12, minute, 0, ms));
const NOW = at(15);

const MATCHERS = [{ name: 'a', value: '1', isRegex: false, isEqual: true }];
const posted = (over: object): NewSilence =>
  NewSilence.parse({
    matchers: MATCHERS,
    startsAt: at(10).toISOString(),
    endsAt: at(30).toISOString(),
    createdBy: 'ada',
    comment: 'c',
    ...over,
  });

function stored(startMinute: number, endMinute: number): Silence {
  const saved = saveSilence(
    posted({ startsAt: at(startMinute).toISOString(), endsAt: at(endMinute).toISOString() }),
    undefined,
    at(startMinute - 1),
    'old',
  );
  if (!saved.ok) throw new Error(saved.error.message);
  return saved.silence;
}

/** What a save does, in words. */
const told = (saved: SavedSilence): string => {
  if (!saved.ok) return saved.error.reason;
  const expired = saved.outcome === 'replaced' && saved.expired ? ', old one expired' : '';
  return `${saved.outcome} ${saved.silence.id} ${silenceState(saved.silence, NOW)}${expired}`;
};

describe('a posted silence', () => {
  it('may carry what a client read before, and a matcher without isEqual', () => {
    const read = posted({
      id: 'x',
      status: { state: 'active' },
      updatedAt: 'z',
      matchers: [{ name: 'a', value: '1', isRegex: true }],
    });
    expect(read).toMatchObject({ id: 'x', matchers: [{ isEqual: true }] });
    expect(read).not.toHaveProperty('status');
  });

  it.each(['2026-03-01T18:00:00+01:00', '2026-03-01T17:00:00.123456789Z', '0001-01-01T00:00:00.000Z'])(
    'reads the time %s',
    (startsAt) => {
      expect(posted({ startsAt }).startsAt.getTime()).not.toBeNaN();
    },
  );

  it.each(['tomorrow', '2026-03-01', 5])('refuses %j as a time', (startsAt) => {
    expect(
      NewSilence.safeParse({ ...posted({}), startsAt, endsAt: '2026-03-01T18:00:00Z' }).error?.issues,
    ).toHaveLength(1);
  });
});

describe('a new silence', () => {
  it.each<[what: string, over: object, expected: string]>([
    ['is created under a new id', {}, 'created new active'],
    ['with an empty id counts as new', { id: '' }, 'created new active'],
    ['may start later', { startsAt: at(20).toISOString() }, 'created new pending'],
    ['needs an end after its start', { startsAt: at(30).toISOString() }, 'ends_before_start'],
    ['needs an end in the future', { endsAt: NOW.toISOString() }, 'ends_in_past'],
    ['needs a matcher', { matchers: [] }, 'no_matchers'],
    [
      'needs a matcher that refuses emptiness',
      {
        matchers: [
          { name: 'a', value: '.*', isRegex: true },
          { name: 'b', value: '', isRegex: false },
        ],
      },
      'matches_everything',
    ],
    [
      'may have one that does not',
      { matchers: [{ name: 'a', value: '.*', isRegex: true }, ...MATCHERS] },
      'created new active',
    ],
    [
      'may have a negative matcher alone',
      { matchers: [{ name: 'a', value: 'x', isRegex: false, isEqual: false }] },
      'created new active',
    ],
    ['needs good patterns', { matchers: [{ name: 'a', value: '(', isRegex: true }] }, 'bad_matcher'],
    ['needs label names', { matchers: [{ name: '', value: 'x', isRegex: false }] }, 'bad_matcher'],
    ['cannot edit what is not there', { id: 'gone' }, 'not_found'],
  ])('%s', (_what, over, expected) => {
    expect(told(saveSilence(posted(over), undefined, NOW, 'new'))).toBe(expected);
  });

  it('starts now when its start has passed', () => {
    expect(saveSilence(posted({}), undefined, NOW, 'new')).toMatchObject({
      silence: { startsAt: NOW, endsAt: at(30), updatedAt: NOW },
    });
  });

  it.each([
    [
      'as long as may be',
      { startsAt: at(15).toISOString(), endsAt: at(35).toISOString() },
      'created new active',
    ],
    ['too long', { startsAt: at(15).toISOString(), endsAt: at(35, 1).toISOString() }, 'too_long'],
    ['counted from now where its start has passed', { endsAt: at(35).toISOString() }, 'created new active'],
    [
      'counted from its start where that is to come',
      { startsAt: at(40).toISOString(), endsAt: at(61).toISOString() },
      'too_long',
    ],
  ])('with a longest duration: %s', (_what, over, expected) => {
    expect(told(saveSilence(posted(over), undefined, NOW, 'new', 'fallback', 20 * 60_000))).toBe(expected);
  });

  it.each([
    ['no edit makes it longer than that', { endsAt: at(31).toISOString() }, 20, 'too_long'],
    ['an edit may make it shorter', { endsAt: at(25).toISOString() }, 20, 'updated old active'],
    ['one that is longer already keeps its end', { endsAt: at(30).toISOString() }, 5, 'updated old active'],
    ['and ends no later', { endsAt: at(31).toISOString() }, 5, 'too_long'],
    [
      'other matchers begin anew',
      { endsAt: at(35).toISOString(), matchers: [{ name: 'b', value: '1', isRegex: false }] },
      20,
      'replaced new active, old one expired',
    ],
  ])('with a longest duration: %s', (_what, over, minutes, expected) => {
    const saved = saveSilence(
      posted({ id: 'old', ...over }),
      stored(10, 30),
      NOW,
      'new',
      'fallback',
      minutes * 60_000,
    );
    expect(told(saved)).toBe(expected);
  });

  it('is told when it may end at the latest', () => {
    expect(saveSilence(posted({}), undefined, NOW, 'new', 'fallback', 600_000)).toMatchObject({
      error: {
        message:
          'invalid silence: it lasts 15m, and silences.max_duration is 10m: expected an end at 2026-03-01T12:25:00.000Z or earlier',
      },
    });
  });

  it('is told which matcher is wrong, in the words clients look for', () => {
    const dotted = posted({ matchers: [...MATCHERS, { name: 'a.b', value: 'x', isRegex: false }] });
    expect(saveSilence(dotted, undefined, NOW, 'new', 'classic')).toMatchObject({
      error: {
        message: 'invalid silence: invalid label matcher 1 in set 0: invalid label name "a.b"',
      },
    });
    expect(saveSilence(dotted, undefined, NOW, 'new').ok).toBe(true);
  });
});

describe('an edit', () => {
  const active = stored(10, 30);
  const pending = stored(20, 30);
  const expired = stored(1, 5);
  const other = [{ name: 'a', value: '2', isRegex: false, isEqual: true }];

  it.each<[what: string, old: Silence, over: object, expected: string]>([
    [
      'of an active silence keeps the id when only end and comment change',
      active,
      { endsAt: at(50).toISOString(), comment: 'more' },
      'updated old active',
    ],
    [
      'keeps it when the start differs within the second',
      active,
      { startsAt: at(10, 400).toISOString() },
      'updated old active',
    ],
    [
      'replaces it when the start moves',
      active,
      { startsAt: at(11).toISOString() },
      'replaced new active, old one expired',
    ],
    [
      'replaces it when the matchers change',
      active,
      { matchers: other },
      'replaced new active, old one expired',
    ],
    [
      'replaces it when a matcher is added',
      active,
      { matchers: [...MATCHERS, ...other] },
      'replaced new active, old one expired',
    ],
    ['refuses an end that has passed', active, { endsAt: at(14).toISOString() }, 'ends_in_past'],
    [
      'of a pending silence may move its start',
      pending,
      { startsAt: at(25).toISOString() },
      'updated old pending',
    ],
    [
      'replaces a pending silence that is to start at once',
      pending,
      { startsAt: at(14).toISOString() },
      'replaced new active, old one expired',
    ],
    ['of an expired silence makes a new one and leaves the old', expired, {}, 'replaced new active'],
    ['with bad matchers changes nothing', active, { matchers: [] }, 'no_matchers'],
  ])('%s', (_what, old, over, expected) => {
    expect(told(saveSilence(posted({ id: 'old', ...over }), old, NOW, 'new'))).toBe(expected);
  });

  it('keeps the start of an active silence', () => {
    expect(
      saveSilence(posted({ id: 'old', startsAt: at(10, 400).toISOString() }), active, NOW, 'new'),
    ).toMatchObject({ silence: { startsAt: at(10) } });
  });

  it('ends what it replaces at this instant', () => {
    expect(saveSilence(posted({ id: 'old', matchers: other }), pending, NOW, 'new')).toMatchObject({
      expired: { id: 'old', startsAt: NOW, endsAt: NOW },
    });
  });
});

describe('expiring', () => {
  it.each<[what: string, startMinute: number]>([
    ['an active silence', 10],
    ['a pending silence', 20],
  ])('ends %s at once', (_what, startMinute) => {
    const ended = expireSilence(stored(startMinute, 30), NOW);
    expect(silenceState(ended, NOW)).toBe('expired');
    expect(ended).toMatchObject({ endsAt: NOW, updatedAt: NOW });
  });

  it('leaves an expired one as it is', () => {
    const old = stored(1, 5);
    expect(expireSilence(old, NOW)).toBe(old);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Labels } from '../alerts/labels.js';
import { parseMatchers } from '../alerts/matcher-parse.js';
import {
  operatorOf,
  orderSilences,
  type Silence,
  silencedBy,
  silenceState,
  toSilenceMatcher,
} from './silence.js';

const at = (minute: number): Date => new Date(Date.UTC(2026, 2, 1, 12, minute));

function silence(id: string, matchers: string, startMinute: number, endMinute: number): Silence {
  const parsed = parseMatchers(matchers);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return {
    id,
    matchers: parsed.matchers,
    startsAt: at(startMinute),
    endsAt: at(endMinute),
    createdBy: 'ada',
    comment: '',
    annotations: {},
    updatedAt: at(0),
  };
}

describe('the state of a silence', () => {
  it.each<[minute: number, state: string]>([
    [9, 'pending'],
    [10, 'active'],
    [19, 'active'],
    [20, 'expired'],
  ])('from minute 10 to 20 is, at minute %i, %s', (minute, state) => {
    expect(silenceState(silence('s', 'a=b', 10, 20), at(minute))).toBe(state);
  });
});

describe('an alert is silenced', () => {
  it.each<[what: string, matchers: string, labels: Labels, silenced: boolean]>([
    ['when every matcher holds', 'a=1,b=~"2|3"', { a: '1', b: '3', c: 'x' }, true],
    ['not when one fails', 'a=1,b=2', { a: '1', b: '3' }, false],
    ['without the label a negative matcher names', 'foo!="x"', { bar: '1' }, true],
    ['not without the label a positive matcher names', 'foo=x', { bar: '1' }, false],
  ])('%s', (_what, matchers, labels, silenced) => {
    expect(silencedBy(labels, [silence('s', matchers, 10, 20)], at(15))).toEqual(silenced ? ['s'] : []);
  });

  it('only by silences that are active, all of which are named', () => {
    const silences = [
      silence('past', 'a=1', 0, 10),
      silence('one', 'a=1', 10, 20),
      silence('two', 'a!=2', 5, 30),
      silence('next', 'a=1', 16, 20),
    ];
    expect(silencedBy({ a: '1' }, silences, at(15))).toEqual(['one', 'two']);
  });
});

describe('the API form of a matcher', () => {
  it.each(['=', '!=', '=~', '!~'] as const)('keeps the operator %s', (operator) => {
    const [matcher] = silence('s', `a${operator}"x"`, 0, 1).matchers;
    const written = matcher && toSilenceMatcher(matcher);
    expect(written).toMatchObject({ name: 'a', value: 'x' });
    expect(written && operatorOf(written)).toBe(operator);
  });
});

describe('lists of silences', () => {
  it('show active ones by end, pending ones by start, expired ones from the latest end on', () => {
    const silences = [
      silence('expired-early', 'a=1', 0, 1),
      silence('pending-late', 'a=1', 40, 41),
      silence('active-late', 'a=1', 0, 60),
      silence('expired-late', 'a=1', 0, 9),
      silence('pending-soon', 'a=1', 30, 50),
      silence('active-soon', 'a=1', 5, 20),
    ];
    expect(orderSilences(silences, at(10)).map(({ id }) => id)).toEqual([
      'active-soon',
      'active-late',
      'pending-soon',
      'pending-late',
      'expired-late',
      'expired-early',
    ]);
  });
});

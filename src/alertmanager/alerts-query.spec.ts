import { describe, expect, it } from '@jest/globals';
import { type AlertsQuery, type Parameters, readAlertsQuery } from './alerts-query.js';

const query = (parameters: Parameters): AlertsQuery => {
  const read = readAlertsQuery(parameters);
  if (!read.ok) throw new Error(JSON.stringify(read.refusal));
  return read.value;
};
const flags = (parameters: Parameters): readonly boolean[] => {
  const { active, silenced, inhibited, muted } = query(parameters);
  return [active, silenced, inhibited, muted];
};

describe('a query for alerts', () => {
  it.each<[sentence: string, parameters: Parameters, flags: readonly boolean[]]>([
    ['asks for everything unless it says otherwise', {}, [true, true, true, true]],
    ['leaves out what it says is false', { active: 'false', muted: '0' }, [false, true, true, false]],
    [
      'takes the words for true that Go clients send',
      { active: 'T', silenced: 'on', inhibited: '1' },
      [true, true, true, true],
    ],
    ['takes any other word for false', { inhibited: 'maybe' }, [true, true, false, true]],
    ['takes the last of several', { silenced: ['true', 'false'] }, [true, false, true, true]],
    ['takes an empty value for unsaid', { active: '' }, [true, true, true, true]],
  ])('%s', (_sentence, parameters, expected) => {
    expect(flags(parameters)).toEqual(expected);
  });

  it('may have several filters', () => {
    const { matchers } = query({ filter: ['a="1"', 'b!~"x.*"'] });
    expect(matchers.map(({ name, operator, value }) => `${name}${operator}${value}`)).toEqual([
      'a=1',
      'b!~x.*',
    ]);
  });

  it('wants a pattern to match the whole name of a receiver', () => {
    const { receives } = query({ receiver: 'team-.' });
    expect(['team-a', 'team-ab', 'x-team-a'].map(receives)).toEqual([true, false, false]);
    expect(query({}).receives('anyone')).toBe(true);
  });

  it.each<[sentence: string, parameters: Parameters, body: string]>([
    ['a filter that is none', { filter: 'bad' }, 'bad matcher format: bad'],
    ['a filter in braces', { filter: '{a="1"}' }, 'unexpected open or close brace: {a="1"}'],
    [
      'a filter with a bad pattern',
      { filter: 'a=~"("' },
      'error parsing regexp: missing closing ): `^(?:()$`',
    ],
    [
      'a receiver with a bad pattern',
      { receiver: '*' },
      'failed to parse receiver param: error parsing regexp: missing argument to repetition operator: `*`',
    ],
  ])('with %s is refused', (_sentence, parameters, body) => {
    expect(readAlertsQuery(parameters)).toEqual({ ok: false, refusal: { status: 400, body } });
  });
});

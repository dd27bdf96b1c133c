import { describe, expect, it } from '@jest/globals';
import { createMatcher, labelValue, type Matcher, matchesAll, type MatchOperator } from './matcher.js';

function matcher(name: string, operator: MatchOperator, value: string): Matcher {
  const created = createMatcher(name, operator, value);
  if (!created.ok) throw new Error(created.error.message);
  return created.matcher;
}

describe('a matcher', () => {
  it.each<[operator: MatchOperator, value: string, actual: string | undefined, verdict: boolean]>([
    ['=', 'page', 'page', true],
    ['=', 'page', 'pager', false],
    ['=', '', undefined, true],
    ['=', '', 'page', false],
    ['!=', 'page', 'ticket', true],
    ['!=', 'page', undefined, true],
    ['!=', '', undefined, false],
    ['=~', 'pa.e', 'page', true],
    ['=~', 'pa.e', 'pager', false],
    ['=~', 'age', 'page', false],
    ['=~', 'page|ticket', 'ticket', true],
    ['=~', 'page|ticket', 'page|ticket', false],
    ['=~', 'page|', undefined, true],
    ['=~', '', undefined, true],
    ['=~', '', 'page', false],
    ['=~', '.+', undefined, false],
    ['=~', '.*', undefined, true],
    ['=~', 'a.c', 'a\nc', false],
    ['=~', '(?s)a.c', 'a\nc', true],
    ['=~', '(?i)page', 'PAGE', true],
    ['=~', 'page\\z', 'page', true],
    ['=~', '\\pL+', 'été', true],
    ['=~', '.', '😀', true],
    ['=~', 'a', 'a\n', false],
    ['!~', 'page|ticket', 'info', true],
    ['!~', 'page|ticket', 'page', false],
    ['!~', '.+', undefined, true],
  ])('%s %j against %j is %s', (operator, value, actual, verdict) => {
    expect(
      matcher('severity', operator, value).matches(actual === undefined ? {} : { severity: actual }),
    ).toBe(verdict);
  });

  it('wraps the pattern as text, so that an alternation may leave its group', () => {
    const leaky = matcher('v', '=~', 'a)|(b');
    expect(['ax', 'xb', 'xax'].map((v) => leaky.matches({ v }))).toEqual([true, true, false]);
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'counts the label %s as absent unless it is there',
    (name) => {
      expect(labelValue({}, name)).toBe('');
      expect(matcher(name, '=', '').matches({})).toBe(true);
      expect(matcher(name, '=', 'x').matches(Object.fromEntries([[name, 'x']]))).toBe(true);
    },
  );

  it('answers in linear time where a backtracking engine hangs', () => {
    expect(matcher('v', '=~', '(a*)*(a|aa)+$b').matches({ v: 'a'.repeat(20_000) })).toBe(false);
  });

  it.each([
    ['(?=a)', 'expected an RE2 pattern for v, got "(?=a)": invalid or unsupported Perl syntax: `(?=`'],
    ['(a)\\1', 'expected an RE2 pattern for v, got "(a)\\\\1": invalid escape sequence: `\\1`'],
    ['(', 'expected an RE2 pattern for v, got "(": missing closing )'],
    ['a{1001}', 'expected an RE2 pattern for v, got "a{1001}": invalid repeat count: `{1001}`'],
  ])('refuses the pattern %s and says why', (value, message) => {
    expect(createMatcher('v', '=~', value)).toMatchObject({
      ok: false,
      error: { reason: 'bad_regex', message },
    });
  });

  it('reads the same text as a plain value when the operator does not match patterns', () => {
    expect(matcher('v', '=', '(').matches({ v: '(' })).toBe(true);
  });

  it('needs a label name', () => {
    expect(createMatcher('', '=', 'x')).toMatchObject({ ok: false, error: { reason: 'bad_name' } });
  });
});

describe('a list of matchers', () => {
  it('holds when each of them does, and when there is none', () => {
    const list = [matcher('a', '=', '1'), matcher('b', '!=', '2')];
    expect(matchesAll(list, { a: '1' })).toBe(true);
    expect(matchesAll(list, { a: '1', b: '2' })).toBe(false);
    expect(matchesAll([], {})).toBe(true);
  });
});

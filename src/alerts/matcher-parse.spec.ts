import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { formatMatcher, formatMatchers } from './matcher-format.js';
import { type MatcherMode, parseMatcher, parseMatchers } from './matcher-parse.js';

const MODES: readonly MatcherMode[] = ['classic', 'fallback', 'utf8'];

/** How a text reads in each mode; a refusal is its reason. */
const readings = (text: string): readonly string[] =>
  MODES.map((mode) => {
    const parsed = parseMatchers(text, mode);
    return parsed.ok ? formatMatchers(parsed.matchers) : parsed.error.reason;
  });

describe('a list of matchers in the modes classic, fallback and utf8', () => {
  it.each([
    ['what both understand', 'a="b"', ['{a="b"}', '{a="b"}', '{a="b"}']],
    ['a name in quotes', '"a b"=c', ['bad_format', '{"a b"="c"}', '{"a b"="c"}']],
    ['a name outside the old alphabet', 'a.b=c', ['bad_format', '{a.b="c"}', '{a.b="c"}']],
    ['a lone backslash', 'a="\\d+"', ['{a="\\\\d+"}', '{a="\\\\d+"}', 'bad_format']],
    ['an empty value without quotes', 'a=', ['{a=""}', '{a=""}', 'bad_format']],
    ['a brace on one side', '{a=b', ['{a="b"}', '{a="b"}', 'bad_format']],
    ['a value with a space', 'a=b c', ['{a="b c"}', '{a="b c"}', 'bad_format']],
    ['an escape the two read differently', 'a="\\t"', ['{a="\\\\t"}', '{a="\\\\t"}', '{a="\t"}']],
    ['nonsense', 'a', ['bad_format', 'bad_format', 'bad_format']],
  ])('%s', (_what, text, expected) => {
    expect(readings(text)).toEqual(expected);
  });

  it('warns where the classic reading wins, and only there', () => {
    const warning = (text: string): string | undefined => {
      const parsed = parseMatchers(text);
      return parsed.ok ? parsed.warning : 'refused';
    };
    expect(warning('a="\\d+"')).toBe(
      'a="\\d+" is no longer valid in the UTF-8 matcher syntax: write {a="\\\\d+"}',
    );
    expect(warning('a="\\t"')).toBe(
      'a="\\t" reads differently in the UTF-8 matcher syntax: write {a="\\\\t"}',
    );
    expect(warning('a="b"')).toBeUndefined();
    expect(warning('"a b"=c')).toBeUndefined();
  });

  it('tells the classic complaint when nothing fits', () => {
    expect(parseMatchers('a')).toEqual(parseMatchers('a', 'classic'));
  });

  it('fallback accepts exactly what either of the others accepts, and prefers classic', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', '=', '!', '~', '"', '\\', '{', '}', ',', ' ', 'n', '.'),
    });
    fc.assert(
      fc.property(text, (written) => {
        const [classic, fallback, utf8] = readings(written);
        const refused = (reading: string | undefined): boolean => !reading?.startsWith('{');
        expect(fallback).toBe(refused(classic) && !refused(utf8) ? utf8 : classic);
      }),
      { numRuns: 500 },
    );
  });
});

describe('one matcher', () => {
  it.each<[string, MatcherMode, string]>([
    ['a="b"', 'fallback', 'a="b"'],
    ['a="b",', 'fallback', 'a="b"'],
    ['a=b,', 'utf8', 'a="b"'],
    ['a=b,c=d', 'utf8', 'expected one matcher, got 2'],
    ['', 'utf8', 'expected one matcher, got 0'],
    ['{a=b}', 'utf8', 'expected one matcher without braces around it'],
    ['{a=b}', 'fallback', 'expected one matcher without braces around it'],
    ['{a=b}', 'classic', 'bad matcher format'],
    ['a=b,c=d', 'classic', 'a="b,c=d"'],
    ['a=b,c=d', 'fallback', 'a="b,c=d"'],
  ])('%j in mode %s: %s', (text, mode, expected) => {
    const parsed = parseMatcher(text, mode);
    expect(parsed.ok ? formatMatcher(parsed.matcher) : parsed.error.message).toContain(expected);
  });
});

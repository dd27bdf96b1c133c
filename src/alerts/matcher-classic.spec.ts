import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parseClassicMatcher, parseClassicMatchers } from './matcher-classic.js';
import { formatMatcher, formatMatchers } from './matcher-format.js';

describe('the classic syntax of one matcher', () => {
  it.each([
    ['foo=bar', 'foo="bar"'],
    ['foo="bar"', 'foo="bar"'],
    ['  foo  !=  bar baz  ', 'foo!="bar baz"'],
    ['foo=~"b.*|c"', 'foo=~"b.*|c"'],
    ['foo!~bar', 'foo!~"bar"'],
    ['foo=', 'foo=""'],
    ['foo=""', 'foo=""'],
    ['_a:b=1', '_a:b="1"'],
    ['foo=a=b', 'foo="a=b"'],
    ['foo==a', 'foo="=a"'],
    ['foo=\\"', 'foo="\\""'],
    ['foo="a\\nb"', 'foo="a\\nb"'],
    ['foo="\\d+"', 'foo="\\\\d+"'],
    ['foo="\\\\d+"', 'foo="\\\\d+"'],
    ['foo=a\\', 'foo="a\\\\"'],
    ['foo="line\nbreak"', 'foo="line\\nbreak"'],
    ['foo=}', 'foo="}"'],
    ['foo=\u00a0', 'foo="\u00a0"'],
  ])('%j reads as %s', (text, printed) => {
    const parsed = parseClassicMatcher(text);
    expect(parsed.ok ? formatMatcher(parsed.matcher) : parsed.error.message).toBe(printed);
  });

  it.each([
    ['', 'bad matcher format: expected a matcher such as severity="page", got ""'],
    ['foo', 'bad matcher format: expected a matcher such as severity="page", got "foo"'],
    ['=bar', 'bad matcher format: expected a matcher such as severity="page", got "=bar"'],
    ['1a=b', 'bad matcher format: expected a matcher such as severity="page", got "1a=b"'],
    [
      '"foo"="bar"',
      'bad matcher format: expected a matcher such as severity="page", got "\\"foo\\"=\\"bar\\""',
    ],
    ['foo!bar', 'bad matcher format: expected a matcher such as severity="page", got "foo!bar"'],
    ['foo="bar', 'matcher value contains unescaped double quote: write \\" inside the quotes, got "bar'],
    ['foo=bar"', 'matcher value contains unescaped double quote: write \\" inside the quotes, got bar"'],
    ['foo="a"b"', 'matcher value contains unescaped double quote: write \\" inside the quotes, got "a"b"'],
    ['foo="a\\"', 'matcher value contains unescaped double quote: write \\" inside the quotes, got "a\\"'],
  ])('%j is refused', (text, message) => {
    expect(parseClassicMatcher(text)).toEqual({ ok: false, error: { reason: 'bad_format', message } });
  });
});

describe('the classic syntax of a list', () => {
  it.each([
    ['', '{}'],
    ['{}', '{}'],
    ['  ', '{}'],
    ['a=b,c=~"d,e"', '{a="b",c=~"d,e"}'],
    ['{a=b, c!=d, }', '{a="b",c!="d"}'],
    ['{a=b', '{a="b"}'],
    ['a=b}', '{a="b"}'],
    ['a=b}}', '{a="b}"}'],
    ['a=,b=', '{a="",b=""}'],
    ['a="\\",",b=c', '{a="\\",",b="c"}'],
  ])('%j reads as %s', (text, printed) => {
    const parsed = parseClassicMatchers(text);
    expect(parsed.ok ? formatMatchers(parsed.matchers) : parsed.error.message).toBe(printed);
  });

  it.each([',', 'a=b,,c=d', ',a=b', 'a=b, c', '{{a=b}'])('%j is refused', (text) => {
    expect(parseClassicMatchers(text)).toMatchObject({ ok: false, error: { reason: 'bad_format' } });
  });

  it('reads back whatever it printed', () => {
    const one = fc.tuple(
      fc.stringMatching(/^[a-z_:][a-z0-9_:]{0,5}$/),
      fc.constantFrom('=' as const, '!=' as const),
      fc.string({ unit: 'grapheme' }),
    );
    fc.assert(
      fc.property(fc.array(one, { maxLength: 4 }), (parts) => {
        const printed = formatMatchers(parts.map(([name, operator, value]) => ({ name, operator, value })));
        const parsed = parseClassicMatchers(printed);
        expect(
          parsed.ok && parsed.matchers.map(({ name, operator, value }) => [name, operator, value]),
        ).toEqual(parts);
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { formatMatchers } from './matcher-format.js';
import { parseUtf8Matchers } from './matcher-utf8.js';

describe('the UTF-8 syntax', () => {
  it.each([
    ['', '{}'],
    ['{}', '{}'],
    [' { } ', '{}'],
    ['foo=bar', '{foo="bar"}'],
    ['{foo=bar,}', '{foo="bar"}'],
    ['foo=bar,', '{foo="bar"}'],
    ['{foo!~[a-z]+, "b a r" != "x y"}', '{foo!~"[a-z]+","b a r"!="x y"}'],
    ['größe=~🙂.*', '{größe=~"🙂.*"}'],
    ['model.name=iris-7', '{model.name="iris-7"}'],
    ['"foo"="bar"', '{foo="bar"}'],
    ['foo=""', '{foo=""}'],
    ['foo="\\xf0\\x9f\\x99\\x82"', '{foo="🙂"}'],
    ['foo="\\U0001f642\\u00e9\\101"', '{foo="🙂éA"}'],
    ['foo="a\\tb\\n\\"\\\\"', '{foo="a\tb\\n\\"\\\\"}'],
    ['foo="{a,b=c}"', '{foo="{a,b=c}"}'],
    ['foo="a",bar="b"', '{foo="a",bar="b"}'],
  ])('%j reads as %s', (text, printed) => {
    const parsed = parseUtf8Matchers(text);
    expect(parsed.ok ? formatMatchers(parsed.matchers) : parsed.error.message).toBe(printed);
  });

  it.each([
    [',', 'column 1: expected a label name, got ,'],
    ['{,}', 'column 2: expected a label name, got ,'],
    ['{', 'column 2: expected a closing brace'],
    ['}', 'column 1: expected no closing brace without an opening one'],
    ['foo=bar}', 'column 8: expected no closing brace without an opening one'],
    ['{foo=bar', 'column 9: expected a closing brace'],
    ['{foo=bar}}', 'column 10: expected nothing after the closing brace, got }'],
    ['foo', 'column 4: expected one of = != =~ !~, got the end'],
    ['foo!bar', 'column 4: expected one of = != =~ !~, got !'],
    ['foo=', 'column 5: expected a label value (an empty one is ""), got the end'],
    ['foo==bar', 'column 5: expected a label value (an empty one is ""), got ='],
    ['foo=bar baz', 'column 9: expected a comma between matchers, got baz'],
    ['{foo=:"bar"}', 'column 7: expected a comma between matchers, got "bar"'],
    ['a=b,,c=d', 'column 5: expected a label name, got ,'],
    ['foo=bar\\n', 'column 8: expected double quotes around a text that contains \\'],
    ["foo='bar'", "column 5: expected double quotes around a text that contains '"],
    ['foo="bar', 'column 5: expected a closing double quote'],
    [
      'foo="bar\\w"',
      'column 5: expected only Go escapes such as \\" \\\\ \\n \\u00e9 inside the quotes, got "bar\\w"',
    ],
    [
      'foo="\\xf0\\x9f"',
      'column 5: expected only Go escapes such as \\" \\\\ \\n \\u00e9 inside the quotes, got "\\xf0\\x9f"',
    ],
    [
      'foo="\\ud800"',
      'column 5: expected only Go escapes such as \\" \\\\ \\n \\u00e9 inside the quotes, got "\\ud800"',
    ],
    [
      'foo="a\nb"',
      'column 5: expected only Go escapes such as \\" \\\\ \\n \\u00e9 inside the quotes, got "a\nb"',
    ],
  ])('%j is refused', (text, message) => {
    expect(parseUtf8Matchers(text)).toEqual({ ok: false, error: { reason: 'bad_format', message } });
  });

  it('refuses an empty name and a bad pattern like every matcher', () => {
    expect(parseUtf8Matchers('""=x')).toMatchObject({ ok: false, error: { reason: 'bad_name' } });
    expect(parseUtf8Matchers('a=~(')).toMatchObject({ ok: false, error: { reason: 'bad_regex' } });
  });

  it('reads back whatever it printed, with any text as name and value', () => {
    const text = fc.string({ unit: 'binary' }).filter((value) => !/[\ud800-\udfff]/u.test(value));
    const one = fc.tuple(
      text.filter((name) => name !== ''),
      fc.constantFrom('=' as const, '!=' as const),
      text,
    );
    fc.assert(
      fc.property(fc.array(one, { maxLength: 4 }), (parts) => {
        const printed = formatMatchers(parts.map(([name, operator, value]) => ({ name, operator, value })));
        const parsed = parseUtf8Matchers(printed);
        expect(
          parsed.ok
            ? parsed.matchers.map(({ name, operator, value }) => [name, operator, value])
            : parsed.error,
        ).toEqual(parts);
      }),
    );
  });

  it('never throws, and each message says where', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '=', '!', '~', '"', '\\', '{', '}', ',', ' ', 'n', '(') }),
        (text) => {
          const parsed = parseUtf8Matchers(text);
          if (!parsed.ok && parsed.error.reason === 'bad_format')
            expect(parsed.error.message).toMatch(/^column \d+: expected /);
        },
      ),
    );
  });
});

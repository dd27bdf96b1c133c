import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { quoteText } from '../fmt/quote.js';
import { parseNumber, unquote, unquoteChar } from './literals.js';

describe('parseNumber', () => {
  it.each([
    ['1', { ok: true, int: 1n, float: 1 }],
    ['-17', { ok: true, int: -17n, float: -17 }],
    ['0x1F', { ok: true, int: 31n, float: 31 }],
    ['017', { ok: true, int: 15n, float: 15 }],
    ['0b1_01', { ok: true, int: 5n, float: 5 }],
    ['1_000', { ok: true, int: 1000n, float: 1000 }],
    ['1.0', { ok: true, int: 1n, float: 1 }],
    ['1.5', { ok: true, float: 1.5 }],
    ['.5e1', { ok: true, int: 5n, float: 5 }],
    ['0x1p-2', { ok: true, float: 0.25 }],
    ['18446744073709551615', { ok: true, int: 2n ** 64n - 1n, float: 2 ** 64 }],
    ['18446744073709551616', { ok: false, reason: 'too_large' }],
    ['1e400', { ok: false, reason: 'too_large' }],
    ['08', { ok: false, reason: 'not_a_number' }],
    ['1__0', { ok: false, reason: 'not_a_number' }],
    ['0x', { ok: false, reason: 'not_a_number' }],
    ['', { ok: false, reason: 'not_a_number' }],
    ['2i', { ok: false, reason: 'complex' }],
  ])('%s', (text, literal) => {
    expect(parseNumber(text)).toEqual(literal);
  });
});

describe('unquote', () => {
  it.each([
    ['"a\\tb"', 'a\tb'],
    ['"\\u00e9\\U0001F389\\x41\\101"', 'é🎉AA'],
    ['"\\xc3\\xa9"', 'é'],
    ['"\\xff"', '\ufffd'],
    ['`a\\n\r\nb`', 'a\\n\nb'],
    ['"\\q"', undefined],
    ['"\\\'"', undefined],
    ['"\\ud800"', undefined],
    ['"\\U00110000"', undefined],
    ['"\\400"', undefined],
  ])('%s', (quoted, text) => {
    expect(unquote(quoted)).toBe(text);
  });

  it('undoes quoting', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, ascii) => {
        expect(unquote(quoteText(text, '"', ascii))).toBe(text);
      }),
    );
  });
});

describe('unquoteChar', () => {
  it.each([
    ["'a'", 97],
    ["'\\n'", 10],
    ["'\\''", 39],
    ["'é'", 233],
    ["'🎉'", 0x1f389],
    ["''", undefined],
    ["'ab'", undefined],
    ["'\\\"'", undefined],
  ])('%s', (quoted, code) => {
    expect(unquoteChar(quoted)).toBe(code);
  });
});

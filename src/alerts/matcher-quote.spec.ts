import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { quoteGo, unquoteGo } from './matcher-quote.js';

describe('Go quoting', () => {
  it.each([
    ['plain', '"plain"'],
    ['été 😀', '"été 😀"'],
    ['say "hi"\\', '"say \\"hi\\"\\\\"'],
    ['\x07\b\f\n\r\t\v', '"\\a\\b\\f\\n\\r\\t\\v"'],
    ['\x00\x1f\x7f', '"\\x00\\x1f\\x7f"'],
    ['\u00a0\u200b\ufeff', '"\\u00a0\\u200b\\ufeff"'],
    ['\u{e0001}', '"\\U000e0001"'],
  ])('%j becomes %s', (text, quoted) => {
    expect(quoteGo(text)).toBe(quoted);
  });

  it('is undone by unquoting, whatever the text', () => {
    const text = fc.string({ unit: 'binary' }).filter((value) => !/[\ud800-\udfff]/u.test(value));
    fc.assert(fc.property(text, (value) => expect(unquoteGo(quoteGo(value))).toBe(value)));
  });

  it.each([
    '"\\q"',
    '"\\x1"',
    '"\\u12"',
    '"\\400"',
    '"\\ud800"',
    '"\\U00110000"',
    '"\\xff"',
    '"a\nb"',
    '"\\\'"',
  ])('%s is no Go string', (quoted) => {
    expect(unquoteGo(quoted)).toBeUndefined();
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { explainJson } from './explain-json.js';

describe('a text that is no JSON', () => {
  it.each<[text: string, why: string]>([
    ['xx', "invalid character 'x' looking for beginning of value"],
    ['', 'unexpected EOF'],
    ['[', 'unexpected EOF'],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['[{]', "invalid character ']' looking for beginning of object key string"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b"}', "invalid character '\"' after object key:value pair"],
    ['[1 2]', "invalid character '2' after array element"],
    ['[01]', "invalid character '1' after array element"],
    ['"a', 'unexpected EOF'],
    ['"a\tb"', "invalid character '\\t' in string"],
    ['"\\x"', 'invalid escape sequence `\\x` in string'],
    ['"\\u12G4"', 'invalid escape sequence `\\u12G4` in string'],
    ['nul', 'unexpected EOF'],
    ['nulx', "invalid character 'x' in literal null (expecting 'l')"],
    ['falze', "invalid character 'z' in literal false (expecting 's')"],
    ['-', 'unexpected EOF'],
    ['1.x', "invalid character 'x' in numeric literal"],
    ['1ex', "invalid character 'x' in numeric literal"],
    ["['a']", "invalid character '\\'' looking for beginning of value"],
    ['é', "invalid character 'é' looking for beginning of value"],
    ['[] x', "invalid character 'x' after top-level value"],
  ])('%j is explained as Go does', (text, why) => {
    expect(explainJson(text)).toBe(why);
  });

  it('is told from JSON wherever JSON.parse does so', () => {
    const isJson = (text: string): boolean => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    const spoilt = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', ']', 'x', '\\', '0', '\n', '-', '.'))
      .map(([text, place, put]) => {
        const at = place % (text.length + 1);
        return text.slice(0, at) + put + text.slice(at + 1);
      });
    fc.assert(
      fc.property(spoilt, (text) => expect(explainJson(text) === undefined).toBe(isJson(text))),
      { numRuns: 2000 },
    );
  });
});

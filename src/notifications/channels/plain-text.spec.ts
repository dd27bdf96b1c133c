import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cleanText, fit, linkTarget, oneLine } from './plain-text.js';

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

describe('text from outside', () => {
  it.each([
    ['loses control characters', 'a\u0000b\u0007c\u007Fd', 'abcd'],
    ['loses marks that reverse the reading order', 'pay \u202Eevil\u202C now\u2066x\u2069', 'pay evil nowx'],
    ['keeps its lines', 'one\r\ntwo\rthree', 'one\ntwo\nthree'],
    ['keeps emoji that are joined', '👩‍🔬', '👩‍🔬'],
    ['has halves of characters replaced', 'a\uD83Db', 'a\uFFFDb'],
  ])('%s', (_what, text, clean) => {
    expect(cleanText(text)).toBe(clean);
  });

  it('becomes one line', () => {
    expect(oneLine(' a\n b\t c\r\n')).toBe('a b c');
  });
});

describe('a text that has to fit', () => {
  it.each([
    ['stays whole when it does', 'abc', 3, 'abc'],
    ['ends in an ellipsis when it does not', 'abcd', 3, 'ab…'],
    ['is counted as it is written', '<<', 4, '…'],
    ['is never cut inside an entity', 'a&b&c', 8, 'a&amp;b…'],
    ['is never cut inside a family', 'ab👨‍👩‍👧', 5, 'ab…'],
    ['is never cut inside a flag', '🇩🇪🇫🇷', 6, '🇩🇪…'],
    ['is nothing where there is no room', 'abc', 0, ''],
  ])('%s', (_what, text, limit, fitted) => {
    expect(fit(text, limit, escape)).toBe(fitted);
  });

  it('is never over its limit, never torn, and has no markup left, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.nat(40), (text, limit) => {
        const fitted = fit(cleanText(text), limit, escape);
        expect(fitted.length).toBeLessThanOrEqual(limit);
        expect(fitted).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
        expect(fitted).not.toMatch(/\p{Surrogate}/u);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('an address to follow', () => {
  it.each([
    ['https://runbooks.example.org/a?b=c&d', 'https://runbooks.example.org/a?b=c&d'],
    ['http://wiki/iris', 'http://wiki/iris'],
    ['javascript:alert(1)', undefined],
    ['data:text/html,x', undefined],
    ['//evil.example.org', undefined],
    ['/relative', undefined],
    ['https://retune.example.org@evil.example.org/', undefined],
    ['https://host/"><script>', 'https://host/%22%3E%3Cscript%3E'],
    ['', undefined],
    [undefined, undefined],
  ])('%s is read as %s', (url, target) => {
    expect(linkTarget(url)).toBe(target);
  });
});

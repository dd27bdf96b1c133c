import { describe, expect, it } from '@jest/globals';
import { suggest } from './suggest.js';

describe('suggest', () => {
  const names = ['humanize', 'humanize1024', 'toUpper', 'toLower', 'eq', 'len'];
  it.each([
    ['humanise', 'humanize'],
    ['Humanize', 'humanize'],
    ['toupper', 'toUpper'],
    ['tolwoer', 'toLower'],
    ['humanize1042', 'humanize1024'],
    ['lne', 'len'],
    ['frobnicate', undefined],
    ['', undefined],
  ])('%j: %s', (name, candidate) => {
    expect(suggest(name, names)).toBe(candidate);
  });
});

import { describe, expect, it } from '@jest/globals';
import { formatShare, parseShare } from './share.js';

describe('parseShare', () => {
  it.each<[string | number, number | undefined]>([
    ['5%', 0.05],
    ['99.9%', 0.999],
    ['100 %', 1],
    ['0.25', 0.25],
    [0.25, 0.25],
    ['0%', 0],
    [1, 1],
    [99, undefined],
    ['101%', undefined],
    ['-1%', undefined],
    ['five', undefined],
    ['', undefined],
    ['.', undefined],
    [Number.NaN, undefined],
  ])('%p is %p', (input, share) => {
    expect(parseShare(input)).toBe(share);
  });
});

describe('formatShare', () => {
  it.each([
    [0.05, '5%'],
    [0.999, '99.9%'],
    [1 / 3, '33.33%'],
    [0, '0%'],
  ])('%p is %s', (share, text) => {
    expect(formatShare(share)).toBe(text);
  });
});

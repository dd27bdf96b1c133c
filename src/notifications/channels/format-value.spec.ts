import { describe, expect, it } from '@jest/globals';
import { formatNumber, formatPair, formatShare, formatSpan, formatTime } from './format-value.js';

describe('a number for people', () => {
  it.each([
    [0.74, '0.74'],
    [0.123456, '0.1235'],
    [0, '0'],
    [-3.5, '-3.5'],
    [999.95, '1,000'],
    [1240, '1,240'],
    [1_234_567.8, '1,234,568'],
    [0.00000031, '3.1e-7'],
    [1e21, '1e+21'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '∞'],
    [Number.NEGATIVE_INFINITY, '-∞'],
  ])('%d is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it.each([
    ['is as short as can be', 0.74, 0.92, ['0.74', '0.92']],
    ['has the digits it takes to differ from its limit', 0.91996, 0.92, ['0.91996', '0.92']],
    ['may be its limit', 0.92, 0.92, ['0.92', '0.92']],
    ['differs even by one bit', 0.1 + 0.2, 0.3, ['0.30000000000000004', '0.3']],
  ])('%s', (_what, value, limit, pair) => {
    expect(formatPair(value, limit)).toEqual(pair);
  });

  it('as a share has its sign beside it', () => {
    expect(formatShare(0.125)).toBe('12.5\u00A0%');
  });
});

describe('time for people', () => {
  it.each([
    [980_000, '16 min 20 s'],
    [7_800_000, '2 h 10 min'],
    [7_200_000, '2 h'],
    [3 * 86_400_000 + 5 * 60_000, '3 d'],
    [400, '0 s'],
    [-5, '0 s'],
    [Number.NaN, '0 s'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatSpan(ms)).toBe(text);
  });

  it.each([
    ['2026-09-03T02:55:00Z', '02:55 UTC'],
    ['2026-09-02T23:40:00Z', '2 Sep 23:40 UTC'],
    ['whenever', 'whenever'],
  ])('%s is %s on 3 September', (iso, text) => {
    expect(formatTime(iso, '2026-09-03T03:11:20Z')).toBe(text);
  });
});

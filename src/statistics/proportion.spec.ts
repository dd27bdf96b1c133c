import { describe, it, expect } from '@jest/globals';
import fc from 'fast-check';
import { newcombe, wilson } from './proportion.js';

const proportion = fc.record({
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  n: fc.double({ min: 0.5, max: 1e9, noNaN: true }),
});

describe('wilson', () => {
  it.each<[number, number, number, number]>([
    // Newcombe 1998, table I: 81/263, 15/148, 0/20 and 1/29 with method 3.
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('%d of %d lies between %d and %d', (successes, n, lower, upper) => {
    const interval = wilson({ share: successes / n, n }, 1.959964);
    expect(interval.lower).toBeCloseTo(lower, 4);
    expect(interval.upper).toBeCloseTo(upper, 4);
  });

  it('holds the share, within 0 and 1, and narrows as n grows', () => {
    fc.assert(
      fc.property(proportion, ({ share, n }) => {
        const [few, many] = [wilson({ share, n }, 1.96), wilson({ share, n: 4 * n }, 1.96)];
        expect(few.lower).toBeLessThanOrEqual(share + 1e-9);
        expect(few.upper).toBeGreaterThanOrEqual(share - 1e-9);
        expect(few.lower).toBeGreaterThanOrEqual(0);
        expect(few.upper).toBeLessThanOrEqual(1);
        expect(many.upper - many.lower).toBeLessThanOrEqual(few.upper - few.lower + 1e-9);
      }),
    );
  });
});

describe('newcombe', () => {
  it.each<[string, [number, number], [number, number], number, number]>([
    // Newcombe 1998, table II, method 10.
    ['56/70 − 48/80', [56, 70], [48, 80], 0.0524, 0.3339],
    ['9/10 − 3/10', [9, 10], [3, 10], 0.1705, 0.809],
    ['10/10 − 0/10', [10, 10], [0, 10], 0.6075, 1],
    ['5/56 − 0/29', [5, 56], [0, 29], -0.0381, 0.1926],
  ])('%s', (_what, [a, n], [b, m], lower, upper) => {
    const interval = newcombe({ share: a / n, n }, { share: b / m, n: m }, 1.959964);
    expect(interval.lower).toBeCloseTo(lower, 3);
    expect(interval.upper).toBeCloseTo(upper, 3);
  });

  it('turns round when the two change places, and holds their difference', () => {
    fc.assert(
      fc.property(proportion, proportion, (first, second) => {
        const [forth, back] = [newcombe(first, second, 1.96), newcombe(second, first, 1.96)];
        expect(forth.lower).toBeCloseTo(-back.upper, 9);
        expect(forth.lower).toBeLessThanOrEqual(first.share - second.share + 1e-9);
        expect(forth.upper).toBeGreaterThanOrEqual(first.share - second.share - 1e-9);
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chiSquare } from './chi-square.js';
import { hellinger, jsd, kl, largestChange, psi, totalVariation } from './distances.js';
import { ks, representatives, wasserstein, wassersteinNormed } from './ordered-distances.js';

type Measure = (reference: readonly number[], current: readonly number[]) => number | null;
const bounds = (length: number): number[] => [
  ...Array.from({ length: length - 1 }, (_, k) => k + 1),
  Infinity,
];
const unordered: readonly (readonly [string, Measure])[] = [
  ['kl', kl],
  ['psi', psi],
  ['jsd', jsd],
  ['hellinger', hellinger],
  ['tv', totalVariation],
  ['linf', largestChange],
];
const every: readonly (readonly [string, Measure])[] = [
  ...unordered,
  ['ks', ks],
  ['wasserstein', (r, c) => wasserstein(bounds(r.length), r, c)],
  ['wasserstein, normed', (r, c) => wassersteinNormed(bounds(r.length), r, c)],
  ['cramers_v', (r, c) => chiSquare(r, c)?.cramersV ?? null],
];
const bounded = every.filter(([name]) => !['kl', 'psi', 'wasserstein', 'wasserstein, normed'].includes(name));
const symmetric = every.filter(([name]) => !['kl', 'wasserstein, normed'].includes(name));

const count = fc.oneof(fc.nat(5), fc.double({ min: 0, max: 1e9, noNaN: true }), fc.constant(0));
const pairOf = (length: number): fc.Arbitrary<[number[], number[]]> => {
  const side = fc
    .array(count, { minLength: length, maxLength: length })
    .filter((counts) => counts.reduce((sum, value) => sum + value, 0) > 1e-6);
  return fc.tuple(side, side);
};
const pair = fc.integer({ min: 2, max: 12 }).chain(pairOf);
const property = (check: (r: number[], c: number[]) => void): void => {
  fc.assert(
    fc.property(pair, ([r, c]) => check(r, c)),
    { numRuns: 150 },
  );
};

describe.each(every)('%s', (_, measure) => {
  it('is a finite number of at least 0 for any two filled sides', () =>
    property((r, c) => {
      const value = measure(r, c) as number;
      expect(Number.isFinite(value)).toBe(true);
      expect(value).toBeGreaterThanOrEqual(0);
    }));

  it('is 0 between proportional sides', () =>
    property((r) =>
      expect(
        measure(
          r,
          r.map((value) => value * 8),
        ),
      ).toBeCloseTo(0, 6),
    ));

  it.each([
    ['an empty side', [0, 0], [1, 2]],
    ['another empty side', [1, 2], [0, 0]],
    ['no bucket at all', [], []],
    ['sides of different length', [1, 2, 3], [1, 2]],
    ['a negative count', [1, 2], [-1, 2]],
    ['NaN', [1, Number.NaN], [1, 2]],
    ['an infinite count', [1, 2], [1, Infinity]],
    ['a sum beyond all numbers', [1e308, 1e308], [1, 2]],
  ])('has no value for %s', (_name, reference, current) => {
    expect(measure(reference, current)).toBeNull();
  });
});

describe.each(bounded)('%s', (_, measure) => {
  it('is at most 1', () => property((r, c) => expect(measure(r, c)).toBeLessThanOrEqual(1)));
});

describe.each(symmetric)('%s', (_, measure) => {
  it('is the same in both directions', () =>
    property((r, c) => expect(measure(r, c)).toBeCloseTo(measure(c, r) as number, 6)));
});

describe.each(unordered)('%s', (_, measure) => {
  it('does not depend on the order of the buckets', () =>
    property((r, c) => {
      expect(measure(r.toReversed(), c.toReversed())).toBeCloseTo(measure(r, c) as number, 9);
    }));
});

describe('relations between distances', () => {
  it('PSI is KL in both directions', () =>
    property((r, c) => expect(psi(r, c)).toBeCloseTo((kl(r, c) as number) + (kl(c, r) as number), 9)));

  it('the square of Hellinger is at most TV, and TV at most √2 times Hellinger', () =>
    property((r, c) => {
      const [h, tv] = [hellinger(r, c) as number, totalVariation(r, c) as number];
      expect(h * h).toBeLessThanOrEqual(tv + 1e-9);
      expect(tv).toBeLessThanOrEqual(Math.SQRT2 * h + 1e-9);
    }));

  it('L∞ and KS are at most TV', () =>
    property((r, c) => {
      const tv = (totalVariation(r, c) as number) + 1e-9;
      expect(largestChange(r, c)).toBeLessThanOrEqual(tv);
      expect(ks(r, c)).toBeLessThanOrEqual(tv);
    }));

  it('JSD keeps the triangle inequality', () => {
    const three = fc.integer({ min: 2, max: 8 }).chain((length) => fc.tuple(pairOf(length), pairOf(length)));
    fc.assert(
      fc.property(three, ([[a, b], [c]]) => {
        expect(jsd(a, c)).toBeLessThanOrEqual((jsd(a, b) as number) + (jsd(b, c) as number) + 1e-9);
      }),
    );
  });

  it('JSD is 1 between sides that share nothing, whatever their sizes', () => {
    expect(jsd([3, 0, 7], [0, 1e9, 0])).toBe(1);
  });

  it('Wasserstein is the length of a shift by one bucket', () => {
    expect(wasserstein([1, 2, 3, 4, Infinity], [0, 10, 10, 0, 0], [0, 0, 10, 10, 0])).toBeCloseTo(1, 12);
  });
});

describe('representatives', () => {
  it.each([
    ['half the first bound when it is positive', [2, 4, Infinity], [1, 3, 4]],
    ['the first bound when it is not', [-2, 0, 4, Infinity], [-2, -1, 2, 4]],
    ['the first bound when it is 0', [0, 4, Infinity], [0, 2, 4]],
    ['nothing without a finite bound', [Infinity], null],
  ])('%s', (_, upperBounds, expected) => {
    expect(representatives(upperBounds)).toEqual(expected);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bucketNames, countsFromBuckets, onSharedBounds, overflowShare } from './buckets.js';
import { mergeSparse } from './merge-sparse.js';

const buckets = (values: Readonly<Record<string, number>>): { le: string; value: number }[] =>
  Object.entries(values).map(([le, value]) => ({ le, value }));

describe('countsFromBuckets', () => {
  it.each<[string, Record<string, number>, number[], number[]]>([
    ['takes differences', { '1': 3, '2': 5, '+Inf': 9 }, [1, 2, Infinity], [3, 2, 4]],
    ['sorts bounds as numbers', { '10': 5, '+Inf': 6, '9': 4 }, [9, 10, Infinity], [4, 1, 1]],
    ['adds 1 and 1.0, which are one bucket', { '1': 3, '1.0': 4, '+Inf': 9 }, [1, Infinity], [7, 2]],
    ['never counts backwards', { '1': 5, '2': 4, '3': 6, '+Inf': 6 }, [1, 2, 3, Infinity], [5, 0, 1, 0]],
    ['keeps fractions', { '0.5': 1.125, '+Inf': 2.25 }, [0.5, Infinity], [1.125, 1.125]],
    ['reads exponents and signs', { '-1e-3': 1, '+Inf': 2 }, [-0.001, Infinity], [1, 1]],
  ])('%s', (_, values, upperBounds, counts) => {
    expect(countsFromBuckets(buckets(values))).toEqual({ upperBounds, counts });
  });

  it.each<[string, Record<string, number>]>([
    ['there is no +Inf bucket', { '1': 3, '2': 5 }],
    ['there is no bucket', {}],
    ['a bound is no number', { small: 3, '+Inf': 5 }],
    ['a bound is missing', { '': 3, '+Inf': 5 }],
    ['a bound is hexadecimal', { '0x10': 3, '+Inf': 5 }],
    ['a value is NaN', { '1': Number.NaN, '+Inf': 5 }],
    ['a value is infinite', { '1': 1, '+Inf': Infinity }],
    ['a value is negative', { '1': -1, '+Inf': 5 }],
  ])('gives nothing when %s', (_, values) => {
    expect(countsFromBuckets(buckets(values))).toBeUndefined();
  });

  it('always adds up to the largest cumulative value', () => {
    const values = fc.dictionary(
      fc.integer({ min: -50, max: 50 }).map(String),
      fc.double({ min: 0, max: 1e6, noNaN: true }),
    );
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1e6, noNaN: true }), (some, infinity) => {
        const all = { ...some, '+Inf': infinity };
        const { counts } = countsFromBuckets(buckets(all)) ?? { counts: [] };
        const most = Math.max(...Object.values(all));
        expect(counts.reduce((sum, value) => sum + value, 0)).toBeCloseTo(most, 3);
        expect(counts.every((value) => value >= 0)).toBe(true);
      }),
    );
  });
});

describe('onSharedBounds', () => {
  const fine = { upperBounds: [1, 2, 3, 4, Infinity], counts: [1, 2, 3, 4, 5] };
  it('leaves equal layouts alone, however few bounds there are', () => {
    const small = { upperBounds: [1, Infinity], counts: [3, 4] };
    expect(onSharedBounds(small, small)).toEqual({ reference: small, current: small, changed: false });
  });
  it('restricts both sides to the bounds they share', () => {
    const other = { upperBounds: [2, 3.5, 4, 8, Infinity], counts: [10, 20, 30, 40, 50] };
    expect(onSharedBounds(fine, other)).toEqual({
      reference: { upperBounds: [2, 4, Infinity], counts: [3, 7, 5] },
      current: { upperBounds: [2, 4, Infinity], counts: [10, 50, 90] },
      changed: true,
    });
  });
  it('gives up when fewer than three bounds are shared', () => {
    expect(onSharedBounds(fine, { upperBounds: [2, 9, Infinity], counts: [1, 2, 3] })).toBeUndefined();
  });
});

describe('mergeSparse', () => {
  it.each<[string, boolean, number[], number[], number[], number[]]>([
    ['leaves filled buckets alone', true, [50, 50], [60, 40], [50, 50], [60, 40]],
    ['merges neighbours in order', true, [1, 2, 90, 7], [1, 1, 88, 10], [93, 7], [90, 10]],
    ['gives a sparse rest to the last bucket', true, [90, 9, 1], [90, 9, 1], [90, 10], [90, 10]],
    ['merges the rarest classes first', false, [1, 90, 2, 7], [2, 88, 1, 9], [10, 90], [12, 88]],
    ['leaves one bucket when all are sparse', true, [1, 1], [1, 1], [2], [2]],
  ])('%s', (_, ordered, reference, current, mergedReference, mergedCurrent) => {
    const merged = mergeSparse({ reference, current }, ordered);
    expect(merged).toEqual({ reference: mergedReference, current: mergedCurrent });
  });
});

describe('names and overflow', () => {
  it('names buckets for people', () => {
    expect(bucketNames([4.5, 5, Infinity])).toEqual(['≤ 4.5', '4.5–5', '> 5']);
    expect(bucketNames([Infinity])).toEqual(['all']);
  });
  it('tells the share beyond the last bound', () => {
    expect(overflowShare({ upperBounds: [1, Infinity], counts: [30, 10] })).toBe(0.25);
    expect(overflowShare({ upperBounds: [1, Infinity], counts: [0, 0] })).toBe(0);
  });
});

import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { compareLabels } from './compare-labels.js';

describe('the order of label sets', () => {
  it.each([
    ['fewer labels come first, whatever they are', { z: 'z' }, { a: 'a', b: 'b' }],
    ['then the set that lacks the first name that only one has', { b: '1' }, { a: '1' }],
    ['then the smaller value of the first name with two', { a: '1', b: '2' }, { a: '1', b: '3' }],
    ['values are compared as bytes, not as numbers', { i: '10' }, { i: '2' }],
    ['and not as JavaScript compares them', { i: '\ufffd' }, { i: '😀' }],
  ])('%s', (_what, first, second) => {
    expect(compareLabels(first, second)).toBeLessThan(0);
    expect(compareLabels(second, first)).toBeGreaterThan(0);
  });

  it('is the same for the same labels, however they were written', () => {
    expect(compareLabels({ a: '1', b: '2' }, { b: '2', a: '1' })).toBe(0);
  });

  it('is an order', () => {
    const sets = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('x', 'y'));
    fc.assert(
      fc.property(sets, sets, sets, (a, b, c) => {
        const [x, y, z] = [a, b, c].toSorted(compareLabels) as [typeof a, typeof a, typeof a];
        expect(compareLabels(x, y)).toBeLessThanOrEqual(0);
        expect(compareLabels(y, z)).toBeLessThanOrEqual(0);
        expect(compareLabels(x, z)).toBeLessThanOrEqual(0);
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type Comparison, compares, stripComparison } from './strip-comparison.js';

describe('stripComparison', () => {
  it.each<[text: string, left: string, operator: Comparison['operator'], threshold: number]>([
    ['foo > 0.9', 'foo', '>', 0.9],
    ['0.9 < foo', 'foo', '>', 0.9],
    ['0.9 >= foo', 'foo', '<=', 0.9],
    ['((sum by (a) (rate(foo[5m]))) >= -1e3)', '(sum by (a) (rate(foo[5m])))', '>=', -1000],
    ['foo != (2)', 'foo', '!=', 2],
    ['foo == 0', 'foo', '==', 0],
    ['a / b > (14.4 * (1 - 0.999))', 'a / b', '>', 14.4 * (1 - 0.999)],
    ['foo # why\n  > 5m', 'foo', '>', 300],
    ['foo > Inf', 'foo', '>', Infinity],
    ['foo < 0x1F', 'foo', '<', 31],
    ['foo > 1 < 5', 'foo > 1', '<', 5],
    ['-foo > 1', '-foo', '>', 1],
    ['{"utf8.metric"} > 1', '{"utf8.metric"}', '>', 1],
  ])('%s', (text, left, operator, threshold) => {
    expect(stripComparison(text)).toEqual({ ok: true, comparison: { left, operator, threshold } });
  });

  it.each<[text: string, reason: string]>([
    ['foo', 'the outermost operation is no comparison with a number'],
    ['sum(foo > 1)', 'the outermost operation is no comparison with a number'],
    ['foo > 1 and bar > 2', 'the outermost operation is no comparison with a number'],
    ['foo + 1', 'the outermost operation is no comparison with a number'],
    ['foo > bar', 'its outermost comparison has no number on either side'],
    ['foo > on (a) group_left bar', 'its outermost comparison has no number on either side'],
    ['foo > scalar(bar)', 'its outermost comparison has no number on either side'],
    ['foo >', 'its outermost comparison lacks a side'],
    ['1 < bool 2', 'a comparison with bool gives 0 or 1 and selects nothing: write it without bool'],
    ['foo > bool 1', 'a comparison with bool gives 0 or 1 and selects nothing: write it without bool'],
  ])('%s is left alone', (text, reason) => {
    expect(stripComparison(text)).toEqual({ ok: false, reason });
  });

  it('takes the comparison off again that was written around an expression, on either side', () => {
    const left = fc.constantFrom('foo', 'sum(rate(foo[5m])) / 2', 'max by (a) (foo) or bar', 'foo > 3');
    const threshold = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(left, threshold, fc.boolean(), (text, number, mirrored) => {
        const written = mirrored ? `${number} < (${text})` : `(${text}) > ${number}`;
        expect(stripComparison(written)).toEqual({
          ok: true,
          // -0 is written as 0.
          comparison: { left: `(${text})`, operator: '>', threshold: Object.is(number, -0) ? 0 : number },
        });
      }),
    );
  });
});

describe('compares', () => {
  it.each<[Comparison['operator'], readonly boolean[]]>([
    ['>', [false, false, true, false]],
    ['>=', [false, true, true, false]],
    ['<', [true, false, false, false]],
    ['<=', [true, true, false, false]],
    ['==', [false, true, false, false]],
    ['!=', [true, false, true, true]],
  ])('%s with less, equal, more and NaN', (operator, expected) => {
    expect([1, 2, 3, Number.NaN].map((value) => compares(value, operator, 2))).toEqual(expected);
  });
});

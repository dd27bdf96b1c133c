import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readNotation } from './series-notation.js';

const _ = undefined;

describe('readNotation', () => {
  it.each([
    ['1 2 3.5 -4', [1, 2, 3.5, -4]],
    ['0+10x3', [0, 10, 20, 30]],
    ['1-2x2', [1, -1, -3]],
    ['-2-2x1 +5', [-2, -4, 5]],
    ['5x2', [5, 5, 5]],
    ['0x3', [0, 0, 0, 0]],
    ['7x0', [7]],
    ['_ 1 _x2 2', [_, 1, _, _, 2]],
    ['1 stale 2', [1, 'stale', 2]],
    ['1e3 .5 NaN Inf -inf', [1000, 0.5, Number.NaN, Infinity, -Infinity]],
    ['0.1+0.1x2', [0.1, 0.2, 0.1 + 0.1 + 0.1]],
    ['  1\n  2  ', [1, 2]],
    ['', []],
  ])('reads %j', (text, values) => {
    expect(readNotation(text)).toEqual({ ok: true, values });
  });

  it.each([
    ['1 two', 3, 'expected a value such as 3, 0+10x5, 5x2, _, _x3 or stale, got "two"'],
    ['1 2+3', 3, '"2+3" lacks the number of steps: write 2+3x5'],
    ['1x', 1, 'expected a value such as 3, 0+10x5, 5x2, _, _x3 or stale, got "1x"'],
    ['1 stalex3', 3, 'expected a value such as 3, 0+10x5, 5x2, _, _x3 or stale, got "stalex3"'],
    ['0 {{schema:0 sum:1}}', 3, 'native histograms are not evaluated here: write classic buckets'],
    ['1x9999999999', 1, 'expected at most 5000000 samples'],
  ])('refuses %j and says where', (text, column, message) => {
    expect(readNotation(text)).toEqual({ ok: false, column, message });
  });

  it('gives as many values as it says, each a step from the one before', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 99 }), fc.nat(50), (first, step, times) => {
        const read = readNotation(`${first}+${step}x${times}`);
        const values = Array.from({ length: times + 1 }, (_none, index) => first + index * step);
        expect(read).toEqual({ ok: true, values });
      }),
    );
  });
});

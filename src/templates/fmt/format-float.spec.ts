import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exactDecimal, roundDecimal } from './decimal.js';
import { formatFloat, type FloatFormat } from './format-float.js';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('formatFloat', () => {
  it.each<[number, FloatFormat, number, string]>([
    [100_000, 'g', -1, '100000'],
    [1_000_000, 'g', -1, '1e+06'],
    [0.0001, 'g', -1, '0.0001'],
    [0.00001, 'g', -1, '1e-05'],
    [1e100, 'g', -1, '1e+100'],
    [12_345, 'g', 4, '1.234e+04'],
    [1000, 'g', 4, '1000'],
    [0.5, 'f', 0, '0'],
    [1.5, 'f', 0, '2'],
    [2.5, 'f', 0, '2'],
    [0.05, 'f', 1, '0.1'],
    [1.005, 'f', 2, '1.00'],
    [999.96, 'f', 1, '1000.0'],
    [0, 'e', 2, '0.00e+00'],
    [-0, 'g', -1, '-0'],
    [NaN, 'f', 2, 'NaN'],
    [Infinity, 'g', -1, '+Inf'],
    [-Infinity, 'g', -1, '-Inf'],
    [1.5, 'x', -1, '0x1.8p+00'],
    [1, 'b', -1, '4503599627370496p-52'],
    [1e-10, 'G', 3, '1E-10'],
    [5e-324, 'f', 324, `0.${'0'.repeat(323)}5`],
  ])('%d as %s with precision %d is %s', (value, format, precision, text) => {
    expect(formatFloat(value, format, precision)).toBe(text);
  });

  it('with the fewest digits, reads back as the same number', () => {
    fc.assert(
      fc.property(finite, fc.constantFrom<FloatFormat>('e', 'f', 'g'), (value, format) => {
        expect(Object.is(Number(formatFloat(value, format, -1)), value)).toBe(true);
      }),
    );
  });

  it('rounds to within half a unit of the last digit', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.integer({ min: 0, max: 8 }),
        (value, precision) => {
          const error = Math.abs(Number(formatFloat(value, 'f', precision)) - value);
          expect(error).toBeLessThanOrEqual(0.5 * 10 ** -precision + 1e-9);
        },
      ),
    );
  });

  it('agrees with JavaScript where no tie is rounded', () => {
    fc.assert(
      fc.property(finite, fc.integer({ min: 0, max: 20 }), (value, precision) => {
        const { digits } = exactDecimal(Math.abs(value));
        fc.pre(digits.slice(precision + 1) !== '5');
        const ours = formatFloat(value, 'e', precision).replace(/e([+-])0(\d)$/, 'e$1$2');
        expect(ours).toBe((Object.is(value, -0) ? '-' : '') + value.toExponential(precision));
      }),
    );
  });
});

describe('roundDecimal', () => {
  it.each([
    ['125', 2, '12'],
    ['135', 2, '14'],
    ['1251', 2, '13'],
    ['999', 2, '1'],
    ['5', 0, ''],
    ['51', 0, '1'],
    ['49', 0, ''],
    ['123', 9, '123'],
  ])('%s to %d digits is %s', (digits, count, rounded) => {
    expect(roundDecimal({ digits, point: 3 }, count).digits).toBe(rounded);
  });
});

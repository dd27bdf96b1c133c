import { KahanSum } from '../kahan.js';
import type { Reading } from '../series.js';
import type { RangeFunction } from './function.js';

/** The line through readings by least squares: growth per second, and its value at `originMs`. */
function line(
  readings: readonly Reading[],
  originMs: number,
): { readonly slope: number; readonly intercept: number } {
  const [first] = readings as [Reading];
  if (readings.every(([, value]) => value === first[1])) {
    const flat = Number.isFinite(first[1]);
    return flat ? { slope: 0, intercept: first[1] } : { slope: Number.NaN, intercept: Number.NaN };
  }
  const [x, y, xy, xx] = [new KahanSum(), new KahanSum(), new KahanSum(), new KahanSum()];
  for (const [timeMs, value] of readings) {
    const seconds = (timeMs - originMs) / 1000;
    x.add(seconds);
    y.add(value);
    xy.add(seconds * value);
    xx.add(seconds * seconds);
  }
  const n = readings.length;
  const slope = (xy.total - (x.total * y.total) / n) / (xx.total - (x.total * x.total) / n);
  return { slope, intercept: y.total / n - (slope * x.total) / n };
}

/** `deriv`: the growth per second. */
export const deriv: RangeFunction = (readings) =>
  readings.length < 2 ? undefined : line(readings, (readings[0] as Reading)[0]).slope;

/** `predict_linear`: where the line will be so many seconds after the evaluation. */
export const predictLinear: RangeFunction = (readings, { nowMs }, [seconds]) => {
  if (readings.length < 2) return undefined;
  const { slope, intercept } = line(readings, nowMs);
  return slope * (seconds ?? Number.NaN) + intercept;
};

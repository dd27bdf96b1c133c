import type { Reading } from '../series.js';
import type { RangeFunction, Span } from './function.js';

/** Beyond this many average distances between samples, the series is taken to begin or end inside the range. */
const NEAR = 1.1;

/** `rate`, `increase`, `delta`: the growth over the whole range, extrapolated from the samples in it. */
export const extrapolated =
  (counter: boolean, perSecond: boolean): RangeFunction =>
  (readings, span) => {
    const [first, last] = [readings[0] as Reading, readings.at(-1) as Reading];
    if (readings.length < 2) return undefined;
    const growth = last[1] - first[1] + (counter ? lostInResets(readings) : 0);
    const sampled = (last[0] - first[0]) / 1000;
    const distance = sampled / (readings.length - 1);
    const before = reach(
      span,
      first,
      distance,
      counter && growth > 0 ? sampled * (first[1] / growth) : Infinity,
    );
    const toEnd = (span.endMs - last[0]) / 1000;
    const behind = toEnd >= distance * NEAR ? distance / 2 : toEnd;
    const factor = (sampled + before + behind) / sampled;
    return growth * (perSecond ? factor / ((span.endMs - span.startMs) / 1000) : factor);
  };

/** How far to extrapolate before the first sample, in seconds: never beyond the point where a counter would be 0. */
function reach(span: Span, first: Reading, distance: number, toZero: number): number {
  const toStart = (first[0] - span.startMs) / 1000;
  const zero = first[1] >= 0 ? toZero : Infinity;
  if (span.options.version === 3) return Math.min(toStart >= distance * NEAR ? distance / 2 : toStart, zero);
  const whole = Math.min(toStart, zero);
  return whole < distance * NEAR ? whole : distance / 2;
}

/** What a counter had before each fall, added up. */
function lostInResets(readings: readonly Reading[]): number {
  let lost = 0;
  for (let index = 1; index < readings.length; index += 1) {
    const before = (readings[index - 1] as Reading)[1];
    if ((readings[index] as Reading)[1] < before) lost += before;
  }
  return lost;
}

/** `irate`, `idelta`: the difference of the last two samples. */
export const instant =
  (rate: boolean): RangeFunction =>
  (readings) => {
    const [before, last] = readings.slice(-2);
    if (!before || !last || last[0] === before[0]) return undefined;
    const growth = rate && last[1] < before[1] ? last[1] : last[1] - before[1];
    return rate ? growth / ((last[0] - before[0]) / 1000) : growth;
  };

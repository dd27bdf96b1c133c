import { meanOf, sumOf, varianceOf } from '../kahan.js';
import { quantileOf } from '../quantile.js';
import type { Reading } from '../series.js';
import type { RangeFunction } from './function.js';

const valuesOf = (readings: readonly Reading[]): number[] => readings.map(([, value]) => value);

/** How often two neighbours are in a relation. */
const neighbours =
  (counts: (before: number, after: number) => boolean): RangeFunction =>
  (readings) =>
    valuesOf(readings).filter((value, index, all) => index > 0 && counts(all[index - 1] as number, value))
      .length;

/** Functions of the values inside a range. */
export const OVER_TIME: Readonly<Record<string, RangeFunction>> = {
  avg_over_time: (readings) => meanOf(valuesOf(readings)),
  sum_over_time: (readings) => sumOf(valuesOf(readings)),
  count_over_time: (readings) => readings.length,
  last_over_time: (readings) => readings.at(-1)?.[1],
  present_over_time: () => 1,
  min_over_time: (readings) =>
    valuesOf(readings).reduce((least, value) => (value < least || Number.isNaN(least) ? value : least)),
  max_over_time: (readings) =>
    valuesOf(readings).reduce((most, value) => (value > most || Number.isNaN(most) ? value : most)),
  stdvar_over_time: (readings) => varianceOf(valuesOf(readings)),
  stddev_over_time: (readings) => Math.sqrt(varianceOf(valuesOf(readings))),
  quantile_over_time: (readings, _, [share]) => quantileOf(share ?? Number.NaN, valuesOf(readings)),
  changes: neighbours((before, after) => before !== after && !(Number.isNaN(before) && Number.isNaN(after))),
  resets: neighbours((before, after) => after < before),
};

import { STALE } from '../promql/evaluate/series.js';

/** One place in a row of samples: a value, the end of the series, or nothing. */
export type NotedValue = number | typeof STALE | undefined;

/** The row that a notation stands for, or what is wrong with it at a 1-based column. */
export type ReadNotation =
  | { readonly ok: true; readonly values: readonly NotedValue[] }
  | { readonly ok: false; readonly column: number; readonly message: string };

/** Values one notation may stand for: enough for years, and no memory is lost to a slip of the finger. */
const MOST_VALUES = 5_000_000;

// Without hexadecimal numbers, as for Prometheus: 0x5 are six zeros.
const NUMBER = String.raw`(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[iI][nN][fF]|[nN][aA][nN])`;
const BLANK = /^_(?:x(\d+))?$/;
const VALUE = new RegExp(`^([+-]?${NUMBER})(?:([+-]${NUMBER})(?=x))?(?:x(\\d+))?$`);

/**
 * Reads promtool's notation of samples at equal distances: `1 2 3`, `0+10x5` (0 10 20 30 40 50), `5x2` (5 5 5), `_` and
 * `_x3` (no sample), `stale` (the series ended). The format: Prometheus' documentation, "Unit testing for rules", `series`.
 */
export function readNotation(text: string): ReadNotation {
  const values: NotedValue[] = [];
  for (const { 0: item, index } of text.matchAll(/\S+/g)) {
    const column = text.slice(0, index).length + 1;
    if (item.startsWith('{{'))
      return {
        ok: false,
        column,
        message: 'native histograms are not evaluated here: write classic buckets',
      };
    const read = readItem(item);
    if (read === undefined) return { ok: false, column, message: expected(item) };
    if (values.length + read.count > MOST_VALUES)
      return { ok: false, column, message: `expected at most ${MOST_VALUES} samples` };
    let { value } = read;
    for (let place = 0; place < read.count; place += 1) {
      values.push(value);
      // Added up step by step, as Prometheus does, so that the last bits are the same.
      if (typeof value === 'number') value += read.step;
    }
  }
  return { ok: true, values };
}

interface Item {
  readonly value: NotedValue;
  readonly step: number;
  readonly count: number;
}

function readItem(item: string): Item | undefined {
  if (item === STALE) return { value: STALE, step: 0, count: 1 };
  const blank = BLANK.exec(item);
  if (blank) return { value: undefined, step: 0, count: Number(blank[1] ?? 1) };
  const [, first, step, times] = VALUE.exec(item) ?? [];
  if (first === undefined) return undefined;
  return {
    value: numberOf(first),
    step: step === undefined ? 0 : numberOf(step),
    count: Number(times ?? 0) + 1,
  };
}

function numberOf(text: string): number {
  const [, sign, digits = ''] = /^([+-]?)(.*)$/.exec(text) ?? [];
  const lower = digits.toLowerCase();
  const size = lower === 'inf' ? Infinity : lower === 'nan' ? Number.NaN : Number(digits);
  return sign === '-' ? -size : size;
}

function expected(item: string): string {
  const missing = new RegExp(`^[+-]?${NUMBER}[+-]${NUMBER}$`).test(item);
  return missing
    ? `${JSON.stringify(item)} lacks the number of steps: write ${item}x5`
    : `expected a value such as 3, 0+10x5, 5x2, _, _x3 or stale, got ${JSON.stringify(item)}`;
}

function format(value: number, digits: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e15))
    return value.toExponential(digits - 2).replace(/\.?0+e/, 'e');
  const options =
    size >= 1000 ? { maximumFractionDigits: Math.max(0, digits - 4) } : { maximumSignificantDigits: digits };
  return new Intl.NumberFormat('en-US', options).format(value);
}

/** A number for people: `0.74`, `1,240`, `3.1e-7`. Four significant digits below a thousand, whole numbers above. */
export function formatNumber(value: number): string {
  return format(value, 4);
}

/** A value and its limit, with as many digits as it takes to tell them apart: `0.91996` and `0.92`. */
export function formatPair(value: number, limit: number): readonly [value: string, limit: string] {
  for (let digits = 4; digits < 16; digits++) {
    const pair = [format(value, digits), format(limit, digits)] as const;
    if (pair[0] !== pair[1] || value === limit) return pair;
  }
  return [String(value), String(limit)];
}

/** A share, its sign not to be torn off at a line's end: 0.125 → `12.5 %`. */
export function formatShare(share: number): string {
  return `${format(share * 100, 3)}\u00A0%`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** A span in its two largest units: `2 h 10 min`, `45 s`, `3 d`. Negative spans and those under a second are `0 s`. */
export function formatSpan(ms: number): string {
  const first = UNITS.findIndex(([, size]) => ms >= size);
  if (first === -1) return '0 s';
  let rest = ms;
  return UNITS.slice(first, first + 2)
    .map(([unit, size]) => {
      const count = Math.floor(rest / size);
      rest -= count * size;
      return count > 0 ? `${count} ${unit}` : '';
    })
    .filter((part) => part !== '')
    .join(' ');
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A moment in UTC, with its day unless that is the day of `reference` (both ISO 8601): `02:55 UTC`, `3 Sep 02:55 UTC`. */
export function formatTime(iso: string, reference: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const clock = `${time.toISOString().slice(11, 16)} UTC`;
  if (time.toISOString().slice(0, 10) === reference.slice(0, 10)) return clock;
  return `${time.getUTCDate()} ${MONTHS[time.getUTCMonth()]} ${clock}`;
}

import { binaryParts, exactDecimal, roundDecimal, shortestDecimal, type Decimal } from './decimal.js';

/** The letters of Go's float formats; capitals give capital exponents. */
export type FloatFormat = 'e' | 'E' | 'f' | 'g' | 'G' | 'x' | 'X' | 'b';

/**
 * A float64 as Go's `strconv.FormatFloat` writes it: `NaN`, `+Inf`, `-Inf`, a two-digit exponent at least.
 * `precision` counts digits after the point (e, f), significant digits (g) or hex digits (x);
 * -1 takes the fewest that read back as the same number.
 */
export function formatFloat(value: number, format: FloatFormat, precision: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  return sign + formatSize(Math.abs(value), format, precision);
}

function formatSize(size: number, format: FloatFormat, precision: number): string {
  switch (format) {
    case 'b':
      return formatBinary(size);
    case 'x':
      return formatHex(size, precision);
    case 'X':
      return formatHex(size, precision).toUpperCase();
    case 'E':
    case 'G':
      return formatSize(size, format === 'E' ? 'e' : 'g', precision).toUpperCase();
    default:
      return precision < 0 ? formatShortest(size, format) : formatRounded(size, format, precision);
  }
}

function formatShortest(size: number, format: 'e' | 'f' | 'g'): string {
  const decimal = shortestDecimal(size);
  const count = decimal.digits.length;
  if (format === 'e') return exponential(decimal, Math.max(count - 1, 0));
  if (format === 'f') return positional(decimal, Math.max(count - decimal.point, 0));
  // The fewest digits may be many: Go decides as if six had been asked for.
  return general(decimal, count, 6);
}

function formatRounded(size: number, format: 'e' | 'f' | 'g', precision: number): string {
  const exact = exactDecimal(size);
  if (format === 'e') return exponential(roundDecimal(exact, precision + 1), precision);
  if (format === 'f') return positional(roundDecimal(exact, exact.point + precision), precision);
  const significant = Math.max(precision, 1);
  const decimal = roundDecimal(exact, significant);
  const count = decimal.digits.length;
  const threshold = significant > count && count >= decimal.point ? count : significant;
  return general(decimal, significant, threshold);
}

/** `%e` when the exponent is below -4 or reaches `threshold`, else `%f`; never with trailing zeros. */
function general(decimal: Decimal, significant: number, threshold: number): string {
  const count = decimal.digits.length;
  const exponent = count === 0 ? -1 : decimal.point - 1;
  if (exponent < -4 || exponent >= threshold) return exponential(decimal, Math.min(significant, count) - 1);
  return positional(
    decimal,
    Math.max((significant > decimal.point ? count : significant) - decimal.point, 0),
  );
}

function exponential({ digits, point }: Decimal, precision: number): string {
  const exponent = digits === '' ? 0 : point - 1;
  const fraction = digits.slice(1, precision + 1).padEnd(precision, '0');
  const sign = exponent < 0 ? '-' : '+';
  const mantissa = `${digits[0] ?? '0'}${precision > 0 ? `.${fraction}` : ''}`;
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function positional({ digits, point }: Decimal, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  if (precision === 0) return whole;
  const fraction = point > 0 ? digits.slice(point) : '0'.repeat(-point) + digits;
  return `${whole}.${fraction.slice(0, precision).padEnd(precision, '0')}`;
}

/** `4503599627370496p-52` */
function formatBinary(size: number): string {
  const { mantissa, exponent } = binaryParts(size);
  return `${mantissa}p${exponent < 0 ? '' : '+'}${exponent}`;
}

/** `0x1.8p+01` */
function formatHex(size: number, precision: number): string {
  let { mantissa, exponent } = binaryParts(size);
  if (mantissa === 0n) exponent = 0;
  else {
    while (mantissa < 1n << 52n) {
      mantissa <<= 1n;
      exponent--;
    }
    exponent += 52;
  }
  // One leading bit and 52 of fraction: 13 hex digits.
  if (precision >= 0 && precision < 13) {
    const dropped = BigInt(4 * (13 - precision));
    const rest = mantissa & ((1n << dropped) - 1n);
    const half = 1n << (dropped - 1n);
    mantissa >>= dropped;
    if (rest > half || (rest === half && mantissa % 2n === 1n)) mantissa++;
    mantissa <<= dropped;
    if (mantissa >> 53n > 0n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  const all = (mantissa & ((1n << 52n) - 1n)).toString(16).padStart(13, '0');
  const fraction = precision < 0 ? all.replace(/0+$/, '') : all.slice(0, precision).padEnd(precision, '0');
  const point = fraction === '' ? '' : `.${fraction}`;
  const sign = exponent < 0 ? '-' : '+';
  return `0x${mantissa >> 52n}${point}p${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

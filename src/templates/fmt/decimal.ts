/** A non-negative number as decimal digits: `0.d1d2d3… × 10^point`. No leading and no trailing zeros; zero has no digits. */
export interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** The fewest digits that still read back as the same float64. `value` is finite and not negative. */
export function shortestDecimal(value: number): Decimal {
  if (value === 0) return { digits: '', point: 0 };
  const [mantissa = '', exponent] = value.toExponential().split('e');
  return normalized(mantissa.replace('.', ''), Number(exponent) + 1);
}

/** Every digit of the float64. `value` is finite and not negative. */
export function exactDecimal(value: number): Decimal {
  if (value === 0) return { digits: '', point: 0 };
  const { mantissa, exponent } = binaryParts(value);
  if (exponent >= 0) {
    const digits = (mantissa << BigInt(exponent)).toString();
    return normalized(digits, digits.length);
  }
  // m / 2^k = m × 5^k / 10^k
  const digits = (mantissa * 5n ** BigInt(-exponent)).toString();
  return normalized(digits, digits.length + exponent);
}

/** The decimal rounded to `count` digits, a tie to the even neighbour. A count below 1 leaves no digit or rounds up to one. */
export function roundDecimal(decimal: Decimal, count: number): Decimal {
  const { digits, point } = decimal;
  if (count >= digits.length) return decimal;
  if (count < 0) return { digits: '', point: 0 };
  const kept = digits.slice(0, count);
  const tie = digits.slice(count) === '5';
  const up = tie ? count > 0 && Number(kept.at(-1)) % 2 === 1 : Number(digits[count]) >= 5;
  if (!up) return normalized(kept, point);
  const next = (BigInt(`0${kept}`) + 1n).toString().padStart(count, '0');
  return normalized(next, point + next.length - count);
}

/** `value = mantissa × 2^exponent`, the mantissa of 53 bits for a normal number. */
export function binaryParts(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

function normalized(digits: string, point: number): Decimal {
  const significant = digits.replace(/^0+/, '');
  const leading = digits.length - significant.length;
  const trimmed = significant.replace(/0+$/, '');
  return trimmed === '' ? { digits: '', point: 0 } : { digits: trimmed, point: point - leading };
}

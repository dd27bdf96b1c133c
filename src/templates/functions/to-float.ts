import { quoteText } from '../fmt/quote.js';
import { CallFailure, Scalar, typeOf, type Value } from '../runtime/values.js';
import { parseNumber } from '../language/literals.js';

const CONVERTIBLE = new Set(['int', 'uint', 'int64', 'uint64']);

/** The number that a humanizing function works on: a number, a text that spells one as Go reads it, or a duration in seconds. */
export function toFloat(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string') return parseFloatText(value);
  const type = typeOf(value)?.name ?? '<nil>';
  if (value instanceof Scalar && CONVERTIBLE.has(type)) return Number(value.value);
  if (value instanceof Scalar && type === 'time.Duration') return Number(value.value) / 1e9;
  throw new CallFailure(`can't convert ${type} to float`);
}

/** Go's `strconv.ParseFloat` with its error texts. */
function parseFloatText(text: string): number {
  const named = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (named) {
    if (/nan/i.test(text)) return named[1] === '' ? NaN : fail(text, 'invalid syntax');
    return named[1] === '-' ? -Infinity : Infinity;
  }
  // A decimal integer may have leading zeros here, unlike a constant in a template.
  const decimal = /^[+-]?[0-9]+$/.test(text);
  if (decimal) return finite(Number(text), text);
  if (/^[+-]?0[oObB]|^[+-]?0[xX][^pP]*$/.test(text)) return fail(text, 'invalid syntax');
  const literal = parseNumber(text);
  if (literal.ok) return literal.float as number;
  return fail(text, literal.reason === 'too_large' ? 'value out of range' : 'invalid syntax');
}

function finite(value: number, text: string): number {
  return Number.isFinite(value) ? value : fail(text, 'value out of range');
}

function fail(text: string, reason: string): never {
  throw new CallFailure(`strconv.ParseFloat: parsing ${quoteText(text)}: ${reason}`);
}

/** An int, a float, or both (a float without a fraction serves int parameters too). `reason` says why it is no number. */
export type NumberLiteral =
  | { readonly ok: true; readonly int?: bigint; readonly float?: number }
  | { readonly ok: false; readonly reason: 'not_a_number' | 'too_large' | 'complex' };

const MAX_UINT64 = 2n ** 64n - 1n;
const MIN_INT64 = -(2n ** 63n);
const INTEGER =
  /^([+-]?)(0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?[0-7])+|0|[1-9](?:_?[0-9])*)$/;
const DECIMAL = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const HEX_FLOAT = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)$/;

/** Reads a number constant as Go does: `12`, `0x1F`, `0b101`, `1_000`, `1.5`, `1e3`, `0x1p-2`. */
export function parseNumber(text: string): NumberLiteral {
  if (text.endsWith('i')) return { ok: false, reason: 'complex' };
  const integer = INTEGER.exec(text);
  if (integer) {
    const digits = (integer[2] as string).replaceAll('_', '');
    const size = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
    const int = integer[1] === '-' ? -size : size;
    if (int < MIN_INT64 || int > MAX_UINT64) return { ok: false, reason: 'too_large' };
    return { ok: true, int, float: Number(int) };
  }
  const float = parseFloatLiteral(text);
  if (float === undefined) return { ok: false, reason: 'not_a_number' };
  // Digits alone that are no integer, such as 08: a leading 0 means octal.
  if (!/[.eEpP]/.test(text)) return { ok: false, reason: 'not_a_number' };
  if (!Number.isFinite(float)) return { ok: false, reason: 'too_large' };
  const whole = Number.isInteger(float) && Math.abs(float) < 2 ** 63;
  return whole ? { ok: true, int: BigInt(float), float } : { ok: true, float };
}

function parseFloatLiteral(text: string): number | undefined {
  const isHex = /^[+-]?0[xX]/.test(text);
  const misplaced = isHex ? /(?<![0-9a-fA-FxX])_|_(?![0-9a-fA-F])/ : /(?<![0-9])_|_(?![0-9])/;
  if (misplaced.test(text)) return undefined;
  const plain = text.replaceAll('_', '');
  if (!isHex) return DECIMAL.test(plain) ? Number(plain) : undefined;
  const [, sign, whole = '', fraction = '', exponent] = HEX_FLOAT.exec(plain) ?? [];
  if (whole + fraction === '') return undefined;
  const size = Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -size : size;
}

const SIMPLE_ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
};
const ESCAPE =
  /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([abfnrtv\\'"]))|[^\\]/suy;

/**
 * The text of a quoted Go string or raw string, quotes included; undefined when an escape is wrong. Bytes written as
 * `\xff` or `\377` that form no UTF-8 become U+FFFD: texts here are Unicode.
 */
export function unquote(quoted: string): string | undefined {
  if (quoted.startsWith('`')) return quoted.slice(1, -1).replaceAll('\r', '');
  const bytes: Buffer[] = [];
  for (const part of unescape(quoted.slice(1, -1), '"') ?? [undefined]) {
    if (part === undefined) return undefined;
    bytes.push(part.isByte ? Buffer.of(part.code) : Buffer.from(String.fromCodePoint(part.code)));
  }
  return Buffer.concat(bytes).toString('utf8');
}

/** The code point of a character constant such as `'a'`, quotes included; undefined when it is not exactly one. */
export function unquoteChar(quoted: string): number | undefined {
  const parts = unescape(quoted.slice(1, -1), "'");
  return parts?.length === 1 ? parts[0]?.code : undefined;
}

function unescape(text: string, quote: string): readonly { code: number; isByte: boolean }[] | undefined {
  const parts: { code: number; isByte: boolean }[] = [];
  for (let at = 0; at < text.length; at = ESCAPE.lastIndex) {
    ESCAPE.lastIndex = at;
    const match = ESCAPE.exec(text);
    if (!match) return undefined;
    const [whole, byte, short, long, octal, simple] = match;
    const code = byte ?? short ?? long;
    if (code !== undefined) parts.push({ code: Number.parseInt(code, 16), isByte: byte !== undefined });
    else if (octal !== undefined) parts.push({ code: Number.parseInt(octal, 8), isByte: true });
    else if (simple !== undefined && simple !== quote && /['"]/.test(simple)) return undefined;
    else if (simple !== undefined)
      parts.push({ code: SIMPLE_ESCAPES[simple] ?? quote.charCodeAt(0), isByte: false });
    else parts.push({ code: whole.codePointAt(0) as number, isByte: false });
    if (!isScalar(parts.at(-1) as { code: number; isByte: boolean })) return undefined;
  }
  return parts;
}

function isScalar({ code, isByte }: { code: number; isByte: boolean }): boolean {
  if (isByte) return code <= 0xff;
  return code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
}

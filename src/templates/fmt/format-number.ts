import { pad, type Flags } from './flags.js';
import { formatFloat, type FloatFormat } from './format-float.js';
import { isPrintable } from './quote.js';

const BASES: Readonly<Record<string, readonly [base: number, prefix: string]>> = {
  d: [10, ''],
  v: [10, ''],
  b: [2, '0b'],
  o: [8, ''],
  O: [8, '0o'],
  x: [16, '0x'],
  X: [16, '0X'],
};

/** An integer under one of the verbs d v b o O x X, as Go's `fmt` writes it. */
export function formatInteger(value: bigint, verb: string, flags: Flags): string {
  const [base, prefix] = BASES[verb] as readonly [number, string];
  const negative = value < 0n;
  let digits = (negative ? -value : value).toString(base);
  if (verb === 'X') digits = digits.toUpperCase();
  const signed = negative || flags.plus || flags.space;
  if (flags.precision !== undefined) {
    if (flags.precision === 0 && value === 0n) return pad('', { ...flags, zero: false });
    digits = digits.padStart(flags.precision, '0');
  } else if (flags.zero && flags.width !== undefined) {
    digits = digits.padStart(flags.width - (signed ? 1 : 0), '0');
  }
  const octal = verb === 'o' || verb === 'O';
  if (octal && flags.sharp && !digits.startsWith('0')) digits = `0${digits}`;
  if (verb === 'O' || (flags.sharp && !octal)) digits = prefix + digits;
  const sign = negative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  return pad(sign + digits, { ...flags, zero: false });
}

/** `%c`: the character with this code point. */
export function characterOf(value: bigint): string {
  const valid = value >= 0n && value <= 0x10ffffn && !(value >= 0xd800n && value <= 0xdfffn);
  return valid ? String.fromCodePoint(Number(value)) : '\ufffd';
}

/** `%U`: `U+00E9`; with `#` also the character: `U+00E9 'é'`. */
export function formatCodePoint(value: bigint, flags: Flags): string {
  const digits = BigInt.asUintN(64, value).toString(16).toUpperCase();
  const code = `U+${digits.padStart(Math.max(flags.precision ?? 4, 4), '0')}`;
  const shown = flags.sharp && value >= 0n && value <= 0x10ffffn && isPrintable(characterOf(value));
  return pad(shown ? `${code} '${characterOf(value)}'` : code, { ...flags, zero: false });
}

/** A float under one of the verbs v b g G x X f F e E, as Go's `fmt` writes it. */
export function formatFloatVerb(value: number, verb: string, flags: Flags): string {
  const format = (verb === 'v' ? 'g' : verb === 'F' ? 'f' : verb) as FloatFormat;
  const precision = flags.precision ?? (/[efE]/.test(format) ? 6 : -1);
  let text = formatFloat(value, format, precision);
  let sign = '+';
  if (/^[+-]/.test(text)) [sign, text] = [text[0] as string, text.slice(1)];
  if (flags.space && sign === '+' && !flags.plus) sign = ' ';
  if (!Number.isFinite(value)) {
    const bare = sign === '+' && !flags.plus;
    return pad(bare && Number.isNaN(value) ? text : bare ? `+${text}` : sign + text, {
      ...flags,
      zero: false,
    });
  }
  if (flags.sharp && format !== 'b') text = withPoint(text, format, precision);
  if (sign === '+' && !flags.plus) return pad(text, flags);
  const zeros = flags.zero && flags.width !== undefined ? flags.width - 1 - text.length : 0;
  return zeros > 0 ? sign + '0'.repeat(zeros) + text : pad(sign + text, flags);
}

/** `#`: always a decimal point, and for g all the digits asked for. */
function withPoint(text: string, format: FloatFormat, precision: number): string {
  const isHex = format === 'x' || format === 'X';
  const [, head = '', tail = ''] = (isHex ? /^(.*?)([pP].*)?$/ : /^(.*?)([eE].*)?$/).exec(text) ?? [];
  let missing = /[gGx]/.test(format) ? (precision === -1 ? 6 : precision) : 0;
  missing -= head.replace('.', '').replace(/^0+/, '').length;
  if (!head.includes('.') && head === '0') missing--;
  return head + (head.includes('.') ? '' : '.') + '0'.repeat(Math.max(missing, 0)) + tail;
}

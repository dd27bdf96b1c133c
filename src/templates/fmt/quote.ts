import { pad, type Flags } from './flags.js';

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const ESCAPES: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** Whether Go counts the character as printable: letters, marks, numbers, punctuation, symbols, and the plain space. */
export function isPrintable(character: string): boolean {
  return PRINTABLE.test(character);
}

/** The text as a Go string constant. `ascii` escapes everything beyond ASCII. */
export function quoteText(text: string, quote = '"', ascii = false): string {
  let quoted = quote;
  for (const character of text) quoted += escapeCharacter(character, quote, ascii);
  return quoted + quote;
}

function escapeCharacter(character: string, quote: string, ascii: boolean): string {
  if (character === quote || character === '\\') return `\\${character}`;
  const code = character.codePointAt(0) as number;
  if (ascii ? code < 0x7f && isPrintable(character) : isPrintable(character)) return character;
  const escape = ESCAPES[character];
  if (escape !== undefined) return escape;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff
    ? `\\U${code.toString(16).padStart(8, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** `%q` of a text: quoted; with `#` between backquotes where Go could read it so, with `+` in ASCII. */
export function formatQuoted(text: string, flags: Flags): string {
  const cut = truncate(text, flags);
  if (flags.sharp && canBackquote(cut)) return pad(`\`${cut}\``, flags);
  return pad(quoteText(cut, '"', flags.plus), flags);
}

/** At most as many characters as the precision says. */
export function truncate(text: string, flags: Flags): string {
  if (flags.precision === undefined || text.length <= flags.precision) return text;
  return Array.from(text).slice(0, flags.precision).join('');
}

/** Between backquotes Go reads every character as it is, but no control character except the tab. */
function canBackquote(text: string): boolean {
  return (
    !/[`\ufeff\ufffd]/.test(text) &&
    Array.from(text).every((character) => character === '\t' || !isControl(character))
  );
}

function isControl(character: string): boolean {
  return character < ' ' || character === '\u007f';
}

/** `%x` and `%X` of a text: its UTF-8 bytes in hex; a space parts them, `#` prefixes 0x. */
export function formatHexBytes(text: string, verb: string, flags: Flags): string {
  const bytes = Buffer.from(text).subarray(0, flags.precision);
  if (bytes.length === 0) return pad('', flags);
  const prefix = flags.sharp ? `0${verb}` : '';
  const pairs = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
  const hex = flags.space ? pairs.join(` ${flags.sharp ? '0x' : ''}`) : pairs.join('');
  return pad(prefix + (verb === 'X' ? hex.toUpperCase() : hex), flags);
}

import { parseDuration } from '../../schema/duration.js';

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11 };
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([ntrabfv\\"'`]))/y;

/** The text that a PromQL string literal stands for, quotes included; undefined when an escape in it is none of Go's. */
export function unquote(literal: string): string | undefined {
  const inner = literal.slice(1, -1);
  if (literal.startsWith('`')) return inner;
  const bytes: Uint8Array[] = [];
  const encoder = new TextEncoder();
  for (let at = 0; at < inner.length;) {
    const plain = inner.indexOf('\\', at);
    const end = plain === -1 ? inner.length : plain;
    bytes.push(encoder.encode(inner.slice(at, end)));
    if (plain === -1) break;
    ESCAPE.lastIndex = plain;
    const found = ESCAPE.exec(inner);
    if (!found) return undefined;
    const [all, hex, octal, short, long, letter] = found;
    const byte = hex ? Number.parseInt(hex, 16) : octal ? Number.parseInt(octal, 8) : undefined;
    const rune = Number.parseInt(short ?? long ?? '', 16);
    if ((byte ?? 0) > 255 || rune > 0x10_ff_ff) return undefined;
    if (byte !== undefined) bytes.push(Uint8Array.of(byte));
    else if (letter !== undefined) bytes.push(Uint8Array.of(ESCAPES[letter] ?? letter.charCodeAt(0)));
    else bytes.push(encoder.encode(String.fromCodePoint(rune)));
    at = plain + all.length;
  }
  return new TextDecoder().decode(Buffer.concat(bytes));
}

/** A number without a sign as PromQL writes it (`1e3`, `0x1F`, `010` is eight, `Inf`), or a duration in seconds; undefined for neither. */
export function parseNumber(text: string): number | undefined {
  if (/^inf$/i.test(text)) return Infinity;
  if (/^nan$/i.test(text)) return Number.NaN;
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  const plain = text.replaceAll('_', '');
  if (/^(0x[0-9a-f]+|(\d+\.?\d*|\.\d+)(e[+-]?\d+)?)$/i.test(plain)) return Number(plain);
  const ms = parseDuration(text);
  return ms === undefined ? undefined : ms / 1000;
}

/** A span inside brackets or behind `offset`, in milliseconds: `5m`, or seconds as a plain number; undefined for neither. */
export function parseSpan(text: string): number | undefined {
  const seconds = parseNumber(text);
  return seconds === undefined || !Number.isFinite(seconds) ? undefined : Math.round(seconds * 1000);
}

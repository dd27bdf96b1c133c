const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['"', '\\"'],
  ['\\', '\\\\'],
]);
const CHARACTER_BY_LETTER: ReadonlyMap<string, string> = new Map(
  [...SHORT_ESCAPES].map(([character, escape]) => [escape.charAt(1), character]),
);
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');

function quoteCharacter(character: string): string {
  const short = SHORT_ESCAPES.get(character);
  if (short !== undefined) return short;
  if (PRINTABLE.test(character)) return character;
  const code = character.codePointAt(0) as number;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  return code < 0x1_0000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

/** A text in double quotes with Go's escapes (`%q`): the form of label values inside Alertmanager's group keys. */
export function quoteGo(text: string): string {
  return `"${Array.from(text, quoteCharacter).join('')}"`;
}

const NUMERIC = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes of one numeric escape and its length after the backslash, or undefined when it is none. */
function numericEscape(
  rest: string,
): { readonly bytes: Iterable<number>; readonly length: number } | undefined {
  const match = NUMERIC.exec(rest);
  if (!match) return undefined;
  const [whole, byte, short, long, octal] = match;
  const code = octal === undefined ? parseInt((byte ?? short ?? long) as string, 16) : parseInt(octal, 8);
  if (byte !== undefined || octal !== undefined)
    return code > 0xff ? undefined : { bytes: [code], length: whole.length };
  if (code > 0x10_ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  return { bytes: encoder.encode(String.fromCodePoint(code)), length: whole.length };
}

/**
 * The text inside a Go string literal; `quoted` includes the double quotes. Undefined when it holds an unknown escape,
 * a bare line break, or bytes that are not UTF-8.
 */
export function unquoteGo(quoted: string): string | undefined {
  const inner = quoted.slice(1, -1);
  if (inner.includes('\n')) return undefined;
  if (!inner.includes('\\')) return inner;
  const bytes: number[] = [];
  for (let at = 0; at < inner.length;) {
    const backslash = inner.indexOf('\\', at);
    const plain = inner.slice(at, backslash < 0 ? inner.length : backslash);
    bytes.push(...encoder.encode(plain));
    if (backslash < 0) break;
    const simple = CHARACTER_BY_LETTER.get(inner.charAt(backslash + 1));
    const escape =
      simple === undefined
        ? numericEscape(inner.slice(backslash + 1, backslash + 10))
        : { bytes: encoder.encode(simple), length: 1 };
    if (!escape) return undefined;
    bytes.push(...escape.bytes);
    at = backslash + 1 + escape.length;
  }
  try {
    return decoder.decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

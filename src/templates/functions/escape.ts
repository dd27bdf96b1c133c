import { isPrintable } from '../fmt/quote.js';

const HTML: Readonly<Record<string, string>> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\0': '\ufffd',
};
const JS: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
};

/** Text for an HTML element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/["'&<>\0]/g, (character) => HTML[character] as string);
}

/** Text for a JavaScript string constant, safe inside HTML too. */
export function escapeJs(text: string): string {
  let escaped = '';
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    const plain = code >= 0x20 && (code < 0x80 || isPrintable(character));
    const hex = code.toString(16).toUpperCase().padStart(4, '0');
    escaped += JS[character] ?? (plain ? character : `\\u${hex}`);
  }
  return escaped;
}

/** Text for the query part of a URL: a space becomes `+`. */
export function escapeUrlQuery(text: string): string {
  let escaped = '';
  for (const byte of Buffer.from(text)) {
    const character = String.fromCharCode(byte);
    if (/[A-Za-z0-9\-_.~]/.test(character)) escaped += character;
    else escaped += character === ' ' ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}

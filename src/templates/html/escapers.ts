import { printable, printValue } from '../fmt/print.js';
import { HTML, SAFE_URL } from '../functions/alertmanager.js';
import { Scalar, type Value } from '../runtime/values.js';

/** What Go writes in the place of a value that could break out of where it stands. */
export const UNSAFE = 'ZgotmplZ';

const ENTITIES: Readonly<Record<string, string>> = {
  '\0': '\uFFFD',
  '"': '&#34;',
  '&': '&amp;',
  "'": '&#39;',
  '+': '&#43;',
  '<': '&lt;',
  '>': '&gt;',
};

/** The text of a value; an absent one is empty. */
export function textOf(value: Value): string {
  return printable(value) === undefined ? '' : printValue(value);
}

/** Whether the value is of one of the types by which templates vouch for a text. */
export function isHtml(value: Value): boolean {
  return value instanceof Scalar && value.type === HTML;
}

/** Text inside an element or a quoted attribute. */
export function escapeText(text: string): string {
  return text.replace(/[\0"&'+<>]/g, (character) => ENTITIES[character] as string);
}

/** The same for a text that has entities already. */
export function escapeMarkup(text: string): string {
  return text.replace(/[\0"'+<>]/g, (character) => ENTITIES[character] as string);
}

/** What was escaped for a quoted attribute, for one without quotes. */
export function withoutSpaces(escaped: string): string {
  if (escaped === '') return UNSAFE;
  return escaped.replace(/[\t\n\v\f\r =`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The text of a piece of HTML without its tags and comments. */
export function withoutTags(html: string): string {
  return html.replace(/<!--[\s\S]*?(?:-->|$)|<\/?[A-Za-z](?:[^<>"']|"[^"]*"|'[^']*')*>/g, '');
}

/** A value of a style property; what could end it is replaced whole. */
export function cssValue(text: string): string {
  const bare = text.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
  const unsafe = /[\0"'()/;@[\\\]`{}<>]|--/.test(text) || /expression|mozbinding/.test(bare);
  return unsafe ? UNSAFE : text;
}

/** Where in an address a value stands: its beginning, its path, or what follows `?` or `#`. */
export type UrlPart = 'start' | 'path' | 'query';

/** A value inside an address. At its beginning only http, https, mailto and relative ones pass. */
export function urlValue(value: Value, part: UrlPart): string {
  const text = textOf(value);
  const vouched = value instanceof Scalar && value.type === SAFE_URL;
  if (part === 'query' && !vouched) return percentEncoded(text, /[A-Za-z0-9\-._~]/, false);
  const scheme = /^([^:/]*):/.exec(text)?.[1];
  if (part === 'start' && !vouched && scheme !== undefined && !/^(?:https?|mailto)$/i.test(scheme)) {
    return `#${UNSAFE}`;
  }
  return percentEncoded(text, /[A-Za-z0-9\-._~!#$&*+,/:;=?@[\]]/, true);
}

function percentEncoded(text: string, kept: RegExp, keepsEscapes: boolean): string {
  const bytes = Buffer.from(text);
  let encoded = '';
  bytes.forEach((byte, index) => {
    const character = String.fromCharCode(byte);
    const escape =
      character === '%' &&
      keepsEscapes &&
      /^[0-9A-Fa-f]{2}$/.test(bytes.toString('latin1', index + 1, index + 3));
    encoded +=
      escape || (byte < 0x80 && kept.test(character)) ? character : `%${byte.toString(16).padStart(2, '0')}`;
  });
  return encoded;
}

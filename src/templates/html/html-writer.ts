import { CallFailure, type Value } from '../runtime/values.js';
import type { Writer } from '../runtime/execute.js';
import {
  UNSAFE,
  cssValue,
  escapeMarkup,
  escapeText,
  isHtml,
  textOf,
  urlValue,
  withoutSpaces,
  withoutTags,
  type UrlPart,
} from './escapers.js';

type State = 'text' | 'comment' | 'tag' | 'name' | 'after-name' | 'before-value' | 'value';
type AttributeKind = 'plain' | 'url' | 'style' | 'script';

const URLS =
  /^(?:action|archive|background|cite|classid|codebase|data|formaction|href|icon|longdesc|manifest|poster|profile|src|usemap|xmlns)$/;
/** Elements whose content is not HTML, up to their end tag. */
const OPAQUE = /^(?:script|style|title|textarea)$/;
const NO_SCRIPT = 'a value inside a script is not supported; hand it over as text or as an attribute';

/**
 * Writes a template as Go's `html/template` does: the template's own text stays, without comments; each value is escaped for
 * where it stands. Values inside scripts fail, and inside styles only those pass that cannot end a property.
 */
export class HtmlWriter implements Writer {
  #state: State = 'text';
  /** The element that is open where {@link OPAQUE} ones are told apart. */
  #element = '';
  #closing = false;
  #attribute = '';
  #quote = '';
  #part: UrlPart = 'start';

  text(literal: string): string {
    let written = '';
    for (let at = 0; at < literal.length;) {
      const step = this.#step(literal, at);
      written += step.text;
      at = step.next;
    }
    return written;
  }

  value(value: Value): string {
    switch (this.#state) {
      case 'comment':
        return '';
      case 'text':
        return this.#content(value);
      case 'tag':
      case 'name':
      case 'after-name':
        this.#state = 'name';
        return this.#name(textOf(value));
      case 'before-value':
        this.#begin('');
    }
    const escaped = this.#inAttribute(value);
    if (this.#part === 'start') this.#part = 'path';
    return this.#quote === '' ? withoutSpaces(escaped) : escaped;
  }

  #content(value: Value): string {
    if (this.#element === 'script') throw new CallFailure(NO_SCRIPT);
    if (this.#element === 'style') return cssValue(textOf(value));
    if (!isHtml(value)) return escapeText(textOf(value));
    return this.#element === '' ? textOf(value) : escapeMarkup(textOf(value));
  }

  /** A value as the name of an attribute: only of one that means nothing to a browser. */
  #name(text: string): string {
    const harmless = /^[A-Za-z0-9]+$/.test(text) && kindOf(text) === 'plain';
    return harmless ? text : UNSAFE;
  }

  #inAttribute(value: Value): string {
    switch (kindOf(this.#attribute)) {
      case 'url':
        return escapeText(urlValue(value, this.#part));
      case 'style':
        return escapeText(cssValue(textOf(value)));
      case 'script':
        throw new CallFailure(NO_SCRIPT);
      default:
        return isHtml(value) ? escapeMarkup(withoutTags(textOf(value))) : escapeText(textOf(value));
    }
  }

  /** Reads the template's text from `at` to where its meaning may change. */
  #step(literal: string, at: number): { readonly text: string; readonly next: number } {
    const rest = literal.slice(at);
    const take = (length: number): { text: string; next: number } => ({
      text: rest.slice(0, length),
      next: at + length,
    });
    switch (this.#state) {
      case 'comment': {
        const end = rest.indexOf('-->');
        if (end >= 0) this.#state = 'text';
        return { text: '', next: end < 0 ? literal.length : at + end + 3 };
      }
      case 'text':
        return this.#readText(rest, at, take);
      case 'tag':
        if (rest.startsWith('>')) this.#endTag();
        else if (/^[^\s/]/.test(rest)) {
          this.#state = 'name';
          this.#attribute = '';
        }
        return this.#state === 'name' ? take(0) : take(1);
      case 'name': {
        const length = /^[^\s=>/]*/.exec(rest)?.[0].length ?? 0;
        this.#attribute += rest.slice(0, length).toLowerCase();
        if (length < rest.length) this.#state = 'after-name';
        return take(length);
      }
      case 'after-name': {
        const spaces = /^\s*/.exec(rest)?.[0].length ?? 0;
        if (spaces > 0) return take(spaces);
        this.#state = rest.startsWith('=') ? 'before-value' : 'tag';
        return take(rest.startsWith('=') ? 1 : 0);
      }
      case 'before-value': {
        const [, spaces = '', quote = ''] = /^(\s*)(["']?)/.exec(rest) ?? [];
        if (spaces.length === rest.length) return take(rest.length);
        this.#begin(quote);
        return take(spaces.length + quote.length);
      }
      default:
        return this.#readValue(rest, take);
    }
  }

  #readText(
    rest: string,
    at: number,
    take: (length: number) => { text: string; next: number },
  ): { readonly text: string; readonly next: number } {
    const open = rest.search(this.#element === '' ? /</ : new RegExp(`</${this.#element}`, 'i'));
    if (open !== 0) return take(open < 0 ? rest.length : open);
    if (rest.startsWith('<!--')) {
      this.#state = 'comment';
      return { text: '', next: at + 4 };
    }
    const [tag, slash, name] = /^<(\/?)([A-Za-z][A-Za-z0-9:-]*)/.exec(rest) ?? [];
    if (tag !== undefined) {
      this.#state = 'tag';
      this.#closing = slash === '/';
      this.#element = (name as string).toLowerCase();
      return take(tag.length);
    }
    return /^<!doctype/i.test(rest) ? take(1) : { text: '&lt;', next: at + 1 };
  }

  #readValue(
    rest: string,
    take: (length: number) => { text: string; next: number },
  ): { readonly text: string; readonly next: number } {
    const end = this.#quote === '' ? rest.search(/[\s>]/) : rest.indexOf(this.#quote);
    const own = end < 0 ? rest : rest.slice(0, end);
    if (/[?#]/.test(own)) this.#part = 'query';
    else if (own !== '' && this.#part === 'start') this.#part = 'path';
    const isScript = kindOf(this.#attribute) === 'url' && /^\s*javascript:/i.test(own);
    if (isScript) this.#attribute = 'on';
    if (end >= 0) this.#state = 'tag';
    return take(end < 0 ? rest.length : end + this.#quote.length);
  }

  #begin(quote: string): void {
    this.#state = 'value';
    this.#quote = quote;
    this.#part = 'start';
  }

  #endTag(): void {
    this.#state = 'text';
    if (this.#closing || !OPAQUE.test(this.#element)) this.#element = '';
  }
}

/** What a browser does with the value of an attribute; `data-` and a namespace before its name change nothing. */
function kindOf(attribute: string): AttributeKind {
  const name = attribute
    .toLowerCase()
    .replace(/^data-/, '')
    .replace(/^(?!xmlns:)[^:]*:/, '');
  if (name === 'style') return 'style';
  if (name.startsWith('on') || name === 'srcdoc') return 'script';
  if (URLS.test(name) || name.startsWith('xmlns:') || /src|uri|url/.test(name)) return 'url';
  return 'plain';
}

import { KEYWORDS, type Token, type TokenKind } from './tokens.js';

const SPACES = ' \t\r\n';
const WORD = /[\p{L}\p{Nd}_]/u;
const PRINTABLE_ASCII = /[!-~]/;
/** What may follow a name; anything else glued to it is a mistake such as `$x+2`. */
const AFTER_NAME = new Set(['', '.', ',', '|', ':', ')', '(', '}', ' ', '\t', '\r', '\n']);

/**
 * Splits a template into tokens. It never throws: the first thing it cannot read becomes an `error` token, which ends
 * the list (else `eof` does), so that the parser reports whatever is wrong first in reading order.
 */
export function tokenize(source: string): readonly Token[] {
  return new Lexer(source).run();
}

class Lexer {
  readonly #source: string;
  readonly #tokens: Token[] = [];
  #pos = 0;
  #start = 0;
  #parens = 0;
  #failed = false;

  constructor(source: string) {
    this.#source = source;
  }

  run(): readonly Token[] {
    while (!this.#failed && this.#text()) {
      if (this.#openAction()) while (!this.#failed && this.#insideAction());
    }
    if (!this.#failed) this.#emit('eof');
    return this.#tokens;
  }

  /** Plain text up to the next `{{`; false when there is none left. */
  #text(): boolean {
    const open = this.#source.indexOf('{{', this.#pos);
    const end = open < 0 ? this.#source.length : open;
    const text = this.#source.slice(this.#pos, end);
    const trims = open >= 0 && this.#trimsLeft(open + 2);
    const kept = trims ? lengthWithoutTrailingSpaces(text) : text.length;
    this.#pos += kept;
    if (kept > 0) this.#emit('text');
    this.#skipTo(end);
    return open >= 0;
  }

  /** The `{{` with its trim marker; false when it opened a comment, which is skipped whole. */
  #openAction(): boolean {
    const marker = this.#trimsLeft(this.#pos + 2) ? 2 : 0;
    if (this.#source.startsWith('/*', this.#pos + 2 + marker)) {
      this.#comment(this.#pos + 2 + marker);
      return false;
    }
    this.#pos += 2;
    this.#emit('open');
    this.#skipTo(this.#pos + marker);
    this.#parens = 0;
    return true;
  }

  #comment(begin: number): void {
    this.#start = begin;
    const end = this.#source.indexOf('*/', begin + 2);
    if (end < 0) return this.#fail('the comment is not closed: end it with */}}');
    const close = this.#closeAt(end + 2);
    if (!close) return this.#fail('a comment must fill its action: write {{/* comment */}}', end);
    this.#skipTo(this.#afterClose(end + 2, close.trims));
  }

  /** One token of an action; false after its `}}`. */
  #insideAction(): boolean {
    const close = this.#closeAt(this.#pos);
    if (close) return this.#close(close.trims);
    const char = this.#peek();
    if (char === '') this.#fail('this action is not closed: end it with }}', this.#openedAt());
    else if (SPACES.includes(char)) this.#space();
    else if (char === '=') this.#single('assign');
    else if (char === '|') this.#single('pipe');
    else if (char === ':') this.#declare();
    else if (char === '"') this.#quoted('"', 'string', 'text');
    else if (char === "'") this.#quoted("'", 'char-constant', 'character');
    else if (char === '`') this.#raw();
    else if (char === '$') this.#name('variable');
    else if (char === '.' && !/\d/.test(this.#source[this.#pos + 1] ?? '')) this.#name('field');
    else if (/[.+\-0-9]/.test(char)) this.#number();
    else if (WORD.test(char)) this.#word();
    else if (char === '(') this.#openParen();
    else if (char === ')') this.#closeParen();
    else if (this.#source.startsWith('/*', this.#pos))
      this.#fail('a comment needs its action for itself: write {{/* comment */}}');
    else if (PRINTABLE_ASCII.test(char)) this.#single('char');
    else this.#fail(`${JSON.stringify(char)} cannot stand in an action outside a quoted text`);
    return true;
  }

  #close(trims: boolean): boolean {
    if (this.#parens > 0) {
      this.#fail('a parenthesis is not closed: write ) before }}');
      return true;
    }
    const after = this.#afterClose(this.#pos, trims);
    this.#skipTo(this.#pos + (trims ? 2 : 0));
    this.#pos += 2;
    this.#emit('close');
    this.#skipTo(after);
    return false;
  }

  #space(): void {
    while (this.#peek() !== '' && SPACES.includes(this.#peek())) {
      // The last space may belong to a trim marker.
      if (this.#closeAt(this.#pos)) break;
      this.#pos++;
    }
    this.#emit('space');
  }

  #declare(): void {
    if (this.#source[this.#pos + 1] !== '=') return this.#fail('expected := after the variable, got ":"');
    this.#pos += 2;
    this.#emit('declare');
  }

  #quoted(quote: string, kind: TokenKind, noun: string): void {
    for (this.#pos++; ; this.#pos++) {
      const char = this.#source[this.#pos];
      if (char === quote) break;
      if (char === '\\') this.#pos++;
      const reached = this.#source[this.#pos];
      if (reached === undefined || reached === '\n') {
        return this.#fail(`the quoted ${noun} is not closed: end it with ${quote} on the same line`);
      }
    }
    this.#single(kind);
  }

  #raw(): void {
    const end = this.#source.indexOf('`', this.#pos + 1);
    if (end < 0) return this.#fail('the raw text is not closed: end it with `');
    this.#pos = end;
    this.#single('raw-string');
  }

  #name(kind: 'variable' | 'field'): void {
    this.#pos++;
    const begin = this.#pos;
    while (WORD.test(this.#peek())) this.#pos += this.#peek().length;
    if (!AFTER_NAME.has(this.#peek())) return this.#badNeighbour();
    this.#emit(kind === 'field' && this.#pos === begin ? 'dot' : kind);
  }

  #word(): void {
    while (WORD.test(this.#peek())) this.#pos += this.#peek().length;
    if (!AFTER_NAME.has(this.#peek())) return this.#badNeighbour();
    const word = this.#source.slice(this.#start, this.#pos);
    if (KEYWORDS.has(word)) this.#emit('keyword');
    else if (word === 'nil') this.#emit('nil');
    else this.#emit(word === 'true' || word === 'false' ? 'bool' : 'identifier');
  }

  /** Takes what looks like a number; whether it is one, the parser decides. */
  #number(): void {
    const pattern =
      /[+-]?(?:0[xX][0-9a-fA-F_]*\.?[0-9a-fA-F_]*(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*\.?[0-7_]*|0[bB][01_]*\.?[01_]*|[0-9_]*\.?[0-9_]*(?:[eE][+-]?[0-9_]*)?)i?/y;
    pattern.lastIndex = this.#pos;
    this.#pos += pattern.exec(this.#source)?.[0].length ?? 0;
    const next = this.#peek();
    if (WORD.test(next) || next === '+' || next === '-') {
      if (this.#source.startsWith('-}}', this.#pos)) return this.#badNeighbour();
      this.#pos += next.length;
      return this.#fail(`${this.#source.slice(this.#start, this.#pos)} is not a number`);
    }
    this.#emit('number');
  }

  #openParen(): void {
    this.#single('left-paren');
    this.#parens++;
  }

  #closeParen(): void {
    this.#parens--;
    if (this.#parens < 0) return this.#fail('this ) closes nothing: remove it');
    this.#single('right-paren');
  }

  #badNeighbour(): void {
    const name = this.#source.slice(this.#start, this.#pos);
    this.#fail(`${JSON.stringify(this.#peek())} cannot follow ${name}: put a space between them`, this.#pos);
  }

  #trimsLeft(at: number): boolean {
    return this.#source[at] === '-' && SPACES.includes(this.#source[at + 1] ?? '?');
  }

  #closeAt(at: number): { trims: boolean } | undefined {
    if (this.#source.startsWith('}}', at)) return { trims: false };
    const trims = SPACES.includes(this.#source[at] ?? '?') && this.#source.startsWith('-}}', at + 1);
    return trims ? { trims } : undefined;
  }

  #afterClose(at: number, trims: boolean): number {
    if (!trims) return at + 2;
    let after = at + 4;
    while (SPACES.includes(this.#source[after] ?? '?')) after++;
    return after;
  }

  #openedAt(): number {
    return this.#tokens.findLast((token) => token.kind === 'open')?.pos ?? this.#start;
  }

  #peek(): string {
    const code = this.#source.codePointAt(this.#pos);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  #single(kind: TokenKind): void {
    this.#pos++;
    this.#emit(kind);
  }

  #emit(kind: TokenKind): void {
    this.#tokens.push({ kind, pos: this.#start, text: this.#source.slice(this.#start, this.#pos) });
    this.#start = this.#pos;
  }

  #skipTo(pos: number): void {
    this.#pos = pos;
    this.#start = pos;
  }

  #fail(message: string, pos = this.#start): void {
    this.#failed = true;
    this.#tokens.push({ kind: 'error', pos, text: message });
  }
}

function lengthWithoutTrailingSpaces(text: string): number {
  let length = text.length;
  while (length > 0 && SPACES.includes(text[length - 1] as string)) length--;
  return length;
}

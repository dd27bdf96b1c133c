import { describeToken, type Token, type TokenKind } from './tokens.js';

/** What is wrong with a template and where: an offset in UTF-16 units. Thrown inside the parser only. */
export class ParseFailure extends Error {
  readonly pos: number;

  constructor(pos: number, message: string) {
    super(message);
    this.pos = pos;
  }
}

/** The tokens with a reading position. Reaching an `error` token, other than by looking, throws its failure. */
export class TokenStream {
  readonly #tokens: readonly Token[];
  #index = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(): Token {
    return this.#tokens[this.#index] as Token;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind === 'error') throw new ParseFailure(token.pos, token.text);
    if (token.kind !== 'eof') this.#index++;
    return token;
  }

  skipSpace(): void {
    if (this.peek().kind === 'space') this.#index++;
  }

  peekNonSpace(): Token {
    this.skipSpace();
    return this.peek();
  }

  nextNonSpace(): Token {
    this.skipSpace();
    return this.next();
  }

  /** The token `ahead` places after the next one, spaces not counted. */
  look(ahead: number): Token {
    let index = this.#index;
    for (let left = ahead; ; index++) {
      // The last token ends every search: it is the end of the text, or an error.
      const token = this.#tokens[Math.min(index, this.#tokens.length - 1)] as Token;
      if (index >= this.#tokens.length - 1) return token;
      if (token.kind !== 'space' && left-- === 0) return token;
    }
  }

  isKeyword(word: string): boolean {
    const token = this.peekNonSpace();
    return token.kind === 'keyword' && token.text === word;
  }

  expect(kind: TokenKind, wanted: string): Token {
    const token = this.nextNonSpace();
    if (token.kind !== kind) throw unexpected(token, wanted);
    return token;
  }
}

/** The failure for a token that cannot stand where it does; `wanted` says what could. */
export function unexpected(token: Token, wanted: string): ParseFailure {
  if (token.kind === 'error') return new ParseFailure(token.pos, token.text);
  return new ParseFailure(token.pos, `expected ${wanted}, got ${describeToken(token)}`);
}

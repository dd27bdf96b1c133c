/** What the lexer tells apart. `space` is kept because it ends an operand: `$a.b` is one, `$a .b` are two. */
export type TokenKind =
  | 'text'
  | 'open'
  | 'close'
  | 'space'
  | 'identifier'
  | 'keyword'
  | 'field'
  | 'variable'
  | 'dot'
  | 'nil'
  | 'bool'
  | 'number'
  | 'char-constant'
  | 'string'
  | 'raw-string'
  | 'pipe'
  | 'declare'
  | 'assign'
  | 'left-paren'
  | 'right-paren'
  | 'char'
  | 'error'
  | 'eof';

/** One token. `pos` is its offset in the source in UTF-16 units; `text` is as written, or the message of an `error`. */
export interface Token {
  readonly kind: TokenKind;
  readonly pos: number;
  readonly text: string;
}

/** Words that cannot be function names. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'range',
  'template',
  'with',
]);

/** The token as a message shows it, long ones cut. */
export function describeToken(token: Token): string {
  if (token.kind === 'eof') return 'the end of the text';
  if (token.kind === 'keyword' || token.kind === 'nil') return `{{${token.text}}}`;
  const text = token.text.length > 20 ? `${token.text.slice(0, 20)}…` : token.text;
  return JSON.stringify(text);
}

import { createMatcher, type Matcher, type MatcherError, type MatchOperator } from './matcher.js';
import { needsQuotes, SPACE } from './matcher-format.js';
import { unquoteGo } from './matcher-quote.js';

type Kind = 'open' | 'close' | 'comma' | 'operator' | 'text' | 'end';

interface Token {
  readonly kind: Kind;
  /** What it stands for: quotes and escapes resolved. */
  readonly text: string;
  /** As written, for messages. */
  readonly written: string;
  /** 1-based, in characters. */
  readonly column: number;
}

type Failure = { readonly ok: false; readonly error: MatcherError };

/** The outcome of {@link parseUtf8Matchers}. */
export type ParsedUtf8 = { readonly ok: true; readonly matchers: readonly Matcher[] } | Failure;

const fail = (column: number, message: string): Failure => ({
  ok: false,
  error: { reason: 'bad_format', message: `column ${column}: ${message}` },
});

const LEADING_SPACE = new RegExp(`[${SPACE}]*`, 'y');
const PUNCTUATION: ReadonlyMap<string, Kind> = new Map([
  ['{', 'open'],
  ['}', 'close'],
  [',', 'comma'],
]);
const OPERATOR = /=~|!~|!=|=/y;
const QUOTED = /"(?:[^"\\]|\\[^])*"/y;

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function nextToken(text: string, from: number): { readonly token: Token; readonly end: number } | Failure {
  const at = from + (matchAt(LEADING_SPACE, text, from) ?? '').length;
  const column = at + 1;
  const first = text.charAt(at);
  const token = (kind: Kind, written: string, meaning = written): { token: Token; end: number } => ({
    token: { kind, text: meaning, written, column },
    end: at + written.length,
  });
  if (first === '') return token('end', '');
  const punctuation = PUNCTUATION.get(first);
  if (punctuation) return token(punctuation, first);
  if (first === '=' || first === '!') {
    const operator = matchAt(OPERATOR, text, at);
    return operator === undefined
      ? fail(column, 'expected one of = != =~ !~, got !')
      : token('operator', operator);
  }
  if (first === '"') {
    const quoted = matchAt(QUOTED, text, at);
    if (quoted === undefined) return fail(column, 'expected a closing double quote');
    const meaning = unquoteGo(quoted);
    if (meaning === undefined) {
      return fail(
        column,
        `expected only Go escapes such as \\" \\\\ \\n \\u00e9 inside the quotes, got ${quoted}`,
      );
    }
    return token('text', quoted, meaning);
  }
  let end = at;
  while (end < text.length && !needsQuotes(text.charAt(end))) end++;
  if (end === at) return fail(column, `expected double quotes around a text that contains ${first}`);
  return token('text', text.slice(at, end));
}

function tokenize(text: string): { readonly ok: true; readonly tokens: readonly Token[] } | Failure {
  const tokens: Token[] = [];
  for (let at = 0; ;) {
    const next = nextToken(text, at);
    if ('ok' in next) return next;
    tokens.push(next.token);
    if (next.token.kind === 'end') return { ok: true, tokens };
    at = next.end;
  }
}

const got = (token: Token): string => (token.kind === 'end' ? 'the end' : token.written);

/**
 * A list of matchers in the UTF-8 syntax: braces optional but both or none, one trailing comma allowed, names and values
 * bare or in double quotes with Go's escapes; a value is mandatory. Fails with the column of what does not fit.
 */
export function parseUtf8Matchers(text: string): ParsedUtf8 {
  const lexed = tokenize(text);
  if (!lexed.ok) return lexed;
  const { tokens } = lexed;
  const matchers: Matcher[] = [];
  let at = 0;
  const take = (): Token => tokens[Math.min(at++, tokens.length - 1)] as Token;
  const peek = (): Token => tokens[Math.min(at, tokens.length - 1)] as Token;

  const braced = peek().kind === 'open';
  if (braced) at++;
  while (peek().kind !== 'close' && peek().kind !== 'end') {
    const name = take();
    if (name.kind !== 'text') return fail(name.column, `expected a label name, got ${got(name)}`);
    const operator = take();
    if (operator.kind !== 'operator')
      return fail(operator.column, `expected one of = != =~ !~, got ${got(operator)}`);
    const value = take();
    if (value.kind !== 'text')
      return fail(value.column, `expected a label value (an empty one is ""), got ${got(value)}`);
    const created = createMatcher(name.text, operator.text as MatchOperator, value.text);
    if (!created.ok) return created;
    matchers.push(created.matcher);
    if (peek().kind === 'comma') at++;
    else if (peek().kind !== 'close' && peek().kind !== 'end') {
      return fail(peek().column, `expected a comma between matchers, got ${got(peek())}`);
    }
  }
  const close = take();
  if (braced && close.kind !== 'close') return fail(close.column, 'expected a closing brace');
  if (!braced && close.kind === 'close')
    return fail(close.column, 'expected no closing brace without an opening one');
  const rest = close.kind === 'close' ? take() : close;
  if (rest.kind !== 'end')
    return fail(rest.column, `expected nothing after the closing brace, got ${got(rest)}`);
  return { ok: true, matchers };
}

import {
  type CreatedMatcher,
  createMatcher,
  type Matcher,
  type MatcherError,
  type MatchOperator,
} from './matcher.js';
import { SPACE } from './matcher-format.js';

// Go's \s is ASCII only, while the splitter trims all of Unicode's white space.
const MATCHER =
  /^[\t\n\f\r ]*([a-zA-Z_:][a-zA-Z0-9_:]*)[\t\n\f\r ]*(=~|=|!=|!~)[\t\n\f\r ]*([^]*?)[\t\n\f\r ]*$/;
const OUTER_SPACE = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, 'g');

const failure = (reason: MatcherError['reason'], message: string): CreatedMatcher => ({
  ok: false,
  error: { reason, message },
});

/** The value with its quotes and escapes resolved; undefined when a double quote stands where none may. */
function readValue(written: string): string | undefined {
  const quoted = written.startsWith('"');
  const raw = quoted ? written.slice(1) : written;
  let value = '';
  let closed = !quoted;
  for (let at = 0; at < raw.length; at++) {
    const character = raw.charAt(at);
    const next = raw.charAt(at + 1);
    if (character === '\\' && next !== '') {
      // Only \n, \" and \\ are escapes: patterns such as \d+ keep their backslash.
      value += next === 'n' ? '\n' : next === '"' || next === '\\' ? next : `\\${next}`;
      at++;
    } else if (character === '"') {
      if (closed || at < raw.length - 1) return undefined;
      closed = true;
    } else {
      value += character;
    }
  }
  return closed ? value : undefined;
}

/** One matcher in Alertmanager's classic syntax: `name="value"`, the quotes optional, the value may be empty. */
export function parseClassicMatcher(text: string): CreatedMatcher {
  const match = MATCHER.exec(text);
  if (!match) {
    return failure(
      'bad_format',
      `bad matcher format: expected a matcher such as severity="page", got ${JSON.stringify(text)}`,
    );
  }
  const [, name, operator, written] = match as unknown as [string, string, MatchOperator, string];
  const value = readValue(written);
  if (value === undefined) {
    return failure(
      'bad_format',
      `matcher value contains unescaped double quote: write \\" inside the quotes, got ${written}`,
    );
  }
  return createMatcher(name, operator, value);
}

/** The texts between commas that stand outside quotes; an empty last one does not count. */
function splitAtCommas(text: string): readonly string[] {
  const parts: string[] = [];
  let quoted = false;
  let escaped = false;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === ',' && !quoted) {
      parts.push(text.slice(start, at));
      start = at + 1;
    } else if (character === '"') {
      if (!escaped) quoted = !quoted;
      escaped = false;
    } else {
      escaped = character === '\\' && !escaped;
    }
  }
  const last = text.slice(start).replace(OUTER_SPACE, '');
  return last === '' ? parts : [...parts, last];
}

/** A list of matchers in the classic syntax; either brace may be missing. */
export function parseClassicMatchers(
  text: string,
):
  | { readonly ok: true; readonly matchers: readonly Matcher[] }
  | { readonly ok: false; readonly error: MatcherError } {
  const matchers: Matcher[] = [];
  for (const part of splitAtCommas(text.replace(/^\{/, '').replace(/\}$/, ''))) {
    const parsed = parseClassicMatcher(part);
    if (!parsed.ok) return parsed;
    matchers.push(parsed.matcher);
  }
  return { ok: true, matchers };
}

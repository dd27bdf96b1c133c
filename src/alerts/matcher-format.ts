import type { Matcher } from './matcher.js';
import { quoteGo } from './matcher-quote.js';

/** The white space of Go's `unicode.IsSpace`; JavaScript's `\s` differs from it in U+0085 and U+FEFF. */
export const SPACE =
  '\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const RESERVED = new RegExp(`[${SPACE}{}!=~,\\\\"'\`]`);

/** Whether a text holds a character that must stand in quotes in the UTF-8 syntax. */
export function needsQuotes(text: string): boolean {
  return RESERVED.test(text);
}

/** A value in double quotes with the three escapes both syntaxes know. */
function quoteValue(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')}"`;
}

/** A matcher as Alertmanager prints it: `severity=~"page|warn"`. Parses back to the same matcher. */
export function formatMatcher(matcher: Pick<Matcher, 'name' | 'operator' | 'value'>): string {
  if (needsQuotes(matcher.name))
    return `${quoteGo(matcher.name)}${matcher.operator}${quoteGo(matcher.value)}`;
  return `${matcher.name}${matcher.operator}${quoteValue(matcher.value)}`;
}

/** A list of matchers in braces, in the order given: `{a="x",b=~"y"}`. */
export function formatMatchers(matchers: readonly Pick<Matcher, 'name' | 'operator' | 'value'>[]): string {
  return `{${matchers.map(formatMatcher).join(',')}}`;
}

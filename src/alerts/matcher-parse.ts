import { type CreatedMatcher, type Matcher, type MatcherError, sameMatcher } from './matcher.js';
import { parseClassicMatcher, parseClassicMatchers } from './matcher-classic.js';
import { formatMatchers } from './matcher-format.js';
import { parseUtf8Matchers } from './matcher-utf8.js';

/**
 * Which syntax matchers are read in. `fallback` tries both and lets the classic reading win where they differ,
 * `classic` and `utf8` know one only (Alertmanager's `classic-mode` and `utf8-strict-mode`).
 */
export type MatcherMode = 'fallback' | 'classic' | 'utf8';

/** The outcome of {@link parseMatchers}. `warning`: the text means something else, or nothing, in the UTF-8 syntax. */
export type ParsedMatchers =
  | { readonly ok: true; readonly matchers: readonly Matcher[]; readonly warning?: string }
  | { readonly ok: false; readonly error: MatcherError };

/** The outcome of {@link parseMatcher}. */
export type ParsedMatcher =
  | { readonly ok: true; readonly matcher: Matcher; readonly warning?: string }
  | { readonly ok: false; readonly error: MatcherError };

const failure = (message: string): { readonly ok: false; readonly error: MatcherError } => ({
  ok: false,
  error: { reason: 'bad_format', message },
});

const sameList = (a: readonly Matcher[], b: readonly Matcher[]): boolean =>
  a.length === b.length && a.every((matcher, index) => sameMatcher(matcher, b[index] as Matcher));

function reconcile(text: string, classic: ParsedMatchers, utf8: ParsedMatchers): ParsedMatchers {
  if (!classic.ok) return utf8.ok ? utf8 : classic;
  if (utf8.ok && sameList(classic.matchers, utf8.matchers)) return utf8;
  const trouble = utf8.ok ? 'reads differently' : 'is no longer valid';
  const warning = `${text} ${trouble} in the UTF-8 matcher syntax: write ${formatMatchers(classic.matchers)}`;
  return { ...classic, warning };
}

/** A comma-separated list of matchers, with or without braces around it; an empty text is an empty list. */
export function parseMatchers(text: string, mode: MatcherMode = 'fallback'): ParsedMatchers {
  if (mode === 'classic') return parseClassicMatchers(text);
  if (mode === 'utf8') return parseUtf8Matchers(text);
  return reconcile(text, parseClassicMatchers(text), parseUtf8Matchers(text));
}

const asList = (created: CreatedMatcher): ParsedMatchers =>
  created.ok ? { ok: true, matchers: [created.matcher] } : created;

function onlyOne(parsed: ParsedMatchers): ParsedMatchers {
  if (!parsed.ok || parsed.matchers.length === 1) return parsed;
  return failure(`expected one matcher, got ${parsed.matchers.length}`);
}

/** Exactly one matcher, without braces. */
export function parseMatcher(text: string, mode: MatcherMode = 'fallback'): ParsedMatcher {
  if (mode === 'classic') return parseClassicMatcher(text);
  if (text.startsWith('{') || text.endsWith('}'))
    return failure('expected one matcher without braces around it');
  const utf8 = onlyOne(parseUtf8Matchers(text));
  const parsed = mode === 'utf8' ? utf8 : reconcile(text, asList(parseClassicMatcher(text)), utf8);
  if (!parsed.ok) return parsed;
  const [matcher] = parsed.matchers as readonly [Matcher];
  return { ok: true, matcher, ...(parsed.warning === undefined ? {} : { warning: parsed.warning }) };
}

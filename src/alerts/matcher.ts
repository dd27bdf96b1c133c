import { RE2JS } from 're2js';
import type { Labels } from './labels.js';

/** The four ways a matcher compares; `=~` and `!~` are RE2, anchored at both ends. */
export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** One condition on a label; an absent label counts as the empty text. */
export interface Matcher {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
  /** Whether the label set satisfies it. */
  matches(labels: Labels): boolean;
}

/** Why a matcher could not be made: the text has the wrong form, the label name is empty, or RE2 refuses the pattern. */
export type MatcherErrorReason = 'bad_format' | 'bad_name' | 'bad_regex';

/** A matcher that could not be made; the message says what is wrong and what to write. */
export interface MatcherError {
  readonly reason: MatcherErrorReason;
  readonly message: string;
  /** With `bad_regex`: what RE2 says of the anchored pattern, in the words it has in Go. */
  readonly regexp?: string;
}

/** The outcome of {@link createMatcher}. */
export type CreatedMatcher =
  { readonly ok: true; readonly matcher: Matcher } | { readonly ok: false; readonly error: MatcherError };

type Test = (value: string) => boolean;

/** The value of a label, empty when absent. Looks at own keys only: a label may be called `constructor`. */
export function labelValue(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] as string) : '';
}

/** Whether every matcher is satisfied; no matchers are satisfied by everything. */
export function matchesAll(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every((matcher) => matcher.matches(labels));
}

/** Whether two matchers are written alike: same name, operator and value. */
export function sameMatcher(a: Matcher, b: Matcher): boolean {
  return a.name === b.name && a.operator === b.operator && a.value === b.value;
}

const META = /[\\.+*?()[\]{}^$]/;

/** The bare pattern, or undefined where only the wrapped one is valid. */
function compileBare(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern);
  } catch {
    return undefined;
  }
}

/**
 * The test of a pattern, compiled once. The wrapping is textual, as in Alertmanager, which so accepts `a)|(b`; every
 * other pattern runs bare through `testExact`, which says the same five times faster. Plain alternatives
 * (`page|ticket`) need no engine at all, and most patterns in routing trees are just that.
 */
function compilePattern(pattern: string): Test {
  if (!META.test(pattern)) {
    const alternatives = new Set(pattern.split('|'));
    return (value) => alternatives.has(value);
  }
  const wrapped = RE2JS.compile(`^(?:${pattern})$`);
  const bare = compileBare(pattern);
  return bare ? (value) => bare.testExact(value) : (value) => wrapped.test(value);
}

function compileTest(operator: MatchOperator, value: string): Test {
  switch (operator) {
    case '=':
      return (actual) => actual === value;
    case '!=':
      return (actual) => actual !== value;
    default: {
      const test = compilePattern(value);
      return operator === '=~' ? test : (actual) => !test(actual);
    }
  }
}

/** What RE2 says of a pattern as it stands, in the words it has in Go; undefined when it takes it. */
export function complainOfPattern(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

/** RE2's complaint without its prefix and without our own wrapping around the pattern. */
function regexComplaint(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.replace(/^error parsing regexp: /, '').replace(/: `\^\(\?:.*$/s, '');
}

/**
 * A matcher from its parts, its pattern compiled once and for all.
 * Fails with `bad_name` on an empty name and `bad_regex` when the pattern is not RE2 syntax (no look-around, no back-references).
 */
export function createMatcher(name: string, operator: MatchOperator, value: string): CreatedMatcher {
  if (name === '') {
    return { ok: false, error: { reason: 'bad_name', message: 'expected a label name before the operator' } };
  }
  try {
    const test = compileTest(operator, value);
    return {
      ok: true,
      matcher: { name, operator, value, matches: (labels) => test(labelValue(labels, name)) },
    };
  } catch (thrown) {
    const message = `expected an RE2 pattern for ${name}, got ${JSON.stringify(value)}: ${regexComplaint(thrown)}`;
    const regexp = complainOfPattern(`^(?:${value})$`) ?? message;
    return { ok: false, error: { reason: 'bad_regex', message, regexp } };
  }
}

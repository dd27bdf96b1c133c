import { quoteText } from '../fmt/quote.js';
import { RE2JS, RE2JSSyntaxException } from 're2js';
import { CallFailure, STRING, type FunctionTable, type GoFunction } from '../runtime/values.js';

const MAX_CACHED = 100;

/** `match` and `reReplaceAll`. A pattern is compiled once for all renderings that share the table. */
export function patternFunctions(): FunctionTable {
  const compiled = new Map<string, RE2JS>();
  const compile = (pattern: string): RE2JS => {
    let regex = compiled.get(pattern);
    if (!regex) {
      regex = RE2JS.compile(pattern);
      if (compiled.size >= MAX_CACHED) compiled.clear();
      compiled.set(pattern, regex);
    }
    return regex;
  };
  return new Map<string, GoFunction>([
    [
      'match',
      {
        params: [STRING, STRING],
        call: ([pattern, text]) => matches(compile, pattern as string, text as string),
      },
    ],
    [
      'reReplaceAll',
      {
        params: [STRING, STRING, STRING],
        call: ([pattern, replacement, text]) =>
          replaceAll(compile, pattern as string, replacement as string, text as string),
      },
    ],
  ]);
}

type Compile = (pattern: string) => RE2JS;

function matches(compile: Compile, pattern: string, text: string): boolean {
  return orFailure(() => compile(pattern), '')
    .matcher(text)
    .find();
}

function replaceAll(compile: Compile, pattern: string, replacement: string, text: string): string {
  const regex = orFailure(() => compile(pattern), `regexp: Compile(${quotePattern(pattern)}): `);
  const matcher = regex.matcher(text);
  const names = regex.namedGroups();
  let result = '';
  let lastEnd = 0;
  for (let from = 0; from <= text.length && matcher.find(from);) {
    const [start, end] = [matcher.start(), matcher.end()];
    result += text.slice(lastEnd, start);
    // An empty match right behind another one counts for nothing, except at the very beginning.
    if (end > lastEnd || start === 0) result += expand(replacement, (name) => groupOf(matcher, names, name));
    lastEnd = end;
    const next = from + ((text.codePointAt(from) ?? 0) > 0xffff ? 2 : 1);
    from = Math.max(next, end);
  }
  return result + text.slice(lastEnd);
}

/** Go's replacement templates: `$1`, `$name`, `${name}`, `$$`. The longest run of letters is the name, so `$1x` is the group `1x`. */
function expand(replacement: string, group: (name: string) => string): string {
  return replacement.replace(
    /\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu,
    (whole, braced?: string, bare?: string) => (whole === '$$' ? '$' : group(braced ?? bare ?? '')),
  );
}

function groupOf(matcher: ReturnType<RE2JS['matcher']>, names: Record<string, number>, name: string): string {
  const index = /^\d+$/.test(name) ? Number(name) : Object.hasOwn(names, name) ? names[name] : undefined;
  if (index === undefined || index > matcher.groupCount()) return '';
  return matcher.group(index) ?? '';
}

function orFailure<T>(make: () => T, prefix: string): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) throw new CallFailure(prefix + error.message);
    throw error;
  }
}

function quotePattern(pattern: string): string {
  return pattern.includes('`') ? quoteText(pattern) : `\`${pattern}\``;
}

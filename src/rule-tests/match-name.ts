import { RE2JS } from 're2js';

/** Whether a file's name is like a pattern with `*`, `?` and `[…]`; names that begin with a dot must be asked for. */
export function matchesName(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  const tokens = pattern.match(/\[\^?[^\]]+\]|./gsu) ?? [];
  const source = tokens.map((token) => {
    if (token === '*') return '.*';
    if (token === '?') return '.';
    return token.length > 1 && token.startsWith('[') ? token : RE2JS.quote(token);
  });
  return RE2JS.compile(source.join(''), RE2JS.DOTALL).matches(name);
}

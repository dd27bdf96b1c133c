import type { SyntaxNode } from '@lezer/common';
import { RE2JS } from 're2js';

/** The first mistake in the matchers of a selector: a text without end, a broken expression, or nothing selected at all. */
export function checkMatchers(
  text: string,
  selector: SyntaxNode,
): { readonly at: number; readonly message: string } | undefined {
  let named = selector.getChild('Identifier') !== null;
  const matchers = selector.getChild('LabelMatchers');
  if (!matchers) return undefined;
  for (let node = matchers.firstChild; node; node = node.nextSibling) {
    const literals =
      node.name === 'UnquotedLabelMatcher' ? node.getChildren('StringLiteral') : allStrings(node);
    for (const literal of literals) {
      const source = text.slice(literal.from, literal.to);
      if (source.length < 2 || source.at(-1) !== source[0])
        return { at: literal.from, message: 'the text is not closed' };
    }
    if (node.name === 'QuotedLabelName') named = true;
    const operator = node.getChild('MatchOp');
    const literal = literals.at(-1);
    if (!operator || !literal) continue;
    const value = unquote(text.slice(literal.from, literal.to));
    const symbol = text.slice(operator.from, operator.to);
    if (value === undefined) {
      named = true;
    } else if (symbol === '=' || symbol === '!=') {
      named ||= (symbol === '=') === (value !== '');
    } else {
      const pattern = compile(value);
      if (pattern === undefined) {
        return {
          at: literal.from,
          message: `expected a regular expression (RE2), got ${text.slice(literal.from, literal.to)}`,
        };
      }
      named ||= pattern.matches('') === (symbol === '!~');
    }
  }
  if (named) return undefined;
  return {
    at: selector.from,
    message: 'the selector would match every series: name a metric or a label value',
  };
}

function allStrings(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  node.cursor().iterate((child) => {
    if (child.name === 'StringLiteral') found.push(child.node);
  });
  return found;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** The text a literal stands for; undefined for numeric escapes, which are rare and not worth reading. */
function unquote(literal: string): string | undefined {
  const inner = literal.slice(1, -1);
  if (literal.startsWith('`')) return inner;
  if (/(?:^|[^\\])(?:\\\\)*\\[0-7xuU]/.test(inner)) return undefined;
  return inner.replaceAll(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter);
}

function compile(pattern: string): { matches(text: string): boolean } | undefined {
  try {
    return RE2JS.compile(pattern);
  } catch {
    return undefined;
  }
}

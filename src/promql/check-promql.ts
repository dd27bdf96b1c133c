import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { didYouMean } from '../schema/did-you-mean.js';
import { PROMQL_FUNCTIONS } from './functions.js';
import { checkTypes } from './check-types.js';

/** A mistake in a PromQL expression: 1-based position inside the text, and what is wrong. */
export interface PromqlProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/**
 * The first mistake in a PromQL expression, or undefined: syntax, functions, argument types, matchers. The data source
 * has the last word; this finds what can be found without it.
 */
export function checkPromql(text: string): PromqlProblem | undefined {
  if (text.trim() === '') return { line: 1, column: 1, message: 'expected an expression, got nothing' };
  const tree = parser.parse(text);
  const broken = firstError(tree);
  const problem = broken
    ? { at: broken.from, message: explainSyntax(text, broken) }
    : checkTypes(text, tree.topNode);
  return problem && { ...placeOf(text, problem.at), message: problem.message };
}

/** The names of the metrics an expression reads; empty for one that does not parse. */
export function metricNames(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  parser.parse(text).iterate({
    enter: ({ name, from, to, node }) => {
      if (name === 'Identifier' && node.parent?.name === 'VectorSelector') names.add(text.slice(from, to));
    },
  });
  return names;
}

function firstError(tree: Tree): SyntaxNode | undefined {
  let first: SyntaxNode | undefined;
  tree.iterate({
    enter: (node) => {
      if (node.type.isError && (!first || node.from < first.from)) first = node.node;
      return first === undefined;
    },
  });
  return first;
}

function explainSyntax(text: string, { from, to }: SyntaxNode): string {
  const rest = text.slice(from);
  if (rest.trim() === '') return 'unexpected end of expression';
  const token = /^\s*([A-Za-z_][\w:]*|\d[\w.]*|"[^"]*"?|'[^']*'?|\S)/.exec(rest)?.[1] ?? rest;
  const called = token === '(' ? /([A-Za-z_]\w*)\s*$/.exec(text.slice(0, from))?.[1] : undefined;
  if (called !== undefined) {
    return `unknown function ${JSON.stringify(called)}${didYouMean(called, PROMQL_FUNCTIONS.keys())}`;
  }
  return from === to
    ? `something is missing before ${JSON.stringify(token)}`
    : `unexpected ${JSON.stringify(token)}`;
}

function placeOf(text: string, at: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

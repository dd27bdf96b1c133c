import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { unquote } from './evaluate/literals.js';
import { type Edit, Refused } from './fuse-edits.js';
import { FuseWalk } from './fuse-walk.js';

/** How an expression becomes one that speaks of many values of a label, and how its own answer is found in that one's. */
export interface Fusion {
  readonly label: string;
  /** The value that every selector of the expression asks for. */
  readonly value: string;
  /** Whether the answer as written carries the label. In the answer of the fused form every series does. */
  readonly carries: boolean;
  /** The fused text, cut where each selector names the label's values. Expressions with equal pieces share one query. */
  readonly pieces: readonly string[];
}

/**
 * Every label by which an expression can be fused with others.
 *
 * Claim: let E(v) be the expression, and F the text in which each matcher `L="v"` is `L=~"v1|…|vn"`, L is added to each
 * `by` and `on`, and taken out of each `without` and `ignoring`. Then for each vi the answer of E(vi) is the part of F's
 * answer with L = vi, without L where E's answer does not carry it; and if E(vi) is an error for the labels of its series,
 * so is F.
 *
 * Proof, by induction over the syntax tree. What is shown of each part of E that gives a vector: the same part of F gives
 * series that all carry L, and its slice L = vi is what the part of E(vi) gives, but for L. So:
 * - a selector must hold exactly one matcher for L, an equality with a text that is not empty, the same in all selectors;
 *   there must be one in every vector, else series without L would come in: `vector(0)`, `hour()`, `absent()` are refused;
 * - a number is the same in all slices, for `scalar()` of a vector is refused. So is whatever else looks at series across
 *   slices or at their order: `limitk`, `limit_ratio`, `sort`, `info`;
 * - a function that works on series or histograms one by one keeps slices apart, unless it reads or writes L itself:
 *   `label_replace`, `label_join` and `count_values` with L are refused, and so is L = `le`;
 * - an aggregation sees one slice at a time once it groups by L: `by (…, L)`, or `without (…)` without L;
 * - a match finds its partner in its own slice once L is in the key; what it adds is refused in {@link matchFused}.
 * Ranges, offsets, `@` and subqueries concern each series or each step, and stay as written.
 */
export function fusionsOf(text: string): readonly Fusion[] {
  const tree = parser.parse(text);
  const root = tree.topNode.getChild('Expr');
  const selectors: SyntaxNode[] = [];
  let broken = root === null;
  tree.iterate({
    enter: (node) => {
      broken ||= node.type.isError;
      if (node.name === 'VectorSelector') selectors.push(node.node);
    },
  });
  const [first, ...others] = selectors.map((selector) => equalities(text, selector));
  if (broken || !root || !first) return [];
  return [...first].flatMap(([label, matcher]): Fusion[] => {
    const matchers = [matcher, ...others.map((byLabel) => byLabel.get(label))];
    if (!matchers.every((other): other is Matcher => other?.value === matcher.value)) return [];
    try {
      const walk = new FuseWalk(text, label);
      const part = walk.part(root);
      if (part === 'constant') return [];
      const pieces = cut(text, walk.edits, matchers);
      return [{ label, value: matcher.value, carries: part === 'kept', pieces }];
    } catch (refusal) {
      if (refusal instanceof Refused) return [];
      throw refusal;
    }
  });
}

interface Matcher {
  readonly value: string;
  readonly from: number;
  readonly to: number;
}

/** Labels that functions and matching treat in a way of their own. */
const SPECIAL = new Set(['__name__', 'le']);

/** The labels for which a selector has one matcher alone, an equality. */
function equalities(text: string, selector: SyntaxNode): ReadonlyMap<string, Matcher> {
  const found = new Map<string, Matcher>();
  const seen = new Set<string>();
  const list = selector.getChild('LabelMatchers');
  for (let node = list?.firstChild ?? null; node; node = node.nextSibling) {
    const name = node.firstChild;
    if (!name) continue;
    const written = text.slice(name.from, name.to);
    const label = node.name === 'UnquotedLabelMatcher' ? written : unquote(written);
    if (label === undefined || seen.has(label) || SPECIAL.has(label)) {
      if (label !== undefined) found.delete(label);
      continue;
    }
    seen.add(label);
    const literal = node.lastChild;
    if (node.name !== 'UnquotedLabelMatcher' || !node.getChild('MatchOp')?.getChild('EqlSingle')) continue;
    const value = literal?.name === 'StringLiteral' ? unquote(text.slice(literal.from, literal.to)) : '';
    if (value) found.set(label, { value, from: node.from, to: node.to });
  }
  return found;
}

/** The edited text, cut out at the holes. */
function cut(text: string, edits: readonly Edit[], holes: readonly Matcher[]): readonly string[] {
  const changes = [...edits, ...holes].toSorted((a, b) => a.from - b.from);
  const pieces: string[] = [];
  let piece = '';
  let at = 0;
  for (const change of changes) {
    piece += text.slice(at, change.from);
    at = change.to;
    if ('text' in change) {
      piece += change.text;
    } else {
      pieces.push(piece);
      piece = '';
    }
  }
  return [...pieces, piece + text.slice(at)];
}

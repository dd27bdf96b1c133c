import type { SyntaxNode } from '@lezer/common';
import type { BinaryOperator } from './syntax-tree.js';

/** What stands between, before and behind operands. */
export type Token =
  | { readonly is: 'operand'; readonly node: SyntaxNode }
  | { readonly is: 'sign'; readonly at: number; readonly sign: '+' | '-' }
  | {
      readonly is: 'operator';
      readonly at: number;
      readonly operator: BinaryOperator;
      readonly bool: boolean;
      readonly matching?: SyntaxNode;
    }
  | { readonly is: 'suffix'; readonly node: SyntaxNode };

const SUFFIXED = new Set(['OffsetExpr', 'StepInvariantExpr', 'MatrixSelector', 'SubqueryExpr']);

/** The children of a node, in order. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child);
  return found;
}

/** Whether a node is an expression by itself. */
export const isExpression = (node: SyntaxNode): boolean => !node.type.isTop && node.type.is('Expr');

/**
 * An expression as a row of operands, signs, operators and suffixes (`offset`, `@`, `[5m]`), in the order of the text.
 * The grammar binds suffixes less tightly than operators: `a + b offset 5m * c` comes as `(a + b) offset 5m` times `c`.
 * Prometheus binds them most tightly, so the tree is taken apart here and put together again by precedence.
 */
export function tokensOf(text: string, node: SyntaxNode): Token[] {
  const children = childrenOf(node);
  const inner = children.filter(isExpression);
  const [first, second] = inner as [SyntaxNode, SyntaxNode];
  if (node.name === 'BinaryExpr') {
    const operator = children.find((child) => !isExpression(child)) as SyntaxNode;
    const matching = children.find(({ name }) => name === 'MatchingModifierClause');
    const token: Token = {
      is: 'operator',
      at: operator.from,
      operator: text.slice(operator.from, operator.to).toLowerCase() as BinaryOperator,
      bool: children.some(({ name }) => name === 'BoolModifier'),
      ...(matching ? { matching } : {}),
    };
    return [...tokensOf(text, first), token, ...tokensOf(text, second)];
  }
  if (node.name === 'UnaryExpr') return [signAt(text, node.from), ...tokensOf(text, first)];
  if (SUFFIXED.has(node.name)) return [...tokensOf(text, first), { is: 'suffix', node }];
  if (node.name === 'NumberDurationLiteral' && /^[+-]/.test(text.slice(node.from, node.to)))
    return [signAt(text, node.from), { is: 'operand', node }];
  return [{ is: 'operand', node }];
}

function signAt(text: string, at: number): Token {
  return { is: 'sign', at, sign: text[at] === '-' ? '-' : '+' };
}

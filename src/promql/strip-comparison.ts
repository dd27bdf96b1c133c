import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { parseDuration } from '../schema/duration.js';

/** A comparison that filters. */
export type ComparisonOperator = '>' | '>=' | '<' | '<=' | '==' | '!=';

/** `left operator threshold`, taken apart: ask for `left`, compare with {@link compares}. */
export interface Comparison {
  /** PromQL of the side that is no number. */
  readonly left: string;
  readonly operator: ComparisonOperator;
  readonly threshold: number;
}

/** The outermost comparison of an expression, or a sentence that says why there is none to take off. */
export type StrippedComparison =
  { readonly ok: true; readonly comparison: Comparison } | { readonly ok: false; readonly reason: string };

const OPERATORS: Readonly<Record<string, ComparisonOperator>> = {
  Gtr: '>',
  Gte: '>=',
  Lss: '<',
  Lte: '<=',
  Eql: '==',
  Neq: '!=',
};
const MIRRORED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '>': '<',
  '>=': '<=',
  '<': '>',
  '<=': '>=',
  '==': '==',
  '!=': '!=',
};

/**
 * Takes the outermost comparison with a number off an expression that parses: `expr > 0.9`, `0.9 < expr`, also inside
 * parentheses. Arithmetic of numbers alone counts as a number.
 */
export function stripComparison(text: string): StrippedComparison {
  const refuse = (reason: string): StrippedComparison => ({ ok: false, reason });
  const top = expressions(parser.parse(text).topNode)[0];
  const outermost = top && unwrap(top);
  const operator = outermost && children(outermost).find(({ name }) => name in OPERATORS);
  if (outermost?.name !== 'BinaryExpr' || !operator)
    return refuse('the outermost operation is no comparison with a number');
  if (outermost.getChild('BoolModifier'))
    return refuse('a comparison with bool gives 0 or 1 and selects nothing: write it without bool');
  const [left, right] = expressions(outermost);
  if (!left || !right) return refuse('its outermost comparison lacks a side');
  const [leftNumber, rightNumber] = [numberOf(text, left), numberOf(text, right)];
  const symbol = OPERATORS[operator.name] as ComparisonOperator;
  if (rightNumber !== undefined && leftNumber === undefined)
    return stripped(text.slice(left.from, left.to), symbol, rightNumber);
  if (leftNumber !== undefined && rightNumber === undefined)
    return stripped(text.slice(right.from, right.to), MIRRORED[symbol], leftNumber);
  return refuse('its outermost comparison has no number on either side');
}

/** Whether a value passes the comparison, as Prometheus compares: NaN passes `!=` alone. */
export function compares(value: number, operator: ComparisonOperator, threshold: number): boolean {
  switch (operator) {
    case '>':
      return value > threshold;
    case '>=':
      return value >= threshold;
    case '<':
      return value < threshold;
    case '<=':
      return value <= threshold;
    case '==':
      return value === threshold;
    case '!=':
      return value !== threshold;
  }
}

function stripped(left: string, operator: ComparisonOperator, threshold: number): StrippedComparison {
  return { ok: true, comparison: { left, operator, threshold } };
}

function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child);
  return found;
}

function expressions(node: SyntaxNode): SyntaxNode[] {
  return children(node).filter((child) => child.type.is('Expr'));
}

function unwrap(node: SyntaxNode): SyntaxNode {
  const inner = node.name === 'ParenExpr' ? expressions(node)[0] : undefined;
  return inner ? unwrap(inner) : node;
}

/** The value of a node that holds numbers and nothing else. */
function numberOf(text: string, node: SyntaxNode): number | undefined {
  const inner = expressions(node);
  switch (node.name) {
    case 'NumberDurationLiteral':
      return literal(text.slice(node.from, node.to));
    case 'ParenExpr':
      return inner[0] && numberOf(text, inner[0]);
    case 'UnaryExpr': {
      const value = inner[0] && numberOf(text, inner[0]);
      return value !== undefined && text[node.from] === '-' ? -value : value;
    }
    case 'BinaryExpr': {
      const [left, right] = inner.map((side) => numberOf(text, side));
      const operator = children(node).find((child) => !child.type.is('Expr'))?.name;
      return left === undefined || right === undefined ? undefined : arithmetic(left, operator, right);
    }
    default:
      return undefined;
  }
}

function arithmetic(left: number, operator: string | undefined, right: number): number | undefined {
  if (operator === 'Add') return left + right;
  if (operator === 'Sub') return left - right;
  if (operator === 'Mul') return left * right;
  return operator === 'Div' ? left / right : undefined;
}

/** `0.9`, `1e3`, `0x1F`, `Inf`, `NaN`, or a duration, which PromQL reads as seconds. */
function literal(written: string): number | undefined {
  const text = written.replaceAll('_', '');
  if (/^inf$/i.test(text)) return Infinity;
  if (/^nan$/i.test(text)) return Number.NaN;
  const number = Number(text);
  if (!Number.isNaN(number)) return number;
  const ms = parseDuration(text);
  return ms === undefined ? undefined : ms / 1000;
}

import type { SyntaxNode } from '@lezer/common';
import { Fault } from './fault.js';
import { parseNumber, parseSpan } from './literals.js';
import type { Expression, Pinned, Shift } from './syntax-tree.js';
import { childrenOf, isExpression } from './tokens.js';

/** `operand` with what is written behind it: a range, a subquery, `offset` or `@`. */
export function withSuffix(text: string, operand: Expression, node: SyntaxNode): Expression {
  const spans = childrenOf(node).filter(({ name }) => name === 'DurationExpr');
  const [first, second] = spans;
  switch (node.name) {
    case 'MatrixSelector': {
      if (operand.kind !== 'selector' || first === undefined)
        throw new Fault('syntax', operand.at, 'a range needs a plain selector before it');
      if (operand.shift.offsetMs !== 0 || operand.shift.pinned !== undefined)
        throw new Fault('syntax', first.from, 'offset and @ are written behind the range');
      return { kind: 'range', at: operand.at, selector: operand, rangeMs: positive(text, first) };
    }
    case 'SubqueryExpr': {
      if (first === undefined) throw new Fault('syntax', node.from, 'the subquery has no range');
      const step = second ? { stepMs: positive(text, second) } : {};
      const rangeMs = positive(text, first);
      return { kind: 'subquery', at: operand.at, inner: operand, rangeMs, ...step, shift: { offsetMs: 0 } };
    }
    case 'OffsetExpr':
      return shifted(operand, 'offset', (shift) => ({ ...shift, offsetMs: readOffset(text, node) }));
    default:
      return shifted(operand, '@', (shift) => ({ ...shift, pinned: readPinned(text, node) }));
  }
}

function shifted(operand: Expression, word: 'offset' | '@', change: (shift: Shift) => Shift): Expression {
  if (operand.kind === 'range') {
    const selector = shifted(operand.selector, word, change);
    return selector.kind === 'selector' ? { ...operand, selector } : operand;
  }
  if (operand.kind !== 'selector' && operand.kind !== 'subquery')
    throw new Fault('syntax', operand.at, `${word} stands behind a selector or a subquery only`);
  const twice = word === 'offset' ? operand.shift.offsetMs !== 0 : operand.shift.pinned !== undefined;
  if (twice) throw new Fault('syntax', operand.at, `${word} is written twice`);
  return { ...operand, shift: change(operand.shift) };
}

function readOffset(text: string, node: SyntaxNode): number {
  const word = childrenOf(node).find(({ name }) => name === 'Offset');
  const span = node.lastChild as SyntaxNode;
  const [, sign, rest] = /^([+-]?)\s*(.*)$/s.exec(text.slice(span.from, span.to)) ?? [];
  const ms = parseSpan(rest ?? '');
  if (ms === undefined) throw new Fault('unsupported', word?.from ?? span.from, notASpan(text, span));
  return sign === '-' ? -ms : ms;
}

function readPinned(text: string, node: SyntaxNode): Pinned {
  const last = childrenOf(node).findLast(
    (child) => isExpression(child) || child.name.startsWith('AtModifier'),
  );
  const written = last ? text.slice(last.from, last.to) : '';
  if (last?.name === 'AtModifierPreprocessors') return written.startsWith('start') ? 'start' : 'end';
  const [, sign, rest] = /^([+-]?)\s*(.*)$/s.exec(written) ?? [];
  const seconds = parseNumber(rest ?? '');
  if (seconds === undefined || !Number.isFinite(seconds))
    throw new Fault('syntax', last?.from ?? node.from, `expected Unix seconds behind @, got ${written}`);
  return Math.round(seconds * 1000) * (sign === '-' ? -1 : 1);
}

function positive(text: string, span: SyntaxNode): number {
  const ms = parseSpan(text.slice(span.from, span.to));
  if (ms === undefined) throw new Fault('unsupported', span.from, notASpan(text, span));
  if (ms <= 0) throw new Fault('syntax', span.from, 'expected a duration longer than 0');
  return ms;
}

function notASpan(text: string, span: SyntaxNode): string {
  return `only plain durations such as 5m are evaluated here, got ${text.slice(span.from, span.to)}`;
}

import type { SyntaxNode } from '@lezer/common';
import { unquote } from './evaluate/literals.js';

/** A replacement in a text; `from` = `to` inserts. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Carries out of a walk why an expression cannot be fused. */
export class Refused extends Error {}

/** The label names of a list in parentheses. */
export function namesIn(text: string, list: SyntaxNode): readonly string[] {
  return written(text, list).map((name) => (/^["'`]/.test(name) ? (unquote(name) ?? name) : name));
}

/** The list with a label more. */
export function labelsWith(text: string, list: SyntaxNode, label: string): Edit {
  return { from: list.from, to: list.to, text: `(${[label, ...written(text, list)].join(', ')})` };
}

/** The list without a label. */
export function labelsWithout(text: string, list: SyntaxNode, label: string): Edit {
  const names = namesIn(text, list);
  const others = written(text, list).filter((_, index) => names[index] !== label);
  return { from: list.from, to: list.to, text: `(${others.join(', ')})` };
}

function written(text: string, list: SyntaxNode): readonly string[] {
  const names: string[] = [];
  for (let node = list.firstChild; node; node = node.nextSibling)
    if (node.name === 'LabelName' || node.name === 'QuotedLabelName')
      names.push(text.slice(node.from, node.to));
  return names;
}

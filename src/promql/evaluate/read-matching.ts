import type { SyntaxNode } from '@lezer/common';
import { Fault } from './fault.js';
import { unquote } from './literals.js';
import type { Matching } from './syntax-tree.js';
import { childrenOf } from './tokens.js';

/** The label names of a list in parentheses; names in quotes are unquoted. */
export function readLabelNames(text: string, list: SyntaxNode | undefined): readonly string[] {
  return (list ? childrenOf(list) : []).flatMap((node) => {
    const word = text.slice(node.from, node.to);
    if (node.name === 'LabelName') return [word];
    return node.name === 'QuotedLabelName' ? [unquote(word) ?? word] : [];
  });
}

/** `on (…) group_left (…)` and its like. */
export function readMatching(text: string, clause: SyntaxNode): Matching {
  const children = childrenOf(clause);
  const strange = children.find(
    ({ name }) => !/^(On|Ignoring|GroupLeft|GroupRight|GroupingLabels)$/.test(name),
  );
  if (strange) {
    const word = text.slice(strange.from, strange.to);
    throw new Fault('unsupported', strange.from, `${word} is not evaluated here`);
  }
  const side = children.findIndex(({ name }) => name === 'GroupLeft' || name === 'GroupRight');
  const listAfter = (index: number): SyntaxNode | undefined =>
    children[index + 1]?.name === 'GroupingLabels' ? children[index + 1] : undefined;
  return {
    on: children[0]?.name === 'On',
    labels: readLabelNames(text, listAfter(0)),
    many: side < 0 ? 'none' : children[side]?.name === 'GroupLeft' ? 'left' : 'right',
    include: side < 0 ? [] : readLabelNames(text, listAfter(side)),
  };
}

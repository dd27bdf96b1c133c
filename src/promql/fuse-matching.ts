import type { SyntaxNode } from '@lezer/common';
import { Refused, type Edit, labelsWith, labelsWithout, namesIn } from './fuse-edits.js';

type Vector = 'kept' | 'dropped';

/**
 * An operation between two vectors, fused: which edit makes the label part of the key that series are matched by, and
 * whether the result carries the label in the expression as written.
 *
 * As written, both sides are about one value of the label, so it can only keep series apart where one side carries it and
 * the other does not; there nothing ever matched, and fused it would: refused.
 * @throws Refused
 */
export function matchFused(
  text: string,
  label: string,
  node: SyntaxNode,
  left: Vector,
  right: Vector,
): { readonly part: Vector; readonly edit?: Edit } {
  const clause = node.getChild('MatchingModifierClause');
  const { on, list, many, include } = readClause(clause);
  const named = list ? namesIn(text, list).includes(label) : false;
  // Whether the label is part of the key as written.
  const inKey = on ? named : !named;
  if (inKey && left !== right) throw new Refused('one side carries the label and the other does not');
  if (include && namesIn(text, include).includes(label)) throw new Refused('the label is copied');
  const edit =
    on && !named
      ? labelsWith(text, list as SyntaxNode, label)
      : !on && named
        ? labelsWithout(text, list as SyntaxNode, label)
        : undefined;
  const part = partOf(node, many, left, right) ?? (inKey ? left : 'dropped');
  return edit ? { part, edit } : { part };
}

/** The side whose series are the result, labels and all; undefined where the result has the labels of the key. */
function partOf(
  node: SyntaxNode,
  many: 'left' | 'right' | undefined,
  left: Vector,
  right: Vector,
): Vector | undefined {
  if (node.getChild('And') || node.getChild('Unless') || many === 'left') return left;
  if (many === 'right') return right;
  if (!node.getChild('Or')) return undefined;
  if (left !== right) throw new Refused('one side of or carries the label and the other does not');
  return left;
}

interface Clause {
  readonly on: boolean;
  readonly list?: SyntaxNode;
  readonly many?: 'left' | 'right';
  readonly include?: SyntaxNode;
}

function readClause(clause: SyntaxNode | null): Clause {
  if (!clause) return { on: false };
  const lists: SyntaxNode[] = [];
  let many: 'left' | 'right' | undefined;
  for (let node = clause.firstChild; node; node = node.nextSibling) {
    if (node.name === 'GroupLeft') many = 'left';
    else if (node.name === 'GroupRight') many = 'right';
    else if (node.name === 'GroupingLabels') lists.push(node);
    else if (node.name !== 'On' && node.name !== 'Ignoring') throw new Refused(`${node.name} is not known`);
  }
  const [list, include] = lists;
  return {
    on: clause.getChild('On') !== null,
    ...(list ? { list } : {}),
    ...(many ? { many } : {}),
    ...(include ? { include } : {}),
  };
}

import { signatureOf } from './signature.js';
import type { Binary } from './syntax-tree.js';
import type { Element } from './value.js';

/** `and`, `or`, `unless`: which elements of both sides stay; their values do not change. */
export function combineSets(
  { operator, matching }: Binary,
  left: readonly Element[],
  right: readonly Element[],
): readonly Element[] {
  const among = (side: readonly Element[]): ((element: Element) => boolean) => {
    const signatures = new Set(side.map(({ labels }) => signatureOf(labels, matching)));
    return ({ labels }) => signatures.has(signatureOf(labels, matching));
  };
  if (operator === 'or') {
    const inLeft = among(left);
    return [...left, ...right.filter((element) => !inLeft(element))];
  }
  const inRight = among(right);
  return left.filter((element) => inRight(element) === (operator === 'and'));
}

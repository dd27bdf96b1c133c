import type { Matcher } from 're2js';
import { Fault } from '../fault.js';
import { isLabelName, labelOf, withLabel } from '../label-sets.js';
import { compilePattern } from '../select.js';
import { elementsOf, textOf, vectorOf } from '../value.js';
import type { ValueFunction } from './function.js';

function checkName(name: string, version: 2 | 3, at: number): void {
  if (!isLabelName(name, version))
    throw new Fault('execution', at, `expected the name of a label, got ${JSON.stringify(name)}`);
}

/** `label_replace(v, destination, replacement, source, pattern)` */
export const labelReplace: ValueFunction = ([vector, ...texts], { at, args }, _, { version }) => {
  const [destination, replacement, source, pattern] = texts.map((value) => textOf(value, at)) as [
    string,
    string,
    string,
    string,
  ];
  checkName(destination, version, args[1]?.at ?? at);
  const compiled = compilePattern(pattern, version, args[4]?.at ?? at);
  const elements = elementsOf(vector, at).map((element) => {
    const matcher = compiled.matcher(labelOf(element.labels, source));
    if (!matcher.matches()) return element;
    return { ...element, labels: withLabel(element.labels, destination, expand(replacement, matcher)) };
  });
  return vectorOf(elements, at);
};

/** Go's expansion: `$1`, `${1}`, `$name`, `$$`; a group there is not is the empty text, a `$` alone stands for itself. */
function expand(replacement: string, matcher: Matcher): string {
  return replacement.replaceAll(/\$(?:\$|([\p{L}\p{N}_]+)|\{([\p{L}\p{N}_]+)\})/gu, (all, bare, braced) => {
    if (all === '$$') return '$';
    const name = (bare ?? braced) as string;
    try {
      return matcher.group(/^\d+$/.test(name) ? Number(name) : name) ?? '';
    } catch {
      return '';
    }
  });
}

/** `label_join(v, destination, separator, source, …)` */
export const labelJoin: ValueFunction = ([vector, ...texts], { at, args }, _, { version }) => {
  const [destination, separator, ...sources] = texts.map((value) => textOf(value, at)) as [
    string,
    string,
    ...string[],
  ];
  checkName(destination, version, args[1]?.at ?? at);
  sources.forEach((source, index) => checkName(source, version, args[index + 3]?.at ?? at));
  const elements = elementsOf(vector, at).map((element) => {
    const joined = sources.map((source) => labelOf(element.labels, source)).join(separator);
    return { ...element, labels: withLabel(element.labels, destination, joined) };
  });
  return vectorOf(elements, at);
};

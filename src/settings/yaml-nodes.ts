import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  visit,
} from 'yaml';

/** Something that parses as YAML and yet cannot become data. `offset` counts characters from the start of the text. */
export interface YamlFault {
  readonly offset: number;
  readonly message: string;
}

/** Whether a pair of a map is the merge key `<<`. */
export function isMerge(pair: Pair): boolean {
  return isScalar(pair.key) && pair.key.source === '<<' && pair.key.type === 'PLAIN';
}

/** The maps that a merge key names, one or several; undefined stands for what is no map. */
function mergedMaps(document: Document, value: unknown): readonly (Node | undefined)[] {
  const resolved = isAlias(value) ? value.resolve(document) : value;
  const sources = isSeq(resolved) ? resolved.items : [resolved];
  return sources.map((source) => {
    const target = isAlias(source) ? source.resolve(document) : source;
    return isMap(target) ? target : undefined;
  });
}

/** Aliases that point nowhere or into themselves, which would make the data endless, merge keys without a map, and keys that are no texts. */
export function yamlFaults(document: Document): readonly YamlFault[] {
  const faults: YamlFault[] = [];
  visit(document, {
    Alias(_, alias) {
      const target = alias.resolve(document);
      const offset = alias.range?.[0] ?? 0;
      if (target === undefined) {
        faults.push({ offset, message: `no anchor &${alias.source} stands before this alias` });
      } else if (target.range && target.range[0] <= offset && offset < target.range[2]) {
        faults.push({ offset, message: `the anchor &${alias.source} may not contain an alias of itself` });
      }
    },
    Pair(_, pair) {
      if (isMap(pair.key) || isSeq(pair.key)) {
        const offset = pair.key.range?.[0] ?? 0;
        faults.push({
          offset,
          message: 'a map or a list cannot be a key; a text that begins with {{ needs quotes',
        });
      }
      if (!isMerge(pair) || mergedMaps(document, pair.value).every((map) => map !== undefined)) return;
      faults.push({
        offset: (pair.key as Node).range?.[0] ?? 0,
        message: 'expected a map, or the alias of one, after <<',
      });
    },
  });
  return faults;
}

/** The child of a node under a key, through aliases and merged maps. */
export function childOf(document: Document, node: Node | undefined, key: PropertyKey): Node | undefined {
  const target = isAlias(node) ? node.resolve(document) : node;
  if (isSeq(target)) return target.items[Number(key)] as Node | undefined;
  if (!isMap(target)) return undefined;
  const pair = target.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
  if (pair !== undefined) return (pair.value ?? pair.key) as Node;
  for (const item of target.items) {
    if (!isMerge(item)) continue;
    for (const map of mergedMaps(document, item.value)) {
      const found = childOf(document, map, key);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The node of a key itself, where it is written in the map and not merged into it. */
export function keyNodeOf(document: Document, map: Node | undefined, key: PropertyKey): Node | undefined {
  const target = isAlias(map) ? map.resolve(document) : map;
  if (!isMap(target)) return undefined;
  const pair = target.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
  return pair?.key as Node | undefined;
}

/** Spaces before the first character of a line. */
const indentOf = (line: string): number => line.length - line.trimStart().length;

/**
 * The offset in `text` of a place inside a scalar, both counted from 1; undefined where the scalar is not written as it
 * reads (escapes, folded lines).
 */
export function offsetInside(text: string, scalar: Scalar, line: number, column: number): number | undefined {
  if (!scalar.range || typeof scalar.value !== 'string') return undefined;
  const [start, end] = scalar.range;
  if (scalar.type === 'BLOCK_LITERAL') {
    const written = text.slice(start, end).split('\n').slice(1);
    const first = scalar.value.split('\n').findIndex((part) => part.trim() !== '');
    const margin = indentOf(written[first] ?? '') - indentOf(scalar.value.split('\n')[first] ?? '');
    const before = text.slice(start, end).split('\n').slice(0, line);
    return start + before.join('\n').length + 1 + margin + column - 1;
  }
  const quote = scalar.type === 'PLAIN' ? 0 : 1;
  const asWritten = text.slice(start + quote, end - quote) === scalar.value;
  return asWritten && line === 1 ? start + quote + column - 1 : undefined;
}

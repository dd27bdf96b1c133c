import {
  Boxed,
  CallFailure,
  Dict,
  List,
  Pointer,
  Scalar,
  Struct,
  indirect,
  scalarOf,
  typeOf,
  type Value,
} from '../runtime/values.js';
import { MAX_TEXT, pad, type Flags } from './flags.js';
import { characterOf, formatCodePoint, formatFloatVerb, formatInteger } from './format-number.js';
import { formatHexBytes, formatQuoted, quoteText, truncate } from './quote.js';

const MAX_DEPTH = 100;
const ADDRESS = 0xc000000000n;

/** The text of a value standing alone in an action: pointers followed, an absent value `<no value>`. */
export function printValue(value: Value): string {
  if (typeof value === 'string') return value;
  const shown = printable(value);
  return shown === undefined ? '<no value>' : formatValue(shown, 'v', {});
}

/** The value that Go prints for an action or an escaper: what a pointer points to. */
export function printable(value: Value): Value {
  return value instanceof Pointer ? indirect(value).value : value;
}

/** `print`: the values one after another, a space between two neighbours of which neither is a string. */
export function sprint(values: readonly Value[]): string {
  let text = '';
  values.forEach((value, index) => {
    if (index > 0 && !isText(value) && !isText(values[index - 1])) text += ' ';
    text = bounded(text + formatValue(value, 'v', {}));
  });
  return text;
}

/** `println`: the values with a space between each, and a line end. */
export function sprintln(values: readonly Value[]): string {
  return bounded(`${values.map((value) => formatValue(value, 'v', {})).join(' ')}\n`);
}

/** One value under one verb, as Go's `fmt` writes it; a verb that does not fit gives `%!d(string=x)`. */
export function formatValue(value: Value, verb: string, flags: Flags): string {
  const inner = value instanceof Boxed ? value.inner : value;
  if (verb === 'T' && inner !== undefined) return pad(truncate(typeOf(inner)?.name ?? '', flags), flags);
  if (inner === undefined) return verb === 'v' || verb === 'T' ? pad('<nil>', flags) : `%!${verb}(<nil>)`;
  return bounded(formatAt(inner, verb, flags, 0));
}

/** The text, unless it is too long. */
export function bounded(text: string): string {
  if (text.length > MAX_TEXT) throw new CallFailure(`text exceeds ${MAX_TEXT} characters`);
  return text;
}

function isText(value: Value): boolean {
  return typeOf(value)?.kind === 'string';
}

function formatAt(value: Value, verb: string, flags: Flags, depth: number): string {
  if (depth > MAX_DEPTH) throw new CallFailure(`value nested more than ${MAX_DEPTH} levels deep`);
  const ownText = flags.bare ? undefined : textOf(value, flags);
  if (ownText !== undefined && /[vsxXq]/.test(verb)) {
    return formatText(ownText, verb, { ...flags, sharpV: false }) as string;
  }
  // %w wraps errors, and only where an error is made: here it never fits.
  if (verb === 'w') return mismatch(value, verb, flags);
  if (value instanceof Boxed) {
    if (value.inner === undefined) return flags.sharpV ? 'interface {}(nil)' : '<nil>';
    return formatAt(value.inner, verb, flags, depth + 1);
  }
  if (value instanceof Dict) return formatDict(value, verb, flags, depth);
  if (value instanceof List) return formatList(value, verb, flags, depth);
  if (value instanceof Struct) return formatStruct(value, verb, flags, depth);
  if (value instanceof Pointer) return formatPointer(value, verb, flags, depth);
  return formatScalar(value, verb, flags) ?? mismatch(value, verb, flags);
}

/** What the type's own text method says; for a pointer, the method of what it points to. */
function textOf(value: Value, flags: Flags): string | undefined {
  const target = value instanceof Pointer ? value.target : value;
  const type = typeOf(target);
  return flags.sharpV ? type?.goText?.(target) : type?.text?.(target);
}

function mismatch(value: Value, verb: string, flags: Flags): string {
  return `%!${verb}(${typeOf(value)?.name}=${formatAt(value, 'v', { ...flags, bare: true }, 0)})`;
}

function formatScalar(value: Value, verb: string, flags: Flags): string | undefined {
  const scalar = scalarOf(value);
  switch (typeof scalar) {
    case 'boolean':
      return verb === 't' || verb === 'v' ? pad(String(scalar), flags) : undefined;
    case 'bigint':
      return formatIntegerVerb(scalar, verb, value instanceof Scalar && value.type.kind === 'uint', flags);
    case 'number':
      return /[vbgGxXfFeE]/.test(verb) ? formatFloatVerb(scalar, verb, flags) : undefined;
    default:
      return formatText(scalar ?? '', verb, flags);
  }
}

function formatIntegerVerb(value: bigint, verb: string, unsigned: boolean, flags: Flags): string | undefined {
  if (verb === 'v' && flags.sharpV && unsigned) return formatInteger(value, 'x', { ...flags, sharp: true });
  if (/[vdboOxX]/.test(verb)) return formatInteger(value, verb, flags);
  if (verb === 'c') return pad(characterOf(value), flags);
  if (verb === 'q') return pad(quoteText(characterOf(value), "'", flags.plus), flags);
  return verb === 'U' ? formatCodePoint(value, flags) : undefined;
}

function formatText(text: string, verb: string, flags: Flags): string | undefined {
  if (verb === 'v' && flags.sharpV) return formatQuoted(text, flags);
  if (verb === 'v' || verb === 's') return pad(truncate(text, flags), flags);
  if (verb === 'q') return formatQuoted(text, flags);
  return verb === 'x' || verb === 'X' ? formatHexBytes(text, verb, flags) : undefined;
}

function formatDict(dict: Dict, verb: string, flags: Flags, depth: number): string {
  const inside = join(dict.sortedKeys(), flags, (key) => {
    const name = formatAt(key, verb, flags, depth + 1);
    return `${name}:${formatAt(dict.get(key), verb, flags, depth + 1)}`;
  });
  return flags.sharpV ? `${dict.type.name}{${inside}}` : `map[${inside}]`;
}

function formatList(list: List, verb: string, flags: Flags, depth: number): string {
  const inside = join(list.items, flags, (item) => formatAt(item, verb, flags, depth + 1));
  return flags.sharpV ? `${list.type.name}{${inside}}` : `[${inside}]`;
}

function formatStruct(struct: Struct, verb: string, flags: Flags, depth: number): string {
  const inside = join(struct.fields, flags, ([name, field]) => {
    const text = formatAt(field, verb, flags, depth + 1);
    return flags.plusV || flags.sharpV ? `${name}:${text}` : text;
  });
  return flags.sharpV ? `${struct.type.name}{${inside}}` : `{${inside}}`;
}

/** Joins parts as they are made, so that a huge value fails before it fills the memory. */
function join<T>(parts: Iterable<T>, flags: Flags, format: (part: T) => string): string {
  let text = '';
  let separator = '';
  for (const part of parts) {
    text = bounded(text + separator + format(part));
    separator = flags.sharpV ? ', ' : ' ';
  }
  return text;
}

/** Go shows what a pointer points to at the top, an address below: ours are all the same. */
function formatPointer(pointer: Pointer, verb: string, flags: Flags, depth: number): string {
  const { target, type } = pointer;
  if (depth === 0 && target instanceof Struct) return `&${formatAt(target, verb, flags, depth + 1)}`;
  if (verb === 'v') {
    const address = target === undefined ? 'nil' : formatInteger(ADDRESS, 'x', { sharp: true });
    if (flags.sharpV) return pad(`(${type.name})(${address})`, flags);
    return pad(target === undefined ? '<nil>' : address, flags);
  }
  if (/[bodxX]/.test(verb)) return formatInteger(target === undefined ? 0n : ADDRESS, verb, flags);
  return mismatch(pointer, verb, flags);
}

import { formatValue } from '../fmt/print.js';
import {
  CallFailure,
  Dict,
  List,
  Pointer,
  Struct,
  compareTexts,
  scalarOf,
  typeOf,
  unbox,
  type Value,
} from '../runtime/values.js';

type BasicKind = 'bool' | 'int' | 'uint' | 'float' | 'string' | undefined;

/** `eq`: whether the first value equals any of the others. int and float never compare, in Go's words "incompatible types". */
export function equalsAny(values: readonly Value[]): boolean {
  const [first, ...others] = values.map(unbox);
  if (others.length === 0) throw new CallFailure('missing argument for comparison');
  return others.some((other) => equals(first, other));
}

/** `lt`, on numbers of one kind or on texts (by code point). */
export function isLess(a: Value, b: Value): boolean {
  const [x, y] = [unbox(a), unbox(b)];
  const kinds = [orderedKind(x), orderedKind(y)];
  if (kinds[0] !== kinds[1] && !kinds.every(isIntegral))
    throw new CallFailure('incompatible types for comparison');
  if (kinds[0] === 'bool') throw new CallFailure('invalid type for comparison');
  const [left, right] = [scalarOf(x), scalarOf(y)];
  if (typeof left === 'string') return compareTexts(left, right as string) < 0;
  return (left as number) < (right as number);
}

/** `le`: less, or equal. A NaN is neither. */
export function isLessOrEqual(a: Value, b: Value): boolean {
  return isLess(a, b) || equalsAny([a, b]);
}

function equals(a: Value, b: Value): boolean {
  const [kindA, kindB] = [basicKind(a), basicKind(b)];
  const sameKind = kindA === kindB || (isIntegral(kindA) && isIntegral(kindB));
  if (!sameKind) {
    if (a !== undefined && b !== undefined) throw new CallFailure('incompatible types for comparison');
    return false;
  }
  return kindA === undefined ? sameWhole(a, b) : scalarOf(a) === scalarOf(b);
}

/** Equality of two values that are no scalars: only absence, pointers and points in time have one. */
function sameWhole(a: Value, b: Value): boolean {
  const [typeA, typeB] = [typeOf(a), typeOf(b)];
  if (typeA && typeB && typeA.kind !== typeB.kind) {
    const [textA, textB] = [formatValue(a, 's', {}), formatValue(b, 'v', {})];
    throw new CallFailure(`non-comparable types ${textA}: ${typeA.name}, ${typeB.name}: ${textB}`);
  }
  if (isNil(a) || isNil(b)) return isNil(a) === isNil(b);
  if (!isComparable(b)) {
    throw new CallFailure(`non-comparable type ${formatValue(b, 's', {})}: ${typeB?.name}`);
  }
  if (!(a instanceof Struct && b instanceof Struct)) return a === b;
  return typeA === typeB && [...a.fields].every(([name, field]) => equals(field, b.fields.get(name)));
}

function isComparable(value: Value): boolean {
  if (value instanceof Dict || value instanceof List) return false;
  return !(value instanceof Struct) || [...value.fields.values()].every(isComparable);
}

function isNil(value: Value): boolean {
  return value === undefined || (value instanceof Pointer && value.target === undefined);
}

function basicKind(value: Value): BasicKind {
  if (value === undefined || scalarOf(value) === undefined) return undefined;
  return typeOf(value)?.kind as BasicKind;
}

function orderedKind(value: Value): BasicKind {
  const kind = basicKind(value);
  if (kind === undefined) throw new CallFailure('invalid type for comparison');
  return kind;
}

function isIntegral(kind: BasicKind): boolean {
  return kind === 'int' || kind === 'uint';
}

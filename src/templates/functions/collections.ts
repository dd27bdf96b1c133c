import {
  CallFailure,
  Dict,
  List,
  STRING,
  Scalar,
  UINT8,
  indirect,
  scalarOf,
  typeOf,
  unbox,
  type Value,
} from '../runtime/values.js';

/** `len`: bytes of a text, elements of a list, entries of a map. */
export function lengthOf(value: Value): bigint {
  const { value: item, nil } = indirect(value);
  if (nil) throw new CallFailure('len of nil pointer');
  const length = sizeOf(item);
  if (length !== undefined) return BigInt(length);
  if (item === undefined) throw new CallFailure('reflect: call of reflect.Value.Type on zero Value');
  throw new CallFailure(`len of type ${typeOf(item)?.name}`);
}

/** `index x 1 "a"`: `x[1]["a"]`; a missing key gives the zero value, an index beyond the end fails. */
export function indexInto(values: readonly Value[]): Value {
  let item = unbox(values[0]);
  if (item === undefined) throw new CallFailure('index of untyped nil');
  for (const index of values.slice(1).map(unbox)) {
    const { value, nil } = indirect(item);
    if (nil) throw new CallFailure('index of nil pointer');
    item = element(value, index);
  }
  return item;
}

/** `slice x 1 3`: `x[1:3]`. Texts are cut by bytes; a character cut apart becomes U+FFFD. */
export function sliceOf(values: readonly Value[]): Value {
  const item = unbox(values[0]);
  const indices = values.slice(1).map(unbox);
  if (item === undefined) throw new CallFailure('slice of untyped nil');
  if (indices.length > 3) throw new CallFailure(`too many slice indexes: ${indices.length}`);
  const text = scalarOf(item);
  if (typeof text === 'string' && indices.length === 3)
    throw new CallFailure('cannot 3-index slice a string');
  if (typeof text !== 'string' && !(item instanceof List)) {
    throw new CallFailure(`can't slice item of type ${typeOf(item)?.name}`);
  }
  const size = sizeOf(item) as number;
  const [from = 0, to = size, capacity = size] = indices.map((index) => position(index, size));
  if (from > to) throw new CallFailure(`invalid slice index: ${from} > ${to}`);
  if (to > capacity) throw new CallFailure(`invalid slice index: ${to} > ${capacity}`);
  if (item instanceof List) return new List(item.type, item.items.slice(from, to));
  const cut = Buffer.from(text as string)
    .subarray(from, to)
    .toString('utf8');
  return item instanceof Scalar ? new Scalar(item.type, cut) : cut;
}

function element(item: Value, index: Value): Value {
  if (item instanceof Dict) return item.get(mapKey(index));
  const size = sizeOf(item);
  if (size === undefined) throw new CallFailure(`can't index item of type ${typeOf(item)?.name}`);
  const at = position(index, size);
  const noun = item instanceof List ? 'slice' : 'string';
  if (at === size) throw new CallFailure(`reflect: ${noun} index out of range`);
  if (item instanceof List) return item.items[at];
  return new Scalar(UINT8, BigInt(Buffer.from(String(scalarOf(item)))[at] as number));
}

function mapKey(index: Value): string {
  if (index === undefined) throw new CallFailure('value is nil; should be of type string');
  if (typeOf(index) !== STRING)
    throw new CallFailure(`value has type ${typeOf(index)?.name}; should be string`);
  return index as string;
}

function position(index: Value, size: number): number {
  if (index === undefined) throw new CallFailure('cannot index slice/array with nil');
  const at = scalarOf(index);
  if (typeof at !== 'bigint')
    throw new CallFailure(`cannot index slice/array with type ${typeOf(index)?.name}`);
  if (at < 0n || at > BigInt(size)) throw new CallFailure(`index out of range: ${at}`);
  return Number(at);
}

function sizeOf(value: Value): number | undefined {
  if (value instanceof List) return value.items.length;
  if (value instanceof Dict) return value.entries.size;
  const text = scalarOf(value);
  return typeof text === 'string' ? Buffer.byteLength(text) : undefined;
}

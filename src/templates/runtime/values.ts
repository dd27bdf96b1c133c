/** What Go's reflection calls a kind, as far as templates can tell kinds apart. */
export type Kind =
  'bool' | 'int' | 'uint' | 'float' | 'string' | 'list' | 'map' | 'struct' | 'pointer' | 'interface';

/** A Go type. `name` is its spelling in messages and under `%T`. */
export interface GoType {
  readonly name: string;
  readonly kind: Kind;
  /** Element type of a list, map or pointer. Keys of maps are strings. */
  readonly elem?: GoType;
  readonly methods?: ReadonlyMap<string, GoMethod>;
  /** The text that print verbs show instead of the parts (Go's `String` method). */
  readonly text?: (value: Value) => string;
  /** The text under `%#v` (Go's `GoString` method). */
  readonly goText?: (value: Value) => string;
}

/**
 * A value inside a template. int is a bigint, float64 a number: `1` and `1.0` are different things. `undefined` is the
 * absence of a value, which Go prints as `<no value>`. Strings are Unicode texts; lengths and indices count UTF-8 bytes.
 */
export type Value =
  undefined | boolean | bigint | number | string | Scalar | List | Dict | Struct | Pointer | Boxed;

/** A scalar of a type other than bool, int, float64 and string. */
export class Scalar {
  constructor(
    readonly type: GoType,
    readonly value: boolean | bigint | number | string,
  ) {}
}

/** A slice. */
export class List {
  constructor(
    readonly type: GoType,
    readonly items: readonly Value[],
  ) {}
}

/** A map with string keys. */
export class Dict {
  constructor(
    readonly type: GoType,
    readonly entries: ReadonlyMap<string, Value>,
  ) {}

  static ofStrings(record: Readonly<Record<string, string>>): Dict {
    return new Dict(STRING_MAP, new Map(Object.entries(record)));
  }

  /** The keys in Go's order: by code point. */
  sortedKeys(): readonly string[] {
    return [...this.entries.keys()].toSorted(compareTexts);
  }

  /** The element, or the zero value of the element type (`missingkey=zero`). */
  get(key: string): Value {
    const { elem } = this.type;
    const entry = this.entries.has(key) ? this.entries.get(key) : zeroOf(elem as GoType);
    return elem?.kind === 'interface' ? new Boxed(entry) : entry;
  }
}

/** A struct. Templates see the fields whose names begin with a capital. */
export class Struct {
  constructor(
    readonly type: GoType,
    readonly fields: ReadonlyMap<string, Value>,
  ) {}
}

/** A pointer; `undefined` is nil. */
export class Pointer {
  constructor(
    readonly type: GoType,
    readonly target: Value,
  ) {}
}

/** An element whose static type is `interface {}`, as in a map of anything. */
export class Boxed {
  readonly type = ANY;
  constructor(readonly inner: Value) {}
}

/** What a parameter or a result may be: a type, or `reflect.Value`, which takes everything without looking. */
export interface Signature {
  readonly params: readonly GoType[];
  /** Element type of a variadic last parameter. */
  readonly rest?: GoType;
}

/** A function for templates. `call` gets arguments of the declared types; it throws {@link CallFailure} to fail. */
export interface GoFunction extends Signature {
  call(args: readonly Value[]): Value;
}

/** A method: a function that also gets its receiver, pointers removed. */
export interface GoMethod extends Signature {
  call(receiver: Value, args: readonly Value[]): Value;
}

/** Functions by the name that templates call them by. */
export type FunctionTable = ReadonlyMap<string, GoFunction>;
/** Where a call finds its function. */
export type FunctionLookup = Pick<FunctionTable, 'get'>;

/** A function could not do its work; the message ends up in `<error expanding template: … error calling f: message>`. */
export class CallFailure extends Error {}

/** Go: bool. */
export const BOOL: GoType = { name: 'bool', kind: 'bool' };
/** Go: int. */
export const INT: GoType = { name: 'int', kind: 'int' };
/** Go: int64. */
export const INT64: GoType = { name: 'int64', kind: 'int' };
/** Go: uint64. */
export const UINT64: GoType = { name: 'uint64', kind: 'uint' };
/** Go: uint8. */
export const UINT8: GoType = { name: 'uint8', kind: 'uint' };
/** Go: float64. */
export const FLOAT: GoType = { name: 'float64', kind: 'float' };
/** Go: string. */
export const STRING: GoType = { name: 'string', kind: 'string' };
/** Go: any. */
export const ANY: GoType = { name: 'interface {}', kind: 'interface' };
/** Parameter type of the built-in functions that must see absent values too. */
export const REFLECT_VALUE: GoType = { name: 'reflect.Value', kind: 'struct' };
/** Go: map[string]string. */
export const STRING_MAP: GoType = { name: 'map[string]string', kind: 'map', elem: STRING };
/** Go: map[string]any. */
export const ANY_MAP: GoType = { name: 'map[string]interface {}', kind: 'map', elem: ANY };

/** The type of a value; undefined for an absent one. */
export function typeOf(value: Value): GoType | undefined {
  switch (typeof value) {
    case 'undefined':
      return undefined;
    case 'boolean':
      return BOOL;
    case 'bigint':
      return INT;
    case 'number':
      return FLOAT;
    case 'string':
      return STRING;
    default:
      return value.type;
  }
}

/** The plain content of a scalar of any type; undefined when the value is no scalar. */
export function scalarOf(value: Value): boolean | bigint | number | string | undefined {
  if (value instanceof Scalar) return value.value;
  return typeof value === 'object' ? undefined : value;
}

/** The value itself, out of its `interface {}`. */
export function unbox(value: Value): Value {
  return value instanceof Boxed ? value.inner : value;
}

/** The value behind pointers and interfaces; `nil` when one of them is empty. */
export function indirect(value: Value): { readonly value: Value; readonly nil: boolean } {
  let at = value;
  while (at instanceof Pointer || at instanceof Boxed) {
    const inner = at instanceof Pointer ? at.target : at.inner;
    if (inner === undefined) return { value: at, nil: true };
    at = inner;
  }
  return { value: at, nil: false };
}

/** The zero value of a type. */
export function zeroOf(type: GoType): Value {
  switch (type.kind) {
    case 'bool':
      return type === BOOL ? false : new Scalar(type, false);
    case 'int':
    case 'uint':
      return type === INT ? 0n : new Scalar(type, 0n);
    case 'float':
      return type === FLOAT ? 0 : new Scalar(type, 0);
    case 'string':
      return type === STRING ? '' : new Scalar(type, '');
    case 'list':
      return new List(type, []);
    case 'map':
      return new Dict(type, new Map());
    case 'pointer':
      return new Pointer(type, undefined);
    default:
      return undefined;
  }
}

/** Whether `if`, `and`, `or` and `not` take the value for true: not zero, not empty, not absent. */
export function isTrue(value: Value): boolean {
  const inner = unbox(value);
  if (inner instanceof List) return inner.items.length > 0;
  if (inner instanceof Dict) return inner.entries.size > 0;
  if (inner instanceof Pointer) return inner.target !== undefined;
  if (inner instanceof Struct) return true;
  const scalar = scalarOf(inner);
  return typeof scalar === 'number' ? scalar !== 0 : Boolean(scalar);
}

/** Order of two texts by code point, which is the order of their UTF-8 bytes. */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  // Surrogates stand for code points above all others, but below U+E000 as units: shift them up.
  const unit = (text: string): number => {
    const code = at < text.length ? text.charCodeAt(at) : -1;
    return code >= 0xd800 && code <= 0xdfff ? code + 0x10000 : code;
  };
  return unit(a) < unit(b) ? -1 : 1;
}

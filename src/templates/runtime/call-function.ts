import type { Node, Operand } from '../language/nodes.js';
import { printNode } from '../language/print-node.js';
import {
  Boxed,
  CallFailure,
  Pointer,
  REFLECT_VALUE,
  isTrue,
  typeOf,
  unbox,
  zeroOf,
  type GoType,
  type Signature,
  type Value,
} from './values.js';

/** The final argument of a command that no pipe feeds. */
export const MISSING: unique symbol = Symbol('missing');
/** The piped value, passed as the last argument; absent outside a pipeline. */
export type Final = Value | typeof MISSING;

/** What calling needs from the evaluator. */
export interface Caller {
  /** Remembers the node that a failure will quote. */
  at(node: Node): void;
  fail(message: string): never;
  /** The value of an operand that is no constant. */
  operand(dot: Value, node: Operand): Value;
  constant(node: Operand): Value;
  /** Accounts for texts given to and taken from a function. */
  charge(values: readonly Value[]): void;
}

/** One call: the callee under its name, and what is written as its arguments, the first being the callee itself. */
export interface Call {
  readonly name: string;
  readonly callee: Signature & { call(args: readonly Value[]): Value };
  /** Quoted when the callee fails. */
  readonly node: Node;
  readonly args: readonly Operand[];
  readonly final: Final;
  readonly dot: Value;
}

/** Calls a function: counts, evaluates and checks the arguments, the piped value last. */
export function callFunction(caller: Caller, call: Call): Value {
  const { name, callee } = call;
  const args = call.args.slice(1);
  const given = args.length + (call.final === MISSING ? 0 : 1);
  const wanted = callee.params.length;
  if (callee.rest !== undefined && given < wanted) {
    caller.fail(`wrong number of args for ${name}: want at least ${wanted} got ${args.length}`);
  }
  if (callee.rest === undefined && given !== wanted) {
    caller.fail(`wrong number of args for ${name}: want ${wanted} got ${given}`);
  }
  const typeAt = (index: number): GoType => callee.params[index] ?? (callee.rest as GoType);
  const values = args.map((arg, index) => evaluateArgument(caller, call.dot, typeAt(index), arg));
  if (call.final !== MISSING) values.push(conform(caller, call.final, typeAt(given - 1)));
  caller.charge(values);
  try {
    const result = callee.call(values);
    caller.charge([result]);
    return result;
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    caller.at(call.node);
    return caller.fail(`error calling ${name}: ${error.message}`);
  }
}

/** `and` and `or` evaluate their arguments only as far as needed. */
export function callShortCircuit(caller: Caller, call: Call): Value {
  const args = call.args.slice(1);
  if (args.length === 0 && call.final === MISSING) {
    caller.fail(`wrong number of args for ${call.name}: want at least 1 got 0`);
  }
  let value: Value;
  for (const arg of args) {
    value = evaluateArgument(caller, call.dot, REFLECT_VALUE, arg);
    if (isTrue(value) === (call.name === 'or')) return value;
  }
  return call.final === MISSING ? value : conform(caller, call.final, REFLECT_VALUE);
}

function evaluateArgument(caller: Caller, dot: Value, type: GoType, node: Operand): Value {
  caller.at(node);
  switch (node.kind) {
    case 'dot':
      return conform(caller, dot, type);
    case 'nil':
      return canBeNil(type) ? zeroOf(type) : caller.fail(`cannot assign nil to ${type.name}`);
    case 'field':
    case 'variable':
    case 'pipe':
    case 'identifier':
    case 'chain':
      return conform(caller, caller.operand(dot, node), type);
    default:
      return constantOf(caller, type, node);
  }
}

/** A constant as the type of its parameter: `1` may be given where a float is wanted. */
function constantOf(caller: Caller, type: GoType, node: Operand): Value {
  const expected = (noun: string): never => caller.fail(`expected ${noun}; found ${printNode(node)}`);
  switch (type.kind) {
    case 'bool':
      return node.kind === 'bool' ? node.value : expected('bool');
    case 'string':
      return node.kind === 'string' ? node.value : expected('string');
    case 'float':
      return node.kind === 'number' && node.float !== undefined ? node.float : expected('float');
    case 'int':
      return node.kind === 'number' && node.int !== undefined ? node.int : expected('integer');
    case 'interface':
      return caller.constant(node);
    default:
      if (type === REFLECT_VALUE) return caller.constant(node);
      return caller.fail(`can't handle ${printNode(node)} for arg of type ${type.name}`);
  }
}

/** The value, checked against a parameter type; one pointer is followed when that helps. */
function conform(caller: Caller, value: Value, type: GoType): Value {
  if (value === undefined) {
    return canBeNil(type) ? zeroOf(type) : caller.fail(`invalid value; expected ${type.name}`);
  }
  if (type === REFLECT_VALUE) return value;
  if (type.kind === 'interface') return unbox(value);
  if (typeOf(value) === type) return value;
  const inner = value instanceof Boxed && value.inner !== undefined ? value.inner : value;
  if (typeOf(inner) === type) return inner;
  if (inner instanceof Pointer && inner.type.elem === type) {
    return inner.target ?? caller.fail(`dereference of nil pointer of type ${type.name}`);
  }
  return caller.fail(`wrong type for value; expected ${type.name}; got ${typeOf(inner)?.name}`);
}

function canBeNil(type: GoType): boolean {
  return ['interface', 'list', 'map', 'pointer'].includes(type.kind) || type === REFLECT_VALUE;
}

import { printable, sprint, sprintln } from '../fmt/print.js';
import { sprintf } from '../fmt/printf.js';
import {
  ANY,
  CallFailure,
  REFLECT_VALUE,
  STRING,
  isTrue,
  typeOf,
  unbox,
  type FunctionTable,
  type GoFunction,
  type Value,
} from '../runtime/values.js';
import { indexInto, lengthOf, sliceOf } from './collections.js';
import { equalsAny, isLess, isLessOrEqual } from './compare.js';
import { escapeHtml, escapeJs, escapeUrlQuery } from './escape.js';

const V = REFLECT_VALUE;

/** The functions that Go's template language has by itself. `and` and `or` stand here for their names: calling them is special. */
export const BUILTIN_FUNCTIONS: FunctionTable = new Map<string, GoFunction>([
  ['and', { params: [V], rest: V, call: (values) => values.at(-1) }],
  ['or', { params: [V], rest: V, call: (values) => values.at(-1) }],
  ['not', { params: [V], call: ([value]) => !isTrue(value) }],
  ['len', { params: [V], call: ([value]) => lengthOf(value) }],
  ['index', { params: [V], rest: V, call: indexInto }],
  ['slice', { params: [V], rest: V, call: sliceOf }],
  ['call', { params: [V], rest: V, call: ([callee]) => callValue(callee) }],
  ['print', { params: [], rest: ANY, call: sprint }],
  ['printf', { params: [STRING], rest: ANY, call: ([format, ...args]) => sprintf(format as string, args) }],
  ['println', { params: [], rest: ANY, call: sprintln }],
  ['html', { params: [], rest: ANY, call: (values) => escapeHtml(joined(values)) }],
  ['js', { params: [], rest: ANY, call: (values) => escapeJs(joined(values)) }],
  ['urlquery', { params: [], rest: ANY, call: (values) => escapeUrlQuery(joined(values)) }],
  ['eq', { params: [V], rest: V, call: equalsAny }],
  ['ne', { params: [V, V], call: (values) => !equalsAny(values) }],
  ['lt', { params: [V, V], call: ([a, b]) => isLess(a, b) }],
  ['le', { params: [V, V], call: ([a, b]) => isLessOrEqual(a, b) }],
  ['gt', { params: [V, V], call: ([a, b]) => !isLessOrEqual(a, b) }],
  ['ge', { params: [V, V], call: ([a, b]) => !isLess(a, b) }],
]);

function joined(values: readonly Value[]): string {
  return sprint(values.map((value) => printable(value) ?? '<no value>'));
}

/** No value of ours is a function, so calling one always fails, with Go's words. */
function callValue(callee: Value): never {
  const value = unbox(callee);
  if (value === undefined) throw new CallFailure('call of nil');
  throw new CallFailure(`non-function of type ${typeOf(value)?.name}`);
}

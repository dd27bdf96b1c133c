import {
  CallFailure,
  Dict,
  List,
  Pointer,
  STRING,
  Struct,
  compareTexts,
  type FunctionTable,
  type GoFunction,
  type GoType,
  type Value,
} from '../runtime/values.js';
import type { QueryOutcome, TemplateSample } from '../template.js';

const SAMPLE: GoType = { name: 'template.sample', kind: 'struct' };
const SAMPLE_POINTER: GoType = { name: '*template.sample', kind: 'pointer', elem: SAMPLE };
const SAMPLES: GoType = { name: 'template.queryResult', kind: 'list', elem: SAMPLE_POINTER };

/** What templates do with the result of `query`. */
export const SAMPLE_FUNCTIONS: FunctionTable = new Map<string, GoFunction>([
  ['first', { params: [SAMPLES], call: ([samples]) => first(samples as List) }],
  ['label', { params: [STRING, SAMPLE_POINTER], call: ([name, sample]) => labelOf(sample, name as string) }],
  ['value', { params: [SAMPLE_POINTER], call: ([sample]) => structOf(sample).fields.get('Value') }],
  ['strvalue', { params: [SAMPLE_POINTER], call: ([sample]) => labelOf(sample, '__value__') }],
  [
    'sortByLabel',
    { params: [STRING, SAMPLES], call: ([name, samples]) => sortByLabel(samples as List, name as string) },
  ],
]);

/** `query`: instant vectors from wherever the supplied function finds them. */
export function queryFunction(query: (expression: string) => QueryOutcome): GoFunction {
  return {
    params: [STRING],
    call: ([expression]) => {
      const outcome = query(expression as string);
      if (!outcome.ok) throw new CallFailure(outcome.error);
      return new List(SAMPLES, outcome.samples.map(sampleValue));
    },
  };
}

function sampleValue({ labels, value }: TemplateSample): Pointer {
  const fields = new Map<string, Value>([
    ['Labels', Dict.ofStrings(labels)],
    ['Value', value],
  ]);
  return new Pointer(SAMPLE_POINTER, new Struct(SAMPLE, fields));
}

function first(samples: List): Value {
  if (samples.items.length === 0) throw new CallFailure('first() called on vector with no elements');
  return samples.items[0];
}

function labelOf(sample: Value, name: string): string {
  return (structOf(sample).fields.get('Labels') as Dict).get(name) as string;
}

function sortByLabel(samples: List, name: string): List {
  const compare = (a: Value, b: Value): number => compareTexts(labelOf(a, name), labelOf(b, name));
  return new List(samples.type, samples.items.toSorted(compare));
}

function structOf(sample: Value): Struct {
  const target = sample instanceof Pointer ? sample.target : undefined;
  if (target instanceof Struct) return target;
  throw new CallFailure('runtime error: invalid memory address or nil pointer dereference');
}

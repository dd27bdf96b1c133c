import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { labelNames, type Labels, normalizeLabels } from './labels.js';

const name = fc.oneof(
  fc.constantFrom(
    '9',
    '10',
    '01',
    '007',
    'constructor',
    'toString',
    '__proto__',
    'a',
    'B',
    '_',
    'é',
    '\uffff',
    '😀',
  ),
  fc.string({ unit: 'binary' }),
);
/** Own members whatever the name, as JSON.parse makes them. */
const labelSets = fc
  .array(fc.tuple(name, fc.constantFrom('', 'x', 'y')))
  .map((pairs): Labels => Object.fromEntries(pairs));

const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');

describe('the names of a label set', () => {
  it.each<[string, Labels, readonly string[]]>([
    ['are sorted', { severity: 'c', alertname: 'A' }, ['alertname', 'severity']],
    ['have capitals first, as bytes do', { b: '1', _: '1', B: '1', a: '1' }, ['B', '_', 'a', 'b']],
    [
      'are texts even when they look like numbers',
      { 9: 'x', 10: 'x', a: 'x', '01': 'x' },
      ['01', '10', '9', 'a'],
    ],
    ['have astral characters last, where UTF-8 puts them', { '😀': 'x', '\uffff': 'x' }, ['\uffff', '😀']],
    ['leave out what has no value', { a: '', b: 'x' }, ['b']],
    ['are none in an empty set', {}, []],
  ])('%s', (_what, labels, expected) => {
    expect(labelNames(labels)).toEqual(expected);
  });

  it('are in the order of their bytes, whatever they are', () => {
    fc.assert(
      fc.property(labelSets, (labels) => {
        const names = labelNames(labels);
        expect(names).toEqual(names.toSorted((a, b) => Buffer.compare(bytes(a), bytes(b))));
      }),
    );
  });
});

describe('a normalized label set', () => {
  it('holds every label that has a value, and no other', () => {
    fc.assert(
      fc.property(labelSets, (labels) => {
        const full = Object.entries(labels).filter(([, value]) => value !== '');
        expect(new Map(Object.entries(normalizeLabels(labels)))).toEqual(new Map(full));
      }),
    );
  });

  it('is the same however the labels were laid down, and normalizing it again changes nothing', () => {
    fc.assert(
      fc.property(labelSets, (labels) => {
        const reversed = Object.fromEntries(Object.entries(labels).toReversed());
        const text = JSON.stringify(normalizeLabels(labels));
        expect(JSON.stringify(normalizeLabels(reversed))).toBe(text);
        expect(JSON.stringify(normalizeLabels(normalizeLabels(labels)))).toBe(text);
      }),
    );
  });
});

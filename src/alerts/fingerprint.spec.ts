import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { fingerprint } from './fingerprint.js';
import type { Labels } from './labels.js';

/** FNV-1a 64 as it is defined, in the arithmetic it is defined in. */
function byDefinition(labels: Labels): string {
  const pairs = Object.entries(labels)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => [Buffer.from(name), Buffer.from(value)] as const)
    .toSorted(([a], [b]) => Buffer.compare(a, b));
  const separator = Buffer.from([0xff]);
  const bytes = Buffer.concat(pairs.flatMap(([name, value]) => [name, separator, value, separator]));
  const hash = bytes.reduce(
    (sum, byte) => BigInt.asUintN(64, (sum ^ BigInt(byte)) * 1099511628211n),
    14695981039346656037n,
  );
  return hash.toString(16).padStart(16, '0');
}

describe('the fingerprint of a label set', () => {
  // What the API of Alertmanager 0.25 shows for alerts with these labels.
  it.each<[string, Labels]>([
    ['d2c6efc389df0927', { alertname: 'A' }],
    ['d2c6efc389df0927', { alertname: 'A', empty: '' }],
    ['087036d1e9d728e4', { alertname: 'HighErrorRate', severity: 'critical' }],
    [
      'b33f5b33d4164717',
      {
        alertname: 'IrisAccuracyLow',
        model_name: 'iris-classifier',
        model_version: '7',
        severity: 'critical',
      },
    ],
    ['57298a6f8b726834', { b: '1', a: '2', B: '3', _: '4', alertname: 'Order' }],
    ['4d40e49746fcd75b', { alertname: 'é 😀\u00a0\u200b', team: 'ml\tnew\nline "quoted" \\' }],
    ['e9bce623b7330454', { alertname: 'constructor', constructor: 'x', toString: 'y', hasOwnProperty: 'z' }],
    ['7f02d593012308df', { alertname: 'long', text: 'x'.repeat(5000) }],
  ])('is %s, as in Alertmanager, for %j', (expected, labels) => {
    expect(fingerprint(labels)).toBe(expected);
  });

  it('is the offset basis of FNV-1a 64 when there are no labels', () => {
    expect(fingerprint({})).toBe('cbf29ce484222325');
  });

  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', '9', '10', '\uffff', '😀', '__proto__', 'constructor'),
  );
  const labelSets = fc.array(fc.tuple(texts, texts)).map((pairs): Labels => Object.fromEntries(pairs));

  it('is FNV-1a 64 by its definition, for any names and values', () => {
    fc.assert(
      fc.property(labelSets, (labels) => {
        expect(fingerprint(labels)).toBe(byDefinition(labels));
      }),
      { numRuns: 500 },
    );
  });

  it('tells a name from a value, and where each ends', () => {
    const sets: Labels[] = [{ a: 'bc' }, { ab: 'c' }, { bc: 'a' }, { a: 'b', c: 'd' }, { a: 'bcd' }];
    expect(new Set(sets.map(fingerprint)).size).toBe(sets.length);
  });
});

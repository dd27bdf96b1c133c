import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { fingerprint } from '../alerts/fingerprint.js';
import { compares } from '../promql/strip-comparison.js';
import { judgeValues } from './judge-expr.js';
import type { ValueLines } from './extension.schema.js';

const accuracy: ValueLines = {
  expr: 'model_accuracy',
  operator: '<',
  lines: [
    { severity: 'critical', at: 0.8 },
    { severity: 'warning', at: 0.9 },
  ],
  recover: 0.93,
};
const KEY = fingerprint({ v: '1' });
/** Judges the values one after the other, as an alert without `for` would live through them. */
function live(values: readonly number[], rule: ValueLines): readonly string[] {
  let severity: string | undefined;
  let firing = false;
  return values.map((value) => {
    const samples = [{ labels: { __name__: 'm', v: '1' }, value, timestamp: 0 }];
    const context = {
      firing: new Set(firing ? [KEY] : []),
      severities: new Map(severity ? [[KEY, severity]] : []),
    };
    const [seen] = judgeValues(samples, rule, context);
    if (seen?.verdict === 'breached') [firing, severity] = [true, seen.severity];
    if (seen?.verdict === 'clear') [firing, severity] = [false, undefined];
    return `${seen?.verdict}${seen?.severity ? ` ${seen.severity}` : ''}`;
  });
}

describe('judgeValues', () => {
  it.each<[sentence: string, rule: ValueLines, values: readonly number[], told: readonly string[]]>([
    [
      'one line',
      { expr: 'm', operator: '>', lines: [{ at: 10 }] },
      [10, 10.1, 10],
      ['clear', 'breached', 'clear'],
    ],
    [
      'one line and where it recovers: once beyond, only recover ends it',
      { expr: 'm', operator: '>', lines: [{ at: 10 }], recover: 8 },
      [9, 11, 9, 8.5, 8, 9],
      ['clear', 'breached', 'breached', 'breached', 'clear', 'clear'],
    ],
    [
      'an inclusive line recovers beyond recover',
      { expr: 'm', operator: '>=', lines: [{ at: 10 }], recover: 8 },
      [10, 8, 7.9],
      ['breached', 'breached', 'clear'],
    ],
    [
      'two lines: up at the lines, down with the same distance at each',
      accuracy,
      [0.95, 0.89, 0.79, 0.81, 0.829, 0.84, 0.92, 0.93, 0.91],
      [
        'clear',
        'breached warning',
        'breached critical',
        'breached critical',
        'breached critical',
        'breached warning',
        'breached warning',
        'clear',
        'clear',
      ],
    ],
    [
      'two lines without recover: exactly at the lines',
      { expr: 'm', operator: '<', lines: accuracy.lines },
      [0.79, 0.8, 0.9],
      ['breached critical', 'breached warning', 'clear'],
    ],
    [
      'a value that is no number says nothing',
      accuracy,
      [0.85, Number.NaN, 0.92, 0.95],
      ['breached warning', 'no_data', 'breached warning', 'clear'],
    ],
  ])('%s', (_sentence, rule, values, told) => {
    expect(live(values, rule)).toEqual(told);
  });

  it('shows the value, the line that counts, and the name of the metric', () => {
    const samples = [{ labels: { __name__: 'model_accuracy', v: '1' }, value: 0.85, timestamp: 0 }];
    expect(judgeValues(samples, accuracy, { firing: new Set() })).toEqual([
      {
        labels: { v: '1' },
        metric: 'model_accuracy',
        value: 0.85,
        verdict: 'breached',
        severity: 'warning',
        evidence: { measure: 'value', value: 0.85, threshold: 0.9 },
      },
    ]);
    const [kept] = judgeValues([{ labels: { v: '1' }, value: 0.92, timestamp: 0 }], accuracy, {
      firing: new Set([KEY]),
      severities: new Map([[KEY, 'warning']]),
    });
    expect(kept?.evidence?.note).toBe('not yet recovered');
  });

  it('keeps an alert of an unknown severity at the mildest line', () => {
    const samples = [{ labels: { v: '1' }, value: 0.82, timestamp: 0 }];
    const context = { firing: new Set([KEY]), severities: new Map([[KEY, 'page']]) };
    expect(judgeValues(samples, accuracy, context)[0]?.severity).toBe('warning');
  });

  it('without recover says what Prometheus would: a series is breached exactly when the comparison keeps it', () => {
    const operators = fc.constantFrom<ValueLines['operator']>('>', '>=', '<', '<=', '==', '!=');
    const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(Infinity, -Infinity));
    fc.assert(
      fc.property(operators, number, number, fc.boolean(), (operator, at, value, firing) => {
        const samples = [{ labels: { v: '1' }, value, timestamp: 0 }];
        const context = { firing: new Set(firing ? [KEY] : []) };
        const [seen] = judgeValues(samples, { expr: 'm', operator, lines: [{ at }] }, context);
        expect(seen?.verdict === 'breached').toBe(compares(value, operator, at));
      }),
    );
  });
});

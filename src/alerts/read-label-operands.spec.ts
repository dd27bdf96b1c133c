import { describe, expect, it } from '@jest/globals';
import { readLabelOperands } from './read-label-operands.js';

describe('labels on a command line', () => {
  it.each<[operands: readonly string[], labels: Record<string, string>]>([
    [['alertname=Low'], { alertname: 'Low' }],
    [['alertname="Low"', 'severity=critical'], { alertname: 'Low', severity: 'critical' }],
    [['note=a b=c', 'empty='], { note: 'a b=c', empty: '' }],
    [['{alertname="Low", note="a, b"}', 'team=red'], { alertname: 'Low', note: 'a, b', team: 'red' }],
    [['a=b', 'a=b'], { a: 'b' }],
    [['url=http://x/?a=~b'], { url: 'http://x/?a=~b' }],
  ])('%j', (operands, labels) => {
    expect(readLabelOperands(operands)).toEqual({ ok: true, labels });
  });

  it.each<[operands: readonly string[], error: string]>([
    [[], 'got none'],
    [['Low'], 'got "Low"'],
    [['=x'], 'got "=x"'],
    [['a=~b'], 'got "a=~b"'],
    [['a!=b'], 'got "a!=b"'],
    [['a=b', 'a=c'], 'got two values for a'],
    [['{a="b"'], 'got "{a=\\"b\\"": '],
    [['{a=~"b"}'], 'got a=~"b": an alert has one value for each label'],
  ])('refuses %j', (operands, error) => {
    const read = readLabelOperands(operands);
    expect(read.ok ? '' : read.error).toContain(
      `expected labels such as alertname=IrisAccuracyLow severity=critical, ${error}`,
    );
  });
});

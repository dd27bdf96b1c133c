import { describe, it, expect } from '@jest/globals';
import type { Matcher } from '../alerts/matcher.js';
import { blockingAlerts, explainCondition, holds } from './condition.js';
import type { Condition } from './policy.js';
import type { OpenAlert } from './signal.js';

const alert = (alertname: string, hour: number, more: Partial<OpenAlert> = {}): OpenAlert => ({
  alertname,
  labels: { alertname, model_name: 'iris' },
  since: new Date(hour * 3_600_000),
  ...more,
});
const rule = (alertname: string): Condition => ({ type: 'rule', alertname });
const critical: Matcher = {
  name: 'severity',
  operator: '=',
  value: 'critical',
  matches: (labels) => labels['severity'] === 'critical',
};
const [a, b, c] = [alert('A', 1), alert('B', 2), alert('C', 3, { labels: { severity: 'critical' } })];
const hour = (n: number): Date => new Date(n * 3_600_000);

describe('holds', () => {
  it.each<[string, Condition, { since: Date; alerts: readonly OpenAlert[] } | undefined]>([
    ['a rule that fires', rule('A'), { since: hour(1), alerts: [a] }],
    ['a rule that does not', rule('Z'), undefined],
    [
      'any, from its earliest branch',
      { type: 'any', of: [rule('B'), rule('A'), rule('Z')] },
      { since: hour(1), alerts: [b, a] },
    ],
    ['any, with no branch holding', { type: 'any', of: [rule('Y'), rule('Z')] }, undefined],
    [
      'all, from its latest branch',
      { type: 'all', of: [rule('A'), rule('B')] },
      { since: hour(2), alerts: [a, b] },
    ],
    ['all, with one branch missing', { type: 'all', of: [rule('A'), rule('Z')] }, undefined],
    [
      'all inside any',
      { type: 'any', of: [rule('Z'), { type: 'all', of: [rule('B'), rule('A')] }] },
      { since: hour(2), alerts: [b, a] },
    ],
    ['matchers', { type: 'matchers', matchers: [critical], text: '' }, { since: hour(3), alerts: [c] }],
    [
      'an alert that two branches share, once',
      { type: 'all', of: [rule('A'), { type: 'any', of: [rule('A')] }] },
      { since: hour(1), alerts: [a] },
    ],
    ['signals', { type: 'signals', signals: ['data_quality'] }, undefined],
  ])('judges %s', (_what, condition, expected) => {
    expect(holds(condition, [a, b, c])).toEqual(expected);
  });
});

describe('blockingAlerts', () => {
  const policy = {
    model: 'iris',
    blockWhen: [rule('LabelsDown'), { type: 'signals', signals: ['data_quality'] } as const],
  };
  const burning = (measure: string): Partial<OpenAlert> => ({
    kind: 'error_rate',
    evidence: { measure, value: 2, threshold: 1 },
  });
  it.each<[string, OpenAlert, boolean]>([
    ['a named rule of the model', alert('LabelsDown', 1), true],
    ['a named rule that names no model', alert('LabelsDown', 1, { labels: {} }), true],
    ['a named rule of another model', alert('LabelsDown', 1, { labels: { model_name: 'fraud' } }), false],
    ['a staleness rule of the model', alert('Stale', 1, { kind: 'staleness' }), true],
    ['an accuracy rule of the model', alert('Low', 1, { kind: 'accuracy' }), false],
    ['a budget that burns fast', alert('Burn', 1, burning('burn_rate')), true],
    ['a budget that burns slowly', alert('Burn', 1, burning('slow_burn_rate')), false],
    ['a named rule, however slowly it burns', alert('LabelsDown', 1, burning('slow_burn_rate')), true],
  ])('counts %s: %#', (_what, firing, blocks) => {
    expect(blockingAlerts(policy, [firing])).toEqual(blocks ? [firing] : []);
  });
  it('counts an alert once that two conditions name', () => {
    expect(blockingAlerts(policy, [alert('LabelsDown', 1, { kind: 'staleness' })])).toHaveLength(1);
  });
});

describe('explainCondition', () => {
  it('reads like a sentence', () => {
    const nested: Condition = {
      type: 'any',
      of: [rule('A'), { type: 'all', of: [rule('B'), { type: 'matchers', matchers: [], text: '{x="y"}' }] }],
    };
    expect(explainCondition(nested)).toBe('A or (B and {x="y"})');
    expect(explainCondition({ type: 'signals', signals: ['accuracy', 'input_drift'] })).toBe(
      'any accuracy, input drift alert',
    );
  });
});

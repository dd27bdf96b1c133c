import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { RuleGroups } from './rule-group.schema.js';

const issuesOf = (input: unknown): string[] => {
  const result = RuleGroups.safeParse(input);
  if (result.success) return [];
  return result.error.issues.map((issue) => {
    const message = issue.code === 'invalid_key' ? issue.issues[0]?.message : issue.message;
    return `${issue.path.join('.')}: ${message}`;
  });
};
const oneRule = (rule: object): unknown => [{ name: 'g', rules: [rule] }];

describe('RuleGroups', () => {
  it('reads a Prometheus rule file and fills in what it leaves out', () => {
    const [group] = RuleGroups.parse([
      {
        name: 'iris',
        interval: '30s',
        labels: { team: 'flowers' },
        rules: [
          { record: 'job:errors:rate5m', expr: 'sum by (job) (rate(errors_total[5m]))' },
          { alert: 'Down', expr: 'up == 0', for: '10m', labels: { severity: 'page' } },
        ],
      },
    ]);
    expect(group).toMatchObject({ name: 'iris', interval: 30_000, limit: 0 });
    expect(group?.rules[1]).toMatchObject({ for: 600_000, keep_firing_for: 0, annotations: {} });
  });

  it('reads a model kind in the place of expr', () => {
    const [group] = RuleGroups.parse(oneRule({ alert: 'Low', accuracy: { model: 'iris', below: 0.92 } }));
    expect(group?.rules[0]?.accuracy).toMatchObject({ model: 'iris', below: 0.92, window: 7 * 86_400_000 });
  });

  it.each<[string, object, string]>([
    [
      'a rule needs a condition',
      { alert: 'A' },
      '0.rules.0: expected expr, or one of accuracy, error_rate, latency, drift, prediction_drift, staleness',
    ],
    [
      'a rule has one condition',
      { alert: 'A', expr: 'up', accuracy: { model: 'm', below: 0.9 } },
      '0.rules.0.accuracy: expected one condition, got expr and accuracy: make it two rules',
    ],
    ['a rule has a name', { expr: 'up' }, '0.rules.0: expected exactly one of alert and record'],
    [
      'a typo in PromQL is placed',
      { alert: 'A', expr: 'sum(rate(foo[5m])' },
      '0.rules.0.expr: 1:18 unexpected end of expression',
    ],
    [
      'an unknown field is refused',
      { alert: 'A', expr: 'up', fro: '5m' },
      '0.rules.0: Unrecognized key: "fro"',
    ],
    [
      'a duration is one Prometheus knows',
      { alert: 'A', expr: 'up', for: '5 mins' },
      '0.rules.0.for: expected a duration such as 5m, got "5 mins"',
    ],
    [
      'a label name is one Prometheus knows',
      { alert: 'A', expr: 'up', labels: { 'team-name': 'x' } },
      '0.rules.0.labels.team-name: expected a label name of letters, digits and _ that starts with no digit, got "team-name"',
    ],
    [
      'the value does not belong into a label',
      { alert: 'A', expr: 'up', labels: { level: '{{ $value }}' } },
      '0.rules.0.labels.level: $value in the label level makes a new alert at every change: put it into an annotation',
    ],
    [
      'recording rules do not wait',
      { record: 'a:b', expr: 'up', for: '5m' },
      '0.rules.0.for: a recording rule has no for',
    ],
    [
      'recording rules are plain PromQL',
      { record: 'a:b', accuracy: { model: 'm', below: 0.9 } },
      '0.rules.0.accuracy: accuracy belongs to alert; a recording rule has expr',
    ],
  ])('%s', (_, rule, message) => {
    expect(issuesOf(oneRule(rule)).join('\n')).toContain(message);
  });

  it('says where a template breaks', () => {
    const broken = oneRule({ alert: 'A', expr: 'up', annotations: { summary: 'one\n{{ $value' } });
    expect(issuesOf(broken)[0]).toMatch(/^0\.rules\.0\.annotations\.summary: 2:\d+ ./);
  });

  it('refuses two groups of one name and intervals below a second', () => {
    expect(issuesOf([{ name: 'g' }, { name: 'g' }])).toEqual([
      '1.name: expected a name no other group of this file has, got "g" twice',
    ]);
    expect(issuesOf([{ name: 'g', interval: '500ms' }])).toEqual([
      '0.interval: expected an interval of at least 1s, got 500ms',
    ]);
  });

  it('can be told as JSON schema', () => {
    const schema = z.toJSONSchema(RuleGroups, { io: 'input', unrepresentable: 'any' });
    expect(JSON.stringify(schema)).toContain('"prediction_drift"');
  });
});

import { describe, expect, it } from '@jest/globals';
import { compileRuleGroups } from './compile-rules.js';
import { explainRules } from './explain-rules.js';
import { RuleGroups } from './rule-group.schema.js';

const groups = compileRuleGroups(
  'a.yml',
  RuleGroups.parse([
    {
      name: 'g',
      labels: { team: 'red' },
      rules: [
        { alert: 'Low', expr: 'x{env="prod"} < 1', labels: { severity: 'warning', tier: '{{ $labels.t }}' } },
        { alert: 'Low', expr: 'x < 1', labels: { severity: 'critical' } },
        { alert: 'Model', accuracy: { model: 'iris', below: 0.9 } },
        { alert: 'Either', expr: 'x{env="prod"} or y{env=~"dev|test"}' },
        { alert: 'Made', expr: 'label_replace(x{env="prod"}, "env", "$1", "zone", "(.*)")' },
      ],
    },
  ]),
  new Map(),
  { defaultIntervalMs: 60_000 },
);
const explain = (labels: Record<string, string>) =>
  explainRules(groups, labels).map(({ rule, conflicts, adds, templated }) => ({
    query: rule.query,
    conflicts: conflicts.map(({ wants, asked }) => `${wants} not ${asked}`),
    adds,
    templated,
  }));
const able = (labels: Record<string, string>): readonly string[] =>
  explain(labels).flatMap(({ query, conflicts }) => (conflicts.length === 0 ? [query] : []));

describe('the rules behind an alert', () => {
  it('are told apart by the labels they give, and say what they add', () => {
    expect(explain({ alertname: 'Low', severity: 'critical' })).toEqual([
      {
        query: 'x{env="prod"} < 1',
        conflicts: ['severity="warning" not critical'],
        adds: { team: 'red' },
        templated: ['tier'],
      },
      { query: 'x < 1', conflicts: [], adds: { team: 'red' }, templated: [] },
    ]);
  });

  it('may give any text where a template decides', () => {
    expect(able({ alertname: 'Low', tier: 'anything' })).toHaveLength(2);
  });

  it('give the model of their kind', () => {
    expect(explain({ alertname: 'Model' })[0]?.adds).toEqual({ team: 'red', model_name: 'iris' });
    expect(able({ alertname: 'Model', model_name: 'other' })).toEqual([]);
  });

  it('cannot give what every selector keeps out', () => {
    expect(able({ alertname: 'Low', env: 'dev' })).toEqual(['x < 1']);
    expect(able({ alertname: 'Either', env: 'dev' })).toHaveLength(1);
    expect(able({ alertname: 'Either', env: 'stage' })).toEqual([]);
    expect(explain({ alertname: 'Either', env: 'stage' })[0]?.conflicts).toEqual(['env="prod" not stage']);
  });

  it('may give it after all when a function makes the label', () => {
    expect(able({ alertname: 'Made', env: 'dev' })).toHaveLength(1);
  });

  it('are all that could give the labels, when no name was asked for', () => {
    expect(able({ team: 'red', severity: 'critical' })).toEqual([
      'x < 1',
      expect.stringContaining('accuracy'),
      'x{env="prod"} or y{env=~"dev|test"}',
      expect.stringContaining('label_replace'),
    ]);
    expect(able({ team: 'blue' })).toEqual([]);
  });
});

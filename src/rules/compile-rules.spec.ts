import { describe, expect, it } from '@jest/globals';
import type { Sample } from '../prometheus/sample.js';
import { compileRuleGroups } from './compile-rules.js';
import { RuleGroups } from './rule-group.schema.js';
import type { Rule } from './rule.js';

const options = { defaultIntervalMs: 60_000 };
const compile = (groups: unknown, models: Parameters<typeof compileRuleGroups>[2] = new Map()) =>
  compileRuleGroups('iris.yml', RuleGroups.parse(groups), models, options);
const oneRule = (rule: object): Rule =>
  compile([{ name: 'iris', labels: { team: 'a', tier: 'x' }, rules: [rule] }])[0]?.rules[0] as Rule;
const context = { now: new Date(0), firing: new Set<string>() };

describe('compileRuleGroups', () => {
  it('names groups and rules so that they keep their place over reloads', () => {
    const groups = compile([
      {
        name: 'a',
        rules: [
          { record: 'x:y', expr: 'up' },
          { alert: 'Down', expr: 'up == 0' },
        ],
      },
      { name: 'b', interval: '15s', limit: 3, query_offset: '1m' },
    ]);
    expect(groups).toMatchObject([
      { key: 'iris.yml;a', file: 'iris.yml', name: 'a', intervalMs: 60_000, queryOffsetMs: 0, limit: 0 },
      { key: 'iris.yml;b', intervalMs: 15_000, queryOffsetMs: 60_000, limit: 3, rules: [] },
    ]);
    expect(groups[0]?.rules.map(({ key }) => key)).toEqual(['iris.yml;a;0;Down']);
  });

  it('keeps the key of a rule when another is written before it, and tells rules of one name apart', () => {
    const keys = (...names: string[]) =>
      compile([{ name: 'a', rules: names.map((alert) => ({ alert, expr: 'up' })) }])[0]?.rules.map(
        ({ key }) => key,
      );
    expect(keys('Down')).toEqual(['iris.yml;a;0;Down']);
    expect(keys('New', 'Down', 'Down')).toEqual([
      'iris.yml;a;0;New',
      'iris.yml;a;0;Down',
      'iris.yml;a;1;Down',
    ]);
  });

  it('tells of a text that fails under the name of the alert, as Prometheus does', () => {
    const { labels, annotations } = oneRule({
      alert: 'Down',
      expr: 'up',
      labels: { tier: '{{ toTime "x" }}' },
      annotations: { summary: '{{ toTime "x" }}' },
    });
    const data = { labels: {}, value: 1, externalLabels: {}, externalUrl: '' };
    for (const text of [labels['tier'], annotations['summary']])
      expect(text?.render(data)).toMatch(/error executing template __alert_Down: /);
  });

  it('lays a rule’s labels over its group’s', () => {
    const rule = oneRule({ alert: 'A', expr: 'up', labels: { tier: '{{ $labels.job }}' } });
    const data = { labels: { job: 'api' }, value: 1, externalLabels: {}, externalUrl: '' };
    const rendered = Object.entries(rule.labels).map(([name, text]) => [name, text.render(data)]);
    expect(rendered).toEqual([
      ['team', 'a'],
      ['tier', 'api'],
    ]);
  });

  it('takes every series of plain PromQL for a breach, without its metric name', () => {
    const rule = oneRule({ alert: 'A', expr: 'up == 0', for: '5m', keep_firing_for: '1m' });
    expect(rule).toMatchObject({
      kind: 'expr',
      query: 'up == 0',
      forMs: 300_000,
      keepFiringForMs: 60_000,
      absentMeansClear: true,
      queries: [{ name: 'expr', expr: 'up == 0' }],
    });
    const samples: Sample[] = [
      { labels: { __name__: 'up', job: 'a' }, value: 0, timestamp: 0 },
      { labels: { job: 'b' }, value: Number.NaN, timestamp: 0 },
    ];
    expect(rule.judge({ expr: samples }, context)).toEqual([
      { labels: { job: 'a' }, metric: 'up', value: 0, verdict: 'breached' },
      { labels: { job: 'b' }, value: Number.NaN, verdict: 'breached' },
    ]);
    expect(rule.judge({ expr: [] }, context)).toEqual([]);
    expect(rule.judge({}, context)).toEqual([]);
  });

  it.each<[string, object, string]>([
    [
      'accuracy',
      { accuracy: { model: 'iris', below: 0.92 } },
      'accuracy: { model: iris, below: 92%, window: 1w, min_samples: 100 }',
    ],
    [
      'error_rate',
      { error_rate: { model: 'iris', above: 0.05, where: { env: 'prod' } } },
      'error_rate: { model: iris, where: { env: prod }, above: 5%, window: 10m, min_requests: 50, min_errors: 5 }',
    ],
    [
      'drift',
      { drift: { model: 'iris', features: ['petal'], window: '20s', aggregate: { share: 0.5 } } },
      'drift: { model: iris, features: { petal: 1 }, window: 20s, reference: auto, distance: auto, aggregate: { share: 50% }, min_samples: 200 }',
    ],
    [
      'prediction_drift',
      { prediction_drift: { model: 'iris: "a"', above: 0.2 } },
      String.raw`prediction_drift: { model: "iris: \"a\"", window: 6h, reference: auto, distance: auto, above: 0.2, min_samples: 200 }`,
    ],
  ])('tells a rule of the kind %s in one line', (kind, condition, query) => {
    const rule = oneRule({ alert: 'A', ...condition });
    expect(rule).toMatchObject({ kind, query, absentMeansClear: false });
    expect(rule.model).toMatch(/^iris/);
    expect(rule.queries.length).toBeGreaterThan(1);
    expect(rule.judge({}, context)).toMatchObject([
      { verdict: 'no_data', labels: { model_name: rule.model } },
    ]);
  });

  it('gives a kind the facts about its model', () => {
    const models = new Map([['iris', { name: 'iris', labelDelaySettledMs: 3_600_000 }]]);
    const groups = [{ name: 'g', rules: [{ alert: 'A', accuracy: { model: 'iris', below: 0.9 } }] }];
    const settled = (known: typeof models) =>
      compile(groups, known)[0]?.rules[0]?.queries.find(({ name }) => name === 'settled')?.expr;
    expect(settled(models)).toContain('offset 1h');
    expect(settled(new Map())).toBeUndefined();
  });
});

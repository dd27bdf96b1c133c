import { expect, it } from '@jest/globals';
import { RuleGroups } from '../../../src/rules/rule-group.schema.js';
import { lintRuleGroups } from '../../../src/rules/lints/lint-rule-groups.js';
import { checkAnswers, describeWithPromtool } from '../promql/promtool.js';

const OPTIONS = { defaultIntervalMs: 60_000, scrapeIntervalMs: 60_000, models: new Map() };
const lintsOf = (expr: string): readonly string[] =>
  lintRuleGroups(RuleGroups.parse([{ name: 'g', rules: [{ alert: 'A', expr }] }]), OPTIONS).map(
    ({ lint }) => lint,
  );

const errors = 'rate(model_prediction_errors_total[5m])';
const requests = 'rate(model_prediction_requests_total[5m])';
const series = {
  'model_prediction_errors_total{model_name="m",error_type="timeout"}': '0+2x60',
  'model_prediction_requests_total{model_name="m",model_version="7"}': '0+8x60',
  'latency_bucket{job="a",le="1"}': '0+5x60',
  'latency_bucket{job="a",le="+Inf"}': '0+10x60',
  'level{job="a"}': '3x60',
};

describeWithPromtool('what lints say that Prometheus answers', () => {
  it.each([
    ['errors-by-version', `sum(${errors}) / sum by (model_version) (${requests})`],
    ['errors-by-version', `sum by (model_version) (${errors}) / sum by (model_version) (${requests})`],
    ['label-mismatch', 'sum(level) / sum by (job) (level)'],
    ['label-mismatch', 'sum by (job) (level) > vector(1)'],
    ['quantile-without-le', 'histogram_quantile(0.9, sum by (job) (rate(latency_bucket[5m])))'],
    ['constant-comparison', 'level == NaN'],
    ['constant-comparison', 'level > Inf'],
    ['short-range', 'rate(model_prediction_errors_total[30s])'],
  ])('%s: %s is nothing', (lint, expr) => {
    expect(lintsOf(expr)).toContain(lint);
    expect(checkAnswers(series, [{ expr, at: '30m', gives: {} }])).toBe('');
  });

  it.each<[string, Readonly<Record<string, number>>]>([
    [`sum by (model_name) (${errors}) / sum by (model_name) (${requests})`, { '{model_name="m"}': 0.25 }],
    ['sum by (job) (level) > on () group_left () vector(1)', { '{job="a"}': 3 }],
    ['histogram_quantile(0.5, sum by (le, job) (rate(latency_bucket[5m])))', { '{job="a"}': 1 }],
  ])('what they advise instead is something: %s', (expr, gives) => {
    expect(lintsOf(expr)).toEqual([]);
    expect(checkAnswers(series, [{ expr, at: '30m', gives }])).toBe('');
  });

  it('finds absent without the labels of a pattern, as Prometheus tells it', () => {
    const expr = 'absent(gone{job="a",instance=~"b|c"})';
    expect(lintsOf(expr)).toEqual(['absent-labels']);
    expect(checkAnswers(series, [{ expr, at: '30m', gives: { '{job="a"}': 1 } }])).toBe('');
  });
});

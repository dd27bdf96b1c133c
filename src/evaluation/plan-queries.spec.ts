import { describe, expect, it } from '@jest/globals';
import { PrometheusError, type PrometheusAnswer, type Sample } from '../prometheus/sample.js';
import { textOf } from '../promql/fuse-queries.js';
import { compileRuleGroups } from '../rules/compile-rules.js';
import type { Rule } from '../rules/rule.js';
import { RuleGroups } from '../rules/rule-group.schema.js';
import { answersByRule, planQueries } from './plan-queries.js';

const rulesFrom = (...conditions: readonly object[]): readonly Rule[] => {
  const rules = conditions.map((condition, n) => ({ alert: `A${n}`, ...condition }));
  const groups = RuleGroups.parse([{ name: 'g', rules }]);
  return compileRuleGroups('f', groups, new Map(), { defaultIntervalMs: 1000 }).flatMap(
    (group) => group.rules,
  );
};
const asked = (rules: readonly Rule[]): readonly string[] =>
  planQueries(rules).queries.map(({ query }) => textOf(query, query.members));
const answer = (...values: readonly number[]): PrometheusAnswer => ({
  samples: values.map((value): Sample => ({ labels: {}, value, timestamp: 1 })),
  scanned: values.length,
});

describe('planQueries', () => {
  it('asks once what several rules want to know, and together what is alike', () => {
    const rules = rulesFrom(
      { expr: 'up == 0' },
      { expr: 'up == 0', for: '5m' },
      { expr: 'x{m="a"} > 1' },
      { expr: 'x{m="b"} > 1' },
    );
    expect(asked(rules)).toEqual(['(x{m=~"a|b"}) > 1', 'up == 0']);
    expect(planQueries(rules).wanted).toBe(4);
  });

  it('keeps apart what is asked for different times', () => {
    const [rule] = rulesFrom({ expr: 'x{m="a"}' });
    const earlier = [{ name: 'earlier', expr: 'x{m="b"}', offsetMs: 60_000 }];
    const plan = planQueries([rule as Rule, { ...(rule as Rule), queries: earlier }]);
    expect(plan.queries.map(({ offsetMs, query }) => [offsetMs, textOf(query, query.members)])).toEqual([
      [0, 'x{m="a"}'],
      [60_000, 'x{m="b"}'],
    ]);
  });

  it('wants to know what plain PromQL touches, and not what kinds do', () => {
    const scans = (...conditions: readonly object[]): readonly boolean[] =>
      planQueries(rulesFrom(...conditions)).queries.flatMap(({ questions }) =>
        Array.from(questions.values(), ({ scan }) => scan),
      );
    const kind = { error_rate: { model: 'iris', above: 0.1 } };
    expect(new Set(scans(kind))).toEqual(new Set([false]));
    const same = rulesFrom(kind)[0]?.queries[0]?.expr;
    expect(scans({ expr: same })).toEqual([true]);
    expect(scans({ expr: same }, kind)).toContain(true);
  });

  it('needs as many queries for 200 models as for one', () => {
    const kinds = (model: string): readonly object[] => [
      { accuracy: { model, below: 0.9 } },
      { error_rate: { model, above: 0.05 } },
      { drift: { model } },
      { prediction_drift: { model } },
    ];
    const one = asked(rulesFrom(...kinds('m0'))).length;
    const models = Array.from({ length: 200 }, (_, n) => `model-${n}`);
    const rules = rulesFrom(...models.flatMap(kinds));
    expect(planQueries(rules).wanted).toBeGreaterThan(3000);
    expect(asked(rules).length).toBe(one);
  });
});

describe('answersByRule', () => {
  const kind = rulesFrom({ error_rate: { model: 'iris', above: 0.1 } });
  const [errors, requests] = (kind[0] as Rule).queries;
  const answers = (first: PrometheusAnswer | PrometheusError, second: PrometheusAnswer | PrometheusError) =>
    answersByRule(
      kind,
      new Map([
        [`0 ${errors?.expr}`, first],
        [`0 ${requests?.expr}`, second],
      ]),
    ).get(kind[0]?.key ?? '');

  it('gives a rule its samples by the names of its queries', () => {
    expect(answers(answer(1), answer(2, 3))).toMatchObject({
      samples: { errors_10m: [{ value: 1 }], requests_10m: [{ value: 2 }, { value: 3 }] },
      scanned: 3,
    });
    expect(answers(answer(1), { samples: [] })).not.toHaveProperty('scanned');
  });

  it('gives a rule the first failure among its questions', () => {
    const failure = new PrometheusError('timeout', 'no answer in time');
    expect(answers(answer(1), failure)).toBe(failure);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fingerprint } from '../../../src/alerts/fingerprint.js';
import type { Sample, SamplesByQuery } from '../../../src/prometheus/sample.js';
import { ruleKinds } from '../../../src/rules/kinds/index.js';
import type { Observation } from '../../../src/rules/kinds/kind.js';
import { checkPromql } from '../../../src/promql/check-promql.js';
import type { Rule } from '../../../src/rules/rule.js';
import { checkExpressions, describeWithPromtool } from '../promql/promtool.js';
import { kindFolders, readmeBlock, rulesFrom, rulesOf } from './rule-files.js';

const folderOf = (kind: string): string => kind.replaceAll('_', '-');
const now = new Date('2026-03-01T12:00:00Z');
const KEEPS_STATE = ['insufficient_data', 'no_data', 'stale'];

it('every folder of kinds is in the registry, and the other way round', () => {
  expect(ruleKinds.map(({ kind }) => folderOf(kind)).toSorted()).toEqual(kindFolders().toSorted());
});

/** The names and expressions of a README's list of queries. */
const documented = (folder: string): Record<string, string> =>
  Object.fromEntries(
    [...readmeBlock(folder, 'promql').matchAll(/^# (\w+)\n(.+)$/gm)].map(([, name, expr]) => [name, expr]),
  );

const values = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, -0, 1e300, 5e-324),
  fc.nat(100_000),
  fc.nat(100_000).map((tenths) => tenths / 10),
);
const label = (...usual: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
  );
const labels: fc.Arbitrary<Record<string, string>> = fc.record(
  {
    __name__: fc.constantFrom('model_accuracy', '__proto__'),
    model_version: label('6', '7', '__proto__', ''),
    feature: label('petal_length', 'petal_width', 'sepal_length', 'constructor'),
    class: label('setosa', 'virginica', 'toString', '__proto__'),
    le: label('1', '1.0', '2', '3', '+Inf', 'NaN'),
  },
  { requiredKeys: ['le', 'feature', 'class'] },
);
const samplesFor = (rule: Rule, value: fc.Arbitrary<number>): fc.Arbitrary<SamplesByQuery> => {
  const sample: fc.Arbitrary<Sample> = fc.record({
    labels,
    value,
    timestamp: fc.constant(now.getTime() / 1000),
  });
  const answers = rule.queries.map(({ name }) => [name, fc.array(sample, { maxLength: 30 })] as const);
  return fc
    .record(Object.fromEntries(answers), { requiredKeys: [] })
    .map((given) => Object.fromEntries(Object.entries(given).map(([name, list]) => [name, list ?? []])));
};

const numbersOf = (value: unknown): readonly number[] => {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersOf) : [];
};
const expectSound = (rule: Rule, observations: readonly Observation[]): void => {
  expect(observations.length).toBeGreaterThan(0);
  const seen = new Set<string>();
  for (const { labels: given, verdict, value, evidence } of observations) {
    expect(given).not.toHaveProperty('__name__');
    expect(given['model_name']).toBe(rule.model);
    expect(numbersOf([value, evidence]).filter((number) => !Number.isFinite(number))).toEqual([]);
    if (!KEEPS_STATE.includes(verdict)) expect(typeof value).toBe('number');
    expect(evidence).toBeDefined();
    seen.add(fingerprint(given));
  }
  expect(seen.size).toBe(observations.length);
};

describe.each(ruleKinds.map(({ kind }) => [kind, folderOf(kind)] as const))('%s', (kind, folder) => {
  const rules = rulesOf(readmeBlock(folder, 'yaml'));

  it('has an example in its README that loads', () => {
    expect(rules.length).toBeGreaterThan(0);
    for (const rule of rules) expect(rule).toMatchObject({ kind, absentMeansClear: false });
  });

  it('tells in its README what it asks Prometheus', () => {
    const asked = rules.flatMap(({ queries }) => queries.map(({ name, expr }) => [name, expr]));
    expect(documented(folder)).toEqual(Object.fromEntries(asked));
  });

  it('asks in PromQL, whatever the model is called', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (model) => {
        const spec = kind === 'accuracy' ? { below: 0.9 } : kind === 'error_rate' ? { above: 0.1 } : {};
        const [rule] = rulesFrom({ [kind]: { model, where: { env: model }, ...spec } });
        for (const { expr } of rule?.queries ?? [])
          expect([expr, checkPromql(expr)]).toEqual([expr, undefined]);
      }),
      { numRuns: 50 },
    );
  });

  it('judges whatever Prometheus answers, without an exception and without a number that is none', () => {
    for (const rule of rules) {
      fc.assert(
        fc.property(samplesFor(rule, values), (samples) => {
          expectSound(rule, rule.judge(samples, { now, firing: new Set() }));
        }),
        { numRuns: 300 },
      );
    }
  });

  it('never takes NaN for a breach or for health', () => {
    for (const rule of rules) {
      fc.assert(
        fc.property(samplesFor(rule, fc.constantFrom(Number.NaN, Infinity, -Infinity)), (samples) => {
          for (const { verdict } of rule.judge(samples, { now, firing: new Set() }))
            expect(KEEPS_STATE).toContain(verdict);
        }),
        { numRuns: 100 },
      );
    }
  });

  it('has no data for the model as a whole when Prometheus has none', () => {
    for (const rule of rules) {
      expect(rule.judge({}, { now, firing: new Set() })).toMatchObject([
        { labels: { model_name: rule.model }, verdict: 'no_data', value: null },
      ]);
    }
  });
});

describeWithPromtool('promtool agrees with what rules ask', () => {
  it('for the examples of every kind and for unusual names', () => {
    const examples = ruleKinds.flatMap(({ kind }) => rulesOf(readmeBlock(folderOf(kind), 'yaml')));
    const odd = { model: 'a "b" \\ \n ü', where: { env: "it's" } };
    const unusual = rulesFrom(
      { accuracy: { ...odd, below: 0.9, window: '20s' } },
      { error_rate: { ...odd, slo: 0.99, exclude: { error_type: ['client_input', 'a.b|c'] } } },
      { latency: { ...odd, under: '250ms', window: '20s' } },
      {
        staleness: {
          ...odd,
          no_data: '20s',
          no_traffic: { for: '20s' },
          label_coverage: {},
          model_age: '1y',
        },
      },
      { drift: { ...odd, features: ['a.b', 'c|d', 'e\\f', 'g[0]'], window: '20s' } },
      { prediction_drift: { ...odd, offset: '1h' } },
    );
    const exprs = [...examples, ...unusual].flatMap(({ queries }) => queries.map(({ expr }) => expr));
    expect(checkExpressions(exprs)).toBe('');
  });
});

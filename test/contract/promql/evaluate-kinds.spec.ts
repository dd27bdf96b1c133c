import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluate } from '../../../src/promql/evaluate/evaluate.js';
import { parseQuery } from '../../../src/promql/evaluate/parse-query.js';
import type { Point, Series } from '../../../src/promql/evaluate/series.js';
import type { Expression, LabelMatcher, Selector } from '../../../src/promql/evaluate/syntax-tree.js';
import { ruleKinds } from '../../../src/rules/kinds/index.js';
import { readmeBlock, rulesFrom, rulesOf } from '../rules/rule-files.js';
import { askPromtool, keyOf, promtools } from './evaluate-promtool.js';

const INTERVAL_MS = 60_000;
const LENGTH = 400;
/** Long after the last sample too: what is remembered for a day. */
const TIMES = [3, 60, 200, 399, 402, 450, 1500].map((minutes) => minutes * INTERVAL_MS);
/** Labels that queries of kinds group by; a series has any combination of these. */
const DIMENSIONS: Readonly<Record<string, readonly string[]>> = {
  model_version: ['6', '7'],
  outcome: ['correct', 'wrong'],
  class: ['setosa', 'new'],
  le: ['0.5', '1', '+Inf'],
};

function selectorsIn(expression: Expression): readonly Selector[] {
  if (expression.kind === 'selector') return [expression];
  const parts = Object.values(expression).flat() as readonly unknown[];
  return parts.flatMap((part) =>
    typeof part === 'object' && part !== null && 'kind' in part ? selectorsIn(part as Expression) : [],
  );
}

/** Values of a label that fit a matcher, and one that does not. */
const valuesFor = ({ operator, value }: LabelMatcher): readonly string[] => {
  const named = operator.includes('~') ? value.split('|').map((text) => text.replaceAll('\\', '')) : [value];
  return operator.startsWith('!') ? [...named, 'other'] : named;
};

function labelSets({ matchers }: Selector, text: string): readonly Readonly<Record<string, string>>[] {
  const given = Object.fromEntries(matchers.map((matcher) => [matcher.name, valuesFor(matcher)]));
  const asked = Object.entries(DIMENSIONS).filter(([name]) => text.includes(name));
  const choices = Object.entries({ ...Object.fromEntries(asked), ...given });
  return choices.reduce<readonly Readonly<Record<string, string>>[]>(
    (sets, [name, values]) => sets.flatMap((set) => values.map((value) => ({ ...set, [name]: value }))),
    [{}],
  );
}

/** A counter that is not scraped for a while, is reset, and ends before its time. */
const counters = fc
  .record({
    begins: fc.nat(200),
    ends: fc.integer({ min: 250, max: LENGTH }),
    gap: fc.integer({ min: 0, max: LENGTH }),
    steps: fc.array(fc.nat(9), { minLength: LENGTH, maxLength: LENGTH }),
    resetAt: fc.nat(2 * LENGTH),
  })
  .map(({ begins, ends, gap, steps, resetAt }): readonly Point[] => {
    let value = 0;
    return steps.flatMap((step, at): readonly Point[] => {
      value = at === resetAt ? step : value + step;
      const missing = at < begins || at >= ends || (at > gap && at < gap + 20);
      return missing ? [] : [[at * INTERVAL_MS, value]];
    });
  });

const notationOf = (points: readonly Point[]): string => {
  const values = new Map(points);
  return Array.from({ length: LENGTH }, (_, at) => values.get(at * INTERVAL_MS) ?? '_').join(' ');
};
const nameOf = ({ __name__: metric, ...labels }: Readonly<Record<string, string>>): string =>
  `${metric}{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',')}}`;

const examples = (kind: string): readonly string[] => {
  const written = rulesOf(readmeBlock(kind.replaceAll('_', '-'), 'yaml'));
  const extra =
    kind === 'error_rate'
      ? rulesFrom({ error_rate: { model: 'm', slo: '99%', exclude: { error_type: ['a.b'] } } })
      : [];
  return [...new Set([...written, ...extra].flatMap(({ queries }) => queries.map(({ expr }) => expr)))];
};

describe.each(promtools)('$program, Prometheus $version', (promtool) => {
  it.each(ruleKinds.map(({ kind }) => kind))('gives the same answers to what %s asks', (kind) => {
    const exprs = examples(kind);
    expect(exprs.length).toBeGreaterThan(0);
    const parsed = exprs.map((expr) => parseQuery(expr));
    expect(parsed.filter(({ ok }) => !ok)).toEqual([]);
    const sets = parsed
      .flatMap((one) => (one.ok ? selectorsIn(one.query.root) : []))
      .flatMap((selector) => labelSets(selector, exprs.join(' ')))
      .map((labels) => [nameOf(labels), labels] as const);
    const labels = [...new Map(sets).values()];
    const points = fc.sample(counters, { numRuns: labels.length, seed: 11 });
    const series = labels.map((set, at): Series => ({ labels: set, points: points[at] ?? [] }));
    const notation = Object.fromEntries(series.map((one) => [nameOf(one.labels), notationOf(one.points)]));
    const questions = exprs.flatMap((expr) => TIMES.map((atMs) => ({ expr, atMs })));

    const theirs = askPromtool(promtool, INTERVAL_MS, notation, questions);
    let found = 0;
    questions.forEach(({ expr, atMs }, at) => {
      const answer = evaluate(expr, series, atMs, { version: promtool.version });
      const expected = theirs[at];
      if (!answer.ok || !(expected instanceof Map)) throw new Error(JSON.stringify([expr, answer, expected]));
      const ours = new Map(answer.samples.map((sample) => [keyOf(sample.labels), sample.value]));
      expect([expr, atMs, new Set(ours.keys())]).toEqual([expr, atMs, new Set(expected.keys())]);
      for (const [key, value] of ours) {
        const difference = Math.abs(value - (expected.get(key) ?? Number.NaN));
        expect([expr, atMs, key, difference <= 1e-9 * Math.abs(value)]).toEqual([expr, atMs, key, true]);
      }
      found += ours.size;
    });
    expect(found).toBeGreaterThan(TIMES.length);
  });
});

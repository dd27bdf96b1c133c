import { describe, expect, it } from '@jest/globals';
import { fingerprint } from '../../../alerts/fingerprint.js';
import type { Sample, SamplesByQuery } from '../../../prometheus/sample.js';
import type { JudgeContext, ModelFacts, Observation } from '../kind.js';
import { accuracy } from './index.js';
import { AccuracySpec } from './spec.js';
import { wilsonUpper } from './wilson.js';

const now = new Date('2026-03-01T12:00:00Z');
const seconds = now.getTime() / 1000;
const iris: ModelFacts = { name: 'iris', labelDelaySettledMs: 0 };
const byVersion = (values: Record<string, number>): Sample[] =>
  Object.entries(values).map(([version, value]) => ({
    labels: Object.fromEntries(version === '' ? [] : [['model_version', version]]),
    value,
    timestamp: seconds,
  }));
const answer = (values: Record<string, Record<string, number>>): SamplesByQuery =>
  Object.fromEntries(Object.entries(values).map(([name, versions]) => [name, byVersion(versions)]));
const judge = (
  values: Record<string, Record<string, number>>,
  spec: object = {},
  context: Partial<JudgeContext> = {},
): readonly Observation[] =>
  accuracy.judge(AccuracySpec.parse({ model: 'iris', below: 0.92, ...spec }), answer(values), {
    now,
    model: iris,
    firing: new Set(),
    ...context,
  });
const verdicts = (observations: readonly Observation[]): Record<string, string> =>
  Object.fromEntries(observations.map(({ labels, verdict }) => [labels['model_version'] ?? '', verdict]));

describe('accuracy on labelled predictions', () => {
  it('fires when even the upper end of the interval is below the threshold', () => {
    const [observation] = judge({ correct: { '7': 800 }, labeled: { '7': 1000 }, traffic: { '7': 50 } });
    expect(observation).toMatchObject({
      labels: { model_name: 'iris', model_version: '7' },
      verdict: 'breached',
      value: 0.8,
      evidence: { measure: 'accuracy', value: 0.8, threshold: 0.92, n: 1000, needed: 100 },
    });
    expect(observation?.evidence?.bound).toBeCloseTo(0.8236, 4);
    expect(observation?.evidence?.unproven).toBeUndefined();
  });

  it.each<[string, number, number, string]>([
    ['good enough is clear', 960, 1000, 'clear'],
    ['a little below is not proved', 910, 1000, 'clear'],
    ['few labels prove nothing', 40, 99, 'insufficient_data'],
    ['no labels prove nothing', 0, 0, 'insufficient_data'],
    ['no correct one among many is as bad as it gets', 0, 500, 'breached'],
    ['extrapolation may make the part larger than the whole', 500.4, 500, 'clear'],
    ['NaN is no number', Number.NaN, 500, 'no_data'],
    ['an infinite count is no number', 400, Infinity, 'no_data'],
    ['a negative count is no number', -1, 500, 'no_data'],
  ])('%s', (_, correct, labeled, verdict) => {
    expect(verdicts(judge({ correct: { '7': correct }, labeled: { '7': labeled } }))).toEqual({
      '7': verdict,
    });
  });

  it('counts a missing series of correct predictions as none', () => {
    expect(verdicts(judge({ labeled: { '7': 500 } }))).toEqual({ '7': 'breached' });
  });

  it('keeps a firing alert while the accuracy is below the threshold, proved or not', () => {
    const firing = new Set([fingerprint({ model_name: 'iris', model_version: '7' })]);
    const counts = (correct: number) => ({ correct: { '7': correct }, labeled: { '7': 1000 } });
    expect(verdicts(judge(counts(910), {}, { firing }))).toEqual({ '7': 'insufficient_data' });
    expect(verdicts(judge(counts(925), {}, { firing }))).toEqual({ '7': 'clear' });
  });

  it('judges every version that serves and never their average', () => {
    const observations = judge({
      correct: { '6': 990, '7': 300 },
      labeled: { '6': 1000, '7': 400 },
      traffic: { '6': 70, '7': 30 },
    });
    expect(verdicts(observations)).toEqual({ '6': 'clear', '7': 'breached' });
  });

  it('forgets a version that was replaced, though its labels still arrive', () => {
    const counts = { correct: { '6': 300, '7': 990 }, labeled: { '6': 400, '7': 1000 } };
    expect(verdicts(judge({ ...counts, traffic: { '6': 2, '7': 98 } }))).toEqual({ '7': 'clear' });
  });

  it('waits for the labels of a version that just began to serve', () => {
    const counts = { correct: { '6': 300 }, labeled: { '6': 400 }, traffic: { '6': 0, '7': 100 } };
    expect(verdicts(judge(counts))).toEqual({ '7': 'insufficient_data' });
  });

  it('says nothing about the versions of a model that is down', () => {
    const counts = { correct: { '6': 300 }, labeled: { '6': 400 }, seen: { '6': 2 } };
    expect(judge(counts)).toMatchObject([{ labels: { model_name: 'iris' }, verdict: 'no_data' }]);
    expect(judge(counts)[0]?.labels).not.toHaveProperty('model_version');
  });

  it('judges only versions older than the delay of their labels', () => {
    const model = { ...iris, labelDelaySettledMs: 86_400_000 };
    const counts = { correct: { '6': 300, '7': 300 }, labeled: { '6': 400, '7': 400 } };
    expect(verdicts(judge({ ...counts, settled: { '6': 1 } }, {}, { model }))).toEqual({
      '6': 'breached',
      '7': 'insufficient_data',
    });
    expect(
      accuracy.queries(AccuracySpec.parse({ model: 'iris', below: 0.9 }), model).map(({ name }) => name),
    ).toContain('settled');
  });

  it('carries the labels of where', () => {
    const [observation] = judge({ labeled: { '': 500 } }, { where: { env: 'prod' } });
    expect(observation?.labels).toEqual({ model_name: 'iris', env: 'prod' });
  });
});

describe('a drop against the reference', () => {
  const reference = { id: 'iris-7.json', features: {}, quality: { accuracy: 0.97, n: 1500 } };
  it('starts from the accuracy in the reference file', () => {
    const context = { model: { ...iris, reference } };
    const counts = { correct: { '7': 900 }, labeled: { '7': 1000 } };
    expect(judge(counts, { below: undefined, drop: 0.03 }, context)).toMatchObject([
      { verdict: 'breached', evidence: { threshold: 0.97 - 0.03, reference: 'iris-7.json' } },
    ]);
  });
  it('has no data without one, and says so when the file is read', () => {
    const spec = AccuracySpec.parse({ model: 'iris', drop: 0.03 });
    expect(verdicts(judge({ labeled: { '7': 1000 } }, { below: undefined, drop: 0.03 }))).toEqual({
      '': 'no_data',
    });
    expect(accuracy.warnings?.(spec, iris)).toHaveLength(1);
    expect(accuracy.warnings?.(spec, { ...iris, reference })).toEqual([]);
  });
});

describe('the bare gauge', () => {
  const hour = 3600;
  it.each<[string, Record<string, Record<string, number>>, string]>([
    ['fires on its value', { gauge: { '7': 0.8 }, evaluated_at: { '7': seconds - hour } }, 'breached'],
    ['is clear on its value', { gauge: { '7': 0.95 }, evaluated_at: { '7': seconds - hour } }, 'clear'],
    [
      'is stale when its evaluation is old',
      { gauge: { '7': 0.8 }, evaluated_at: { '7': seconds - 30 * hour } },
      'stale',
    ],
    [
      'is stale when its evaluation lies far ahead',
      { gauge: { '7': 0.8 }, evaluated_at: { '7': seconds * 1000 } },
      'stale',
    ],
    [
      'is stale when its age is not a number',
      { gauge: { '7': 0.8 }, evaluated_at: { '7': Number.NaN } },
      'stale',
    ],
    ['counts when its age is unknown', { gauge: { '7': 0.8 } }, 'breached'],
    ['is no data when it is NaN', { gauge: { '7': Number.NaN } }, 'no_data'],
    ['is no data when it is in percent', { gauge: { '7': 94 } }, 'no_data'],
    [
      'is not asked when labels are counted',
      { gauge: { '7': 0.5 }, labeled: { '7': 10 } },
      'insufficient_data',
    ],
  ])('%s', (_, values, verdict) => {
    expect(verdicts(judge(values))).toEqual({ '7': verdict });
  });

  it('is always told as unproven', () => {
    expect(judge({ gauge: { '7': 0.8 } })[0]?.evidence).toMatchObject({ unproven: true, value: 0.8 });
  });

  it('is no data for the whole model when there is nothing at all', () => {
    expect(judge({})).toMatchObject([{ labels: { model_name: 'iris' }, verdict: 'no_data', value: null }]);
  });
});

describe('wilsonUpper', () => {
  it.each([
    ['0.90', 0.9, 707],
    ['0.88', 0.88, 177],
    ['0.85', 0.85, 58],
    ['0.80', 0.8, 20],
  ])('needs about as many labels to convict a model of accuracy %s as the tables say', (_, share, n) => {
    expect(wilsonUpper(share, n + 2, 0.95)).toBeLessThan(0.92);
    expect(wilsonUpper(share, n - 2, 0.95)).toBeGreaterThan(0.92);
  });
});

describe('AccuracySpec', () => {
  it.each([
    ['neither below nor drop', {}],
    ['both', { below: 0.9, drop: 0.1 }],
    ['a threshold beyond 1', { below: 92 }],
    ['an unknown key', { below: 0.9, treshold: 1 }],
    ['no window', { below: 0.9, window: '0' }],
  ])('refuses %s', (_, fields) => {
    expect(AccuracySpec.safeParse({ model: 'iris', ...fields }).success).toBe(false);
  });
  it('is safe with a model and a threshold alone', () => {
    expect(AccuracySpec.parse({ model: 'iris', below: '92%' })).toMatchObject({
      below: 0.92,
      window: 7 * 86_400_000,
      min_samples: 100,
      confidence: 0.95,
      max_age: 26 * 3_600_000,
    });
  });
});

import { describe, expect, it } from '@jest/globals';
import { fingerprint } from '../../../alerts/fingerprint.js';
import type { Sample, SamplesByQuery } from '../../../prometheus/sample.js';
import type { JudgeContext, ModelFacts, Observation } from '../kind.js';
import { accuracy } from './index.js';
import { AccuracySpec } from './spec.js';
import { labelsNeeded } from './target.js';

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
  it('counts the chance in the reference too', () => {
    const small = { ...reference, quality: { accuracy: 0.97, n: 60 } };
    const counts = { correct: { '7': 900 }, labeled: { '7': 1000 } };
    const fields = { below: undefined, drop: 0.03 };
    expect(verdicts(judge(counts, fields, { model: { ...iris, reference: small } }))).toEqual({
      '7': 'clear',
    });
  });
  it('has no data without one, and says so when the file is read', () => {
    const fields = { below: undefined, drop: 0.03, against: 'reference' };
    const spec = AccuracySpec.parse({ model: 'iris', ...fields });
    expect(verdicts(judge({ labeled: { '7': 1000 } }, fields))).toEqual({ '': 'no_data' });
    expect(accuracy.warnings?.(spec, iris)).toHaveLength(1);
    expect(accuracy.warnings?.(spec, { ...iris, reference })).toEqual([]);
  });
});

describe('a drop against the previous version', () => {
  const spec = { below: undefined, drop: '3%', against: 'previous' };
  const day = 86_400;
  /** 7 took over from 6 five days ago; 6 is known as it was when its labels were in. */
  const switched = {
    traffic: { '7': 100 },
    began: { '6': seconds - 14 * day, '7': seconds - 5 * day },
    previous_correct: { '6': 1940 },
    previous_labeled: { '6': 2000 },
    correct: { '6': 10, '7': 1800 },
    labeled: { '6': 40, '7': 2000 },
  };

  it('fires when the new version is worse beyond doubt', () => {
    const [observation, ...others] = judge(switched, spec);
    expect(others).toEqual([]);
    expect(observation).toMatchObject({
      labels: { model_version: '7' },
      verdict: 'breached',
      value: 0.9,
      evidence: {
        threshold: 0.94,
        reference: 'version 6',
        n: 2000,
        note: 'version 6: 97% of 2000 labels, measured before the switch, with all its labels in; what else changed since is part of the difference',
      },
    });
    // Newcombe, method 10: −0.07 + √(0.0124² + 0.0083²)
    expect(observation?.evidence?.bound).toBeCloseTo(0.97 - 0.07 + 0.0149, 3);
  });

  it.each<[string, number, number, string]>([
    ['as good', 1940, 2000, 'clear'],
    ['worse, and not by the drop', 1890, 2000, 'clear'],
    ['worse, and not beyond doubt', 1872, 2000, 'clear'],
    ['worse by a little more than the chance in both', 1838, 2000, 'breached'],
    ['worse in a handful of labels', 30, 40, 'insufficient_data'],
  ])('judges a version that is %s', (_, correct, labeled, verdict) => {
    const values = { ...switched, correct: { '7': correct }, labeled: { '7': labeled } };
    expect(verdicts(judge(values, spec))).toEqual({ '7': verdict });
  });

  it('needs the previous version to be wrong by more than its own chance', () => {
    const values = { ...switched, correct: { '7': 1838 }, labeled: { '7': 2000 } };
    const few = { ...values, previous_correct: { '6': 194 }, previous_labeled: { '6': 200 } };
    expect(verdicts(judge(few, spec))).toEqual({ '7': 'clear' });
    expect(judge(few, spec)[0]?.evidence?.note).toContain(
      'no number of them proves it against the few of version 6',
    );
  });

  it('takes what is measured now when both serve', () => {
    const both = {
      ...switched,
      traffic: { '6': 90, '7': 10 },
      correct: { '6': 1800, '7': 1800 },
      labeled: { '6': 2000, '7': 2000 },
    };
    const observations = judge(both, spec);
    expect(verdicts(observations)).toEqual({ '6': 'insufficient_data', '7': 'clear' });
    expect(observations[1]?.evidence?.note).toBe(
      'version 6: 90% of 2000 labels, measured over the same time',
    );
  });

  it('compares with the version that began last before it', () => {
    const three = {
      ...switched,
      began: { ...switched.began, '5': seconds - 13 * day, '8': seconds - day },
      previous_correct: { '6': 1940, '5': 1800 },
      previous_labeled: { '6': 2000, '5': 2000 },
    };
    expect(judge(three, spec)[0]?.evidence?.reference).toBe('version 5');
  });

  it.each<[string, object, string | RegExp]>([
    [
      'no other version is known',
      { began: { '7': 1 }, previous_labeled: {} },
      'no earlier version served within 1w that it could be compared with',
    ],
    ['they began at once', { began: { '6': 1, '7': 1 } }, /^no earlier version/],
    ['the start of the version is not known', { began: { '6': 1 } }, /^no earlier version/],
    ['the other one began later', { began: { '6': 2, '7': 1 } }, /^no earlier version/],
    [
      'the other one has few labels',
      { previous_labeled: { '6': 99 }, previous_correct: { '6': 99 } },
      'version 6 has 99 of the 100 labels it needs to be compared with',
    ],
    [
      'the other one gave no usable number',
      { previous_labeled: { '6': Number.NaN } },
      'nothing is known of version 6',
    ],
  ])('cannot tell when %s', (_, values, note) => {
    const [observation] = judge({ ...switched, ...values }, spec);
    expect(observation).toMatchObject({ verdict: 'insufficient_data', evidence: { threshold: null } });
    expect(observation?.evidence?.note).toMatch(note);
  });

  it('keeps a firing alert when nothing is left to compare with', () => {
    const firing = new Set([fingerprint({ model_name: 'iris', model_version: '7' })]);
    const gone = { ...switched, previous_labeled: {}, previous_correct: {} };
    expect(verdicts(judge(gone, spec, { firing }))).toEqual({ '7': 'insufficient_data' });
  });

  it('cannot tell versions apart that have no label', () => {
    const [observation] = judge({ correct: { '': 900 }, labeled: { '': 1000 } }, spec);
    expect(observation?.evidence?.note).toContain('export the label model_version');
  });

  it('takes bare gauges for want of counts, and says that they prove nothing', () => {
    const gauges = { traffic: { '7': 100 }, began: switched.began, previous_gauge: { '6': 0.97, '7': 0.9 } };
    const gauge = (value: number) => ({ ...gauges, gauge: { '7': value }, evaluated_at: { '7': seconds } });
    expect(judge(gauge(0.9), spec)).toMatchObject([
      { verdict: 'breached', evidence: { threshold: 0.94, reference: 'version 6', unproven: true } },
    ]);
    expect(verdicts(judge(gauge(0.95), spec))).toEqual({ '7': 'clear' });
    expect(verdicts(judge({ ...gauge(0.5), began: {} }, spec))).toEqual({ '7': 'insufficient_data' });
  });

  it('is what drop means for a model without a reference file', () => {
    const without = { below: undefined, drop: 0.03 };
    expect(judge(switched, without)[0]?.evidence?.reference).toBe('version 6');
    const names = accuracy.queries(AccuracySpec.parse({ model: 'iris', drop: 0.03 }), iris);
    expect(names.map(({ name }) => name)).toEqual(expect.arrayContaining(['previous_labeled', 'began']));
    const reference = { id: 'r', features: {}, quality: { accuracy: 0.97, n: 1500 } };
    const known = accuracy.queries(AccuracySpec.parse({ model: 'iris', drop: 0.03 }), { ...iris, reference });
    expect(known.map(({ name }) => name)).not.toContain('began');
  });
});

describe('the coverage of labels', () => {
  const spec = { label_coverage: '20%' };
  const counts = { correct: { '7': 300 }, labeled: { '7': 400 } };
  it.each<[string, Record<string, Record<string, number>>, string]>([
    ['is enough', { predicted: { '7': 2000 }, predicted_before: { '7': 1000 } }, 'breached'],
    ['is too small', { predicted: { '7': 2001 }, predicted_before: { '7': 1000 } }, 'insufficient_data'],
    ['was larger before', { predicted: { '7': 1000 }, predicted_before: { '7': 2001 } }, 'insufficient_data'],
    ['has no predictions', {}, 'insufficient_data'],
    ['has unusable predictions', { predicted: { '7': Number.NaN } }, 'insufficient_data'],
  ])('%s', (_, values, verdict) => {
    expect(verdicts(judge({ ...counts, ...values }, spec))).toEqual({ '7': verdict });
  });
  it('is told', () => {
    expect(judge({ ...counts, predicted: { '7': 4000 } }, spec)[0]?.evidence?.note).toBe(
      '10% of the predictions are labelled, and 20% are needed: the first labels are the fast cases',
    );
  });
  it('is asked for only when it is wanted, shifted by the delay', () => {
    const names = (fields: object, settled: number) =>
      accuracy
        .queries(AccuracySpec.parse({ model: 'iris', below: 0.9, ...fields }), {
          ...iris,
          labelDelaySettledMs: settled,
        })
        .filter(({ name }) => name.startsWith('predicted'));
    expect(names({}, 3_600_000)).toEqual([]);
    expect(names(spec, 0).map(({ name }) => name)).toEqual(['predicted']);
    expect(names(spec, 3_600_000)[1]?.expr).toContain('[1w] offset 1h');
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

describe('the labels needed', () => {
  it.each([
    ['0.90', 0.9, 707],
    ['0.88', 0.88, 177],
    ['0.85', 0.85, 58],
    ['0.80', 0.8, 20],
  ])('to convict a model of accuracy %s against 0.92 are as many as the tables say', (_, share, n) => {
    expect(labelsNeeded(share, { threshold: 0.92 }, 0.95)).toBe(n);
  });
  it('are none that help when it is good enough', () => {
    expect(labelsNeeded(0.92, { threshold: 0.92 }, 0.95)).toBeUndefined();
  });
  it('are none that help when what it is compared with is uncertain itself', () => {
    const target = { threshold: 0.92, baseline: { share: 0.95, n: 50 } };
    expect(labelsNeeded(0.9, target, 0.95)).toBeUndefined();
    expect(labelsNeeded(0.9, { ...target, baseline: { share: 0.95, n: 5000 } }, 0.95)).toBeGreaterThan(707);
  });

  const noteOf = (correct: number, labeled: number): string | undefined =>
    judge({ correct: { '7': correct }, labeled: { '7': labeled } })[0]?.evidence?.note;
  it.each([
    [72, 80, '80 of about 707 labels needed'],
    [78, 80, '80 of 100 labels needed'],
    [34, 40, '40 of about 100 labels needed'],
    [450, 500, 'below the threshold, though not by more than chance: 500 of about 707 labels needed'],
  ])('are told: %s of %s correct', (correct, labeled, note) => {
    expect(noteOf(correct, labeled)).toBe(note);
  });
});

describe('AccuracySpec', () => {
  it.each([
    ['neither below nor drop', {}],
    ['both', { below: 0.9, drop: 0.1 }],
    ['something to compare with where nothing is compared', { below: 0.9, against: 'previous' }],
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

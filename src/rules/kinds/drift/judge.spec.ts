import { describe, expect, it } from '@jest/globals';
import { fingerprint } from '../../../alerts/fingerprint.js';
import type { Sample, SamplesByQuery } from '../../../prometheus/sample.js';
import type { ModelFacts, Observation } from '../kind.js';
import { predictionDrift } from '../prediction-drift/index.js';
import {
  BOUNDS,
  CALM,
  classes,
  histogram,
  iris,
  MOVED,
  reference,
  sample,
  unknownIris,
} from './fake-answers.js';
import { drift } from './index.js';
import { DriftSpec, PredictionDriftSpec } from './spec.js';

const firingOn = (version: string): ReadonlySet<string> =>
  new Set([fingerprint({ model_name: 'iris', model_version: version })]);

const judge = (
  spec: object,
  samples: SamplesByQuery,
  model: ModelFacts = iris,
  firing: ReadonlySet<string> = new Set(),
): readonly Observation[] =>
  drift.judge(DriftSpec.parse({ model: 'iris', ...spec }), samples, { now: new Date(0), model, firing });
const one = (observations: readonly Observation[]): Observation => {
  expect(observations).toHaveLength(1);
  return observations[0] as Observation;
};

describe('drift of input features', () => {
  const both = (petal: readonly number[], sepal: readonly number[]): SamplesByQuery => ({
    current: [...histogram('petal', petal), ...histogram('sepal', sepal)],
  });

  it('is clear when nothing has changed', () => {
    expect(one(judge({}, both(CALM.petal, CALM.sepal)))).toMatchObject({
      labels: { model_name: 'iris', model_version: '7' },
      verdict: 'clear',
    });
  });

  it('fires with what moved, on how many, against what', () => {
    const { verdict, value, evidence } = one(judge({}, both(MOVED, CALM.sepal)));
    expect(verdict).toBe('breached');
    expect(evidence).toMatchObject({
      measure: 'wasserstein',
      threshold: 0.1,
      n: 1000,
      needed: 200,
      reference: 'iris-7.json',
      moved: [{ name: '2–3', before: 0.245, now: 0.64 }, { name: '≤ 1' }, { name: '1–2' }],
    });
    expect(value).toBeGreaterThan(evidence?.bound ?? Infinity);
    expect(evidence?.note).toBe('drifted: petal; critical, beyond 0.3');
  });

  it('says nothing about few predictions, however different', () => {
    const few = both([0, 0, 100, 0], CALM.sepal);
    expect(one(judge({}, few)).verdict).toBe('insufficient_data');
  });

  it('does not call real what chance could do', () => {
    const small = { current: histogram('petal', [65, 95, 49, 1]) };
    const spec = { features: ['petal'], distance: 'jsd', above: 0.03 };
    const observation = one(judge(spec, small));
    expect(observation.value).toBeGreaterThan(0.03);
    expect(observation).toMatchObject({ verdict: 'insufficient_data' });
    expect(observation.evidence?.note).toContain('chance alone');
  });

  it('ignores what is real but small', () => {
    const large = { current: histogram('petal', [510_000, 1_000_000, 480_000, 10_000]) };
    const big: ModelFacts = {
      ...iris,
      reference: {
        ...reference,
        features: { petal: { upperBounds: BOUNDS, counts: [5e5, 1e6, 4.9e5, 1e4] } },
      },
    };
    expect(one(judge({}, large, big)).verdict).toBe('clear');
  });

  it('rests only when the distance is well below the threshold', () => {
    const near = { current: histogram('petal', [450, 950, 590, 10]) };
    const spec = { features: ['petal'], above: 0.11 };
    expect(one(judge(spec, near)).value).toBeCloseTo(0.105, 2);
    expect(one(judge(spec, near)).verdict).toBe('clear');
    expect(one(judge(spec, near, iris, firingOn('7'))).verdict).toBe('breached');
  });

  it.each<[string, object, readonly number[], readonly number[], string]>([
    ['any: one feature is enough', { aggregate: 'any' }, MOVED, CALM.sepal, 'breached'],
    ['count: one of two is not two', { aggregate: { count: 2 } }, MOVED, CALM.sepal, 'clear'],
    ['count: two are', { aggregate: { count: 2 } }, MOVED, MOVED, 'breached'],
    ['share: half of them', { aggregate: { share: '50%' } }, MOVED, CALM.sepal, 'breached'],
    [
      'weighted_share: half of the weight',
      { features: { petal: 1, sepal: 3 }, aggregate: { weighted_share: '50%' } },
      MOVED,
      CALM.sepal,
      'clear',
    ],
    [
      'weighted_share: the heavy one',
      { features: { petal: 3, sepal: 1 }, aggregate: { weighted_share: '50%' } },
      MOVED,
      CALM.sepal,
      'breached',
    ],
    [
      'an unknown feature could have drifted',
      { aggregate: 'any' },
      CALM.petal,
      [0, 0, 0, 0],
      'insufficient_data',
    ],
    [
      'an unknown feature does not matter when one is enough',
      { aggregate: 'any' },
      MOVED,
      [0, 0, 0, 0],
      'breached',
    ],
    [
      'an unknown feature does not matter when two are needed',
      { aggregate: { count: 2 } },
      CALM.petal,
      [0, 0, 0, 0],
      'clear',
    ],
  ])('%s', (_, spec, petal, sepal, verdict) => {
    expect(one(judge(spec, both(petal, sepal))).verdict).toBe(verdict);
  });

  it('names a feature that has no series', () => {
    const observation = one(
      judge({ features: ['petal', 'colour'] }, { current: histogram('petal', CALM.petal) }),
    );
    expect(observation).toMatchObject({ verdict: 'no_data' });
    expect(observation.evidence?.note).toContain('not judged: colour');
  });

  it('is no data when the buckets changed beyond comparison', () => {
    const current = histogram('petal', [100, 800, 100], { model_version: '7' }, [10, 20, Infinity]);
    const observation = one(judge({ features: ['petal'] }, { current }));
    expect(observation.verdict).toBe('no_data');
    expect(observation.evidence?.note).toContain('the buckets changed');
  });

  it('takes jsd when values lie beyond the last bucket, and says how many', () => {
    const { evidence, verdict } = one(
      judge({ features: ['petal'] }, { current: histogram('petal', [250, 400, 200, 150]) }),
    );
    expect(verdict).toBe('breached');
    expect(evidence).toMatchObject({ measure: 'jsd' });
    expect(evidence?.note).toContain('15% of the values lie beyond the last bucket');
  });

  it.each<[string, Sample[]]>([
    [
      'NaN',
      [
        ...histogram('petal', [1, 2, 3]),
        sample({ model_version: '7', feature: 'petal', le: '+Inf' }, Number.NaN),
      ],
    ],
    ['no +Inf bucket', histogram('petal', [100, 200, 300])],
  ])('does not believe a histogram with %s', (_, current) => {
    expect(one(judge({ features: ['petal'] }, { current })).verdict).toBe('no_data');
  });

  it('judges every version that serves by itself', () => {
    const current = [
      ...histogram('petal', CALM.petal, { model_version: '7' }),
      ...histogram('petal', MOVED, { model_version: '8' }),
      ...histogram('petal', MOVED, { model_version: '6' }),
    ];
    const traffic = [
      sample({ model_version: '7' }, 60),
      sample({ model_version: '8' }, 40),
      sample({ model_version: '6' }, 0),
    ];
    const observations = judge({ features: ['petal'] }, { current, traffic });
    expect(observations.map(({ labels, verdict }) => [labels['model_version'], verdict])).toEqual([
      ['7', 'clear'],
      ['8', 'breached'],
    ]);
    expect(observations[1]?.evidence?.note).toContain('the reference describes version 7');
  });

  it('says nothing about the versions of a model that is down or has no series', () => {
    const down = judge({}, { current: histogram('petal', MOVED), seen: [sample({ model_version: '7' }, 1)] });
    for (const observations of [down, judge({}, {})]) {
      expect(observations).toEqual([
        expect.objectContaining({ labels: { model_name: 'iris' }, verdict: 'no_data' }),
      ]);
    }
  });
});

describe('drift against the model itself, earlier', () => {
  const rolling: ModelFacts = { ...unknownIris, referenceFallback: 'rolling' };
  const earlier = histogram('petal', [500, 1000, 490, 10], {});
  it('compares with the model itself, earlier', () => {
    const spec = DriftSpec.parse({ model: 'iris', offset: '1h' });
    const exprs = drift.queries(spec, rolling).map(({ expr }) => expr);
    expect(exprs).toContain(
      'sum by (feature, le) (increase(model_feature_value_bucket{model_name="iris"}[6h] offset 1h))',
    );
    const { verdict, evidence } = one(
      judge({ offset: '1h' }, { current: histogram('petal', MOVED), earlier }, rolling),
    );
    expect(verdict).toBe('breached');
    expect(evidence?.reference).toBe('iris, 1h earlier');
    expect(drift.warnings?.(spec, rolling)).toHaveLength(1);
  });
  it('has no data when there was nothing earlier', () => {
    expect(one(judge({}, { current: histogram('petal', MOVED) }, rolling)).verdict).toBe('no_data');
  });
  it('has no data when there were few predictions earlier', () => {
    const scarce = histogram('petal', [10, 20, 10, 1], {});
    expect(one(judge({}, { current: histogram('petal', MOVED), earlier: scarce }, rolling)).verdict).toBe(
      'insufficient_data',
    );
  });
  it('never asks for the past when that is forbidden', () => {
    const model: ModelFacts = { ...unknownIris, referenceFallback: 'none' };
    const spec = DriftSpec.parse({ model: 'iris' });
    expect(drift.queries(spec, model).map(({ name }) => name)).not.toContain('earlier');
    expect(drift.warnings?.(spec, model)).toHaveLength(1);
  });
  it('asks for the past only for features that the file lacks', () => {
    const names = (features: string[]): string[] =>
      drift
        .queries(DriftSpec.parse({ model: 'iris', features }), { ...iris, referenceFallback: 'rolling' })
        .map(({ name }) => name);
    expect(names(['petal'])).not.toContain('earlier');
    expect(names(['petal', 'colour'])).toContain('earlier');
  });
});

describe('drift of predictions', () => {
  const predictions = (samples: SamplesByQuery, spec: object = {}, model: ModelFacts = iris): Observation =>
    one(
      predictionDrift.judge(PredictionDriftSpec.parse({ model: 'iris', ...spec }), samples, {
        now: new Date(0),
        model,
        firing: new Set(),
      }),
    );

  it.each<[string, Record<string, number>, string]>([
    ['is clear when the shares are the same', { setosa: 250, virginica: 260 }, 'clear'],
    ['fires when they moved', { setosa: 100, virginica: 400 }, 'breached'],
    ['fires when a class vanished', { virginica: 400 }, 'breached'],
    ['says nothing about few', { setosa: 10, virginica: 100 }, 'insufficient_data'],
    ['says nothing about none', { setosa: 0, virginica: 0 }, 'insufficient_data'],
    ['does not believe NaN', { setosa: Number.NaN, virginica: 400 }, 'no_data'],
  ])('%s', (_, counts, verdict) => {
    expect(predictions({ current: classes(counts) }).verdict).toBe(verdict);
  });

  it('fires on a class the reference never had, though its first sample is lost', () => {
    const samples = {
      current: classes({ setosa: 250, virginica: 260, unknown: 0 }),
      fresh: classes({ unknown: 40 }),
    };
    expect(predictions(samples)).toMatchObject({
      verdict: 'breached',
      evidence: { measure: 'new_class', moved: [{ name: 'unknown', before: 0, now: 40 / 550 }] },
    });
  });

  it.each<[string, Record<string, number>]>([
    ['fewer than five predictions of it', { unknown: 4 }],
    ['known classes on fresh series', { setosa: 5000 }],
  ])('does not fire on %s', (_, fresh) => {
    const current = classes({ setosa: 250, virginica: 260 });
    expect(predictions({ current, fresh: classes(fresh) }).verdict).toBe('clear');
  });

  it('does not fire on a class too rare for the reference to show', () => {
    const current = classes({ setosa: 5000, virginica: 5000, rare: 10 });
    expect(predictions({ current }).verdict).toBe('clear');
  });

  it('compares with earlier predictions when there is no reference', () => {
    const samples = { current: classes({ a: 400, b: 100 }), earlier: classes({ a: 500, b: 500 }, {}) };
    const spec = { reference: 'rolling' };
    expect(predictions(samples, spec, unknownIris)).toMatchObject({
      verdict: 'breached',
      evidence: { reference: 'iris, 1w earlier', measure: 'jsd' },
    });
    expect(predictions({ current: samples.current }, spec, unknownIris).verdict).toBe('no_data');
  });

  it('is the same under drift with metric: predictions', () => {
    const samples = { current: classes({ setosa: 100, virginica: 400 }) };
    expect(one(judge({ metric: 'predictions' }, samples))).toEqual(predictions(samples));
  });
});

describe('DriftSpec', () => {
  const problemOf = (
    schema: typeof DriftSpec | typeof PredictionDriftSpec,
    fields: object,
  ): string | undefined => {
    const result = schema.safeParse({ model: 'iris', ...fields });
    return result.success ? undefined : result.error.issues[0]?.message;
  };
  it.each<[string, object, string]>([
    [
      'two names for one threshold',
      { above: 0.1, warn: 0.2 },
      'above and warn mean the same: keep one of them',
    ],
    [
      'a critical distance below the other',
      { above: 0.3, critical: 0.2 },
      'expected critical to be at least 0.3',
    ],
    [
      'an order where there is none',
      { metric: 'predictions', distance: 'ks' },
      'ks needs values that have an order, and classes have none: write jsd',
    ],
    [
      'features of predictions',
      { metric: 'predictions', features: ['a'] },
      'features belong to metric: features; leave them out',
    ],
    [
      'a weight of nothing',
      { features: { a: 0 } },
      'expected a weight above 0; leave out a feature that does not matter',
    ],
    ['an empty list', { features: [] }, 'expected at least one feature'],
  ])('refuses %s', (_, fields, message) => {
    expect(problemOf(DriftSpec, fields)).toBe(message);
  });
  it('refuses an order of classes in prediction_drift as well', () => {
    expect(problemOf(PredictionDriftSpec, { distance: 'wasserstein' })).toContain('classes have none');
    expect(problemOf(PredictionDriftSpec, { features: ['a'] })).toBeDefined();
  });
  it('is safe with the name of the model alone', () => {
    expect(DriftSpec.parse({ model: 'iris' })).toMatchObject({
      window: 6 * 3_600_000,
      distance: 'auto',
      significance: 0.01,
      min_samples: 200,
      aggregate: 'any',
      offset: 7 * 86_400_000,
      max_overflow: 0.05,
    });
  });
});

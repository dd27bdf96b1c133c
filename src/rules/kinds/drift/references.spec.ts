import { describe, expect, it } from '@jest/globals';
import type { DriftReference } from '../../../drift/reference.js';
import type { SamplesByQuery } from '../../../prometheus/sample.js';
import type { FrozenReferences } from '../../snapshot.js';
import type { ModelFacts, Observation } from '../kind.js';
import { predictionDrift } from '../prediction-drift/index.js';
import { BOUNDS, CALM, classes, histogram, iris, MOVED, unknownIris } from './fake-answers.js';
import { drift } from './index.js';
import { DriftSpec, PredictionDriftSpec } from './spec.js';

const now = new Date('2026-03-10T12:00:00Z');
const firing = new Set<string>();
const frozenFor = (version: string, frozen: DriftReference): FrozenReferences =>
  new Map([[version, { reference: frozen }]]);
const pinned: DriftReference = {
  id: 'pinned',
  features: { petal: { upperBounds: BOUNDS, counts: MOVED } },
  predictions: { setosa: 100, virginica: 400 },
};

const judge = (
  spec: object,
  samples: SamplesByQuery,
  { model = unknownIris, references }: { model?: ModelFacts; references?: FrozenReferences } = {},
): Observation => {
  const observations = drift.judge(DriftSpec.parse({ model: 'iris', ...spec }), samples, {
    now,
    model,
    firing,
    ...(references ? { references } : {}),
  });
  expect(observations).toHaveLength(1);
  return observations[0] as Observation;
};
const queryNames = (spec: object, model: ModelFacts = unknownIris): string[] =>
  drift.queries(DriftSpec.parse({ model: 'iris', ...spec }), model).map(({ name }) => name);
const moved = { current: histogram('petal', MOVED) };

describe('a model without a reference file', () => {
  it('is compared with what is pinned of the same version, at no further query', () => {
    expect(judge({}, moved, { references: frozenFor('7', pinned) })).toMatchObject({
      verdict: 'clear',
      evidence: { reference: 'pinned', value: 0, n: 1000 },
    });
    expect(queryNames({})).toEqual(['current', 'native', 'traffic', 'seen']);
    const calm = { current: histogram('petal', CALM.petal) };
    expect(judge({}, calm, { references: frozenFor('7', pinned) }).verdict).toBe('breached');
  });

  it('only records while the version has no pin, and says for what it waits', () => {
    const references: FrozenReferences = new Map([['7', { awaited: 'settling since noon' }]]);
    expect(judge({}, moved, { references })).toMatchObject({
      verdict: 'insufficient_data',
      value: null,
      evidence: { note: 'not judged: petal; settling since noon' },
    });
    const two = { current: [...moved.current, ...histogram('sepal', CALM.sepal)] };
    expect(judge({}, two, { references }).evidence?.note).toBe('settling since noon');
    expect(judge({}, moved).verdict).toBe('insufficient_data');
    expect(judge({}, moved, { references: frozenFor('6', pinned) }).verdict).toBe('insufficient_data');
  });

  it('watches the features of the pin: one that appeared since is not judged, one that vanished is missed', () => {
    const references = frozenFor('7', pinned);
    const more = { current: [...moved.current, ...histogram('sepal', CALM.sepal)] };
    expect(judge({}, more, { references }).verdict).toBe('clear');
    expect(judge({}, { current: histogram('sepal', CALM.sepal) }, { references })).toMatchObject({
      verdict: 'no_data',
    });
    expect(judge({ features: ['petal', 'sepal'] }, more, { references })).toMatchObject({
      verdict: 'no_data',
      evidence: { note: 'largest distance: petal; not judged: sepal' },
    });
  });

  it.each<[ModelFacts['referenceFallback'], string[]]>([
    ['rolling', ['current', 'earlier', 'native']],
    ['seasonal', ['current', 'seasonal', 'native']],
    ['none', ['current', 'native']],
  ])('falls back on %s where the model says so', (referenceFallback, names) => {
    const model: ModelFacts = { ...unknownIris, ...(referenceFallback ? { referenceFallback } : {}) };
    expect(queryNames({}, model)).toEqual([...names, 'traffic', 'seen']);
    expect(drift.snapshot?.(DriftSpec.parse({ model: 'iris' }), model)).toBeUndefined();
  });
});

describe('a rule that chooses its reference', () => {
  it('pinned: though there is a file', () => {
    const references = frozenFor('7', pinned);
    const spec = { reference: 'pinned' };
    expect(judge(spec, moved, { model: iris, references }).evidence?.reference).toBe('pinned');
  });
  it('file: nothing else, whatever the model falls back on', () => {
    const spec = { reference: 'file', features: ['petal', 'colour'] };
    const current = [...histogram('petal', CALM.petal), ...histogram('colour', CALM.petal)];
    expect(judge(spec, { current }, { model: iris })).toMatchObject({ verdict: 'no_data' });
    expect(drift.warnings?.(DriftSpec.parse({ model: 'iris', ...spec }), iris)).toEqual([
      'iris has no reference for colour and reference: file, so that part is never judged',
    ]);
  });
  it('a span: the same for all versions', () => {
    const spec = { reference: { from: '2026-01-01T00:00:00Z', to: '2026-01-08T00:00:00+01:00' } };
    expect(judge(spec, moved, { model: iris, references: frozenFor('', pinned) })).toMatchObject({
      verdict: 'clear',
      evidence: { reference: 'pinned' },
    });
    expect(judge(spec, moved, { model: iris, references: frozenFor('7', pinned) })).toMatchObject({
      verdict: 'insufficient_data',
      evidence: { note: 'not judged: petal; the span of the reference is not counted yet' },
    });
  });
  it('auto: part from the file, part from the fallback', () => {
    const current = [...histogram('petal', CALM.petal), ...histogram('colour', MOVED)];
    const spec = { features: ['petal', 'colour'] };
    const colour = { ...pinned, features: { colour: { upperBounds: BOUNDS, counts: CALM.petal } } };
    const observation = judge(spec, { current }, { model: iris, references: frozenFor('7', colour) });
    expect(observation).toMatchObject({ verdict: 'breached', evidence: { reference: 'pinned' } });
    expect(judge(spec, { current }, { model: iris })).toMatchObject({
      verdict: 'insufficient_data',
      evidence: { reference: 'iris-7.json' },
    });
  });
});

describe('seasonal', () => {
  const week = (counts: readonly number[], number: string, bounds = BOUNDS) =>
    histogram('petal', counts, { retune_week: number }, bounds);
  const spec = { reference: 'seasonal', features: ['petal'] };

  it('sums the same hours of the last weeks, and says how many there are', () => {
    const seasonal = [...week(MOVED, '1'), ...week(MOVED, '2'), ...week(MOVED, '4')];
    expect(judge(spec, { ...moved, seasonal })).toMatchObject({
      verdict: 'clear',
      evidence: {
        value: 0,
        reference: 'iris, the same hours of the last 4 weeks',
        note: 'largest distance: petal; only 3 of 4 weeks are known',
      },
    });
    expect(judge(spec, { current: histogram('petal', CALM.petal), seasonal }).verdict).toBe('breached');
  });
  it('leaves out weeks with other buckets than the latest', () => {
    const other = week([5, 5, 900], '2', [1, 2, Infinity]);
    const { evidence, verdict } = judge(spec, { ...moved, seasonal: [...other, ...week(MOVED, '1')] });
    expect({ verdict, note: evidence?.note }).toEqual({
      verdict: 'clear',
      note: 'largest distance: petal; only 1 of 4 weeks are known',
    });
  });
  it('has no data when no week had any', () => {
    expect(judge(spec, moved).verdict).toBe('no_data');
  });
});

describe('seasonal_guard', () => {
  const spec = { seasonal_guard: true, features: ['petal'] };
  const weeks = (counts: readonly number[]) => histogram('petal', counts, { retune_week: '1' });
  const guarded = (seasonal: readonly number[] | undefined): Observation =>
    judge(spec, { ...moved, ...(seasonal ? { seasonal: weeks(seasonal) } : {}) }, { model: iris });

  it('lets through what is unusual at this time of the week too', () => {
    const { verdict, evidence } = guarded(CALM.petal);
    expect(verdict).toBe('breached');
    expect(evidence?.note).toContain('not seasonal');
  });
  it('suppresses what always looks so at this time of the week, and says so', () => {
    const { verdict, value, evidence } = guarded(MOVED);
    expect(verdict).toBe('clear');
    expect(value).toBeGreaterThan(evidence?.threshold ?? Infinity);
    expect(evidence?.note).toContain('seasonal: only 0 from the same hours of 1 of the last 4 weeks');
  });
  it.each<[string, readonly number[] | undefined]>([
    ['no week is known', undefined],
    ['too little is known', [10, 50, 30, 1]],
    ['the buckets were others', [100, 900]],
  ])('can say nothing when %s', (_, seasonal) => {
    expect(guarded(seasonal).verdict).toBe('insufficient_data');
    expect(guarded(seasonal).evidence?.note).toContain('seasonal guard:');
  });
  it('does not disturb what is calm anyway', () => {
    expect(judge(spec, { current: histogram('petal', CALM.petal) }, { model: iris }).verdict).toBe('clear');
  });
  it('keeps a class quiet that comes every week', () => {
    const samples = {
      current: classes({ setosa: 500, virginica: 500, holiday: 10 }),
      seasonal: classes({ setosa: 500, virginica: 500, holiday: 10 }, { retune_week: '3' }),
    };
    const predicted = (fields: object): string | undefined =>
      predictionDrift.judge(PredictionDriftSpec.parse({ model: 'iris', ...fields }), samples, {
        now,
        model: iris,
        firing,
      })[0]?.verdict;
    expect([predicted({}), predicted({ seasonal_guard: true })]).toEqual(['breached', 'clear']);
  });
});

describe('what a rule wants frozen', () => {
  const snapshot = (fields: object, model = unknownIris) =>
    drift.snapshot?.(DriftSpec.parse({ model: 'iris', ...fields }), model);

  it('is the same for every rule of the model with the same labels', () => {
    const [one, other] = [
      snapshot({ features: ['petal'], where: { a: '1', b: '2' } }),
      snapshot({ where: { b: '2', a: '1' } }),
    ];
    expect(one?.scope).toBe('{"counts":"features","where":{"a":"1","b":"2"}}');
    expect(one?.scope).toBe(other?.scope);
    expect(one?.counts(3_600_000).map(({ expr }) => expr)).toEqual([
      'sum by (model_version, feature, le) (increase(model_feature_value_bucket{model_name="iris",a="1",b="2"}[1h]))',
    ]);
  });
  it('waits a day for 500 events unless the model or the rule wants more', () => {
    expect(snapshot({})).toMatchObject({ needed: 500, span: { kind: 'settled', settleMs: 86_400_000 } });
    const model: ModelFacts = {
      ...unknownIris,
      pinAfterMs: 60_000,
      activeVersion: { minTraffic: 0.2, windowMs: 30_000 },
    };
    expect(snapshot({ min_samples: 900 }, model)).toMatchObject({
      needed: 900,
      span: { settleMs: 60_000 },
      activeVersion: { minTraffic: 0.2 },
      traffic: [{ expr: expect.stringContaining('[30s]') }, {}],
    });
  });
  it('is nothing where the file says all', () => {
    expect(snapshot({}, iris)).toBeUndefined();
    expect(snapshot({ reference: 'pinned' }, iris)).toBeDefined();
  });
  it('reads counts by version, and a fixed span over all of them', () => {
    const counts = [
      ...histogram('petal', [1, 2, 3, 4]),
      ...histogram('petal', [1, 1, 1, 1], { model_version: '8' }),
    ];
    const settled = snapshot({})?.read({ counts });
    expect(
      [...(settled ?? [])].map(([version, { features }]) => [version, features['petal']?.counts]),
    ).toEqual([
      ['7', [1, 2, 3, 4]],
      ['8', [1, 1, 1, 1]],
    ]);
    const span = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
    const fixed = snapshot({ reference: span })?.read({ counts });
    expect(fixed?.get('')?.features['petal']?.counts).toEqual([2, 3, 4, 5]);
  });
  it('reads classes', () => {
    const wanted = snapshot({ metric: 'predictions' });
    expect(wanted?.read({ counts: classes({ a: 1 }) }).get('7')).toEqual({
      features: {},
      predictions: { a: 1 },
    });
    expect(wanted?.scope).toBe('{"counts":"predictions"}');
  });
});

it('says that a histogram is native when it has no buckets', () => {
  const native = { native: [{ labels: {}, value: 3, timestamp: 0 }] };
  expect(judge({}, native).evidence?.note).toContain('native histogram');
  expect(judge({}, {}).evidence?.note).toBe('model_feature_value_bucket has no series');
});

it.each<[string, object, string]>([
  [
    'a reference that does not exist',
    { reference: 'yesterday' },
    'expected auto, file, pinned, rolling, seasonal or { from:',
  ],
  [
    'a span that ends before it begins',
    { reference: { from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' } },
    'expected an instant after from',
  ],
  [
    'an instant without a zone',
    { reference: { from: '2026-02-01', to: '2026-03-01T00:00:00Z' } },
    'expected an instant such as 2026-03-01T00:00:00Z',
  ],
  [
    'a guard of what it guards',
    { reference: 'seasonal', seasonal_guard: true },
    'reference: seasonal compares with the same hours already',
  ],
  ['more windows than it may ask for', { confirm: 6 }, 'expected at most 5 windows'],
  [
    'a recovery above the beginning',
    { recover: 0.2 },
    'expected recover to be at most 0.1, where the alert begins',
  ],
  [
    'a critical distance below the convention',
    { distance: 'psi', critical: 0.05 },
    'expected critical to be at least 0.1',
  ],
])('refuses %s', (_, fields, message) => {
  const result = DriftSpec.safeParse({ model: 'iris', ...fields });
  expect(result.success ? '' : result.error.issues[0]?.message).toContain(message);
});

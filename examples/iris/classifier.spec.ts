import { describe, expect, it } from '@jest/globals';
import { accuracy, classify, probabilities, trainClassifier } from './classifier.js';
import { FISHERS_FLOWERS, type LabelledFlower } from './flower.js';
import { seededRandom } from './random.js';
import { drawRows, type TrafficMode } from './sensor.js';
import { ModelFile } from './model-file.js';
import { trainModel } from './train-model.js';

const at = new Date('2026-03-01T12:00:00Z');
const rows = (mode: Exclude<TrafficMode, 'bad_data'>, count: number, seed: number) =>
  drawRows(mode, count, seededRandom(seed));
const makeFirst = () =>
  trainModel({ name: 'iris', version: '1', rows: rows('healthy', 900, 1), seed: 1, at }).model;

const kept = makeFirst();
const first = () => kept;

describe('the classifier', () => {
  it("tells Fisher's flowers apart", () => {
    const classifier = trainClassifier(FISHERS_FLOWERS);
    expect(accuracy(classifier, FISHERS_FLOWERS)).toBeGreaterThan(0.97);
    const [setosa] = FISHERS_FLOWERS as [LabelledFlower];
    expect(classify(classifier, setosa.features)).toBe('setosa');
    expect(probabilities(classifier, setosa.features).reduce((sum, chance) => sum + chance)).toBeCloseTo(
      1,
      12,
    );
  });

  it('gives the same weights for the same rows', () => {
    expect(trainClassifier(FISHERS_FLOWERS)).toEqual(trainClassifier(FISHERS_FLOWERS));
  });

  it('lowers its loss with more steps', () => {
    const loss = (steps: number) => {
      const classifier = trainClassifier(FISHERS_FLOWERS, { steps, learningRate: 1, decay: 0 });
      const chances = FISHERS_FLOWERS.map(({ features, label }) => {
        const all = probabilities(classifier, features);
        return all[['setosa', 'versicolor', 'virginica'].indexOf(label)] as number;
      });
      return -chances.reduce((sum, chance) => sum + Math.log(chance), 0) / chances.length;
    };
    const losses = [0, 10, 100, 400].map(loss);
    expect(losses[0]).toBeCloseTo(Math.log(3), 12);
    expect(losses.toSorted((a, b) => b - a)).toEqual(losses);
    expect(losses[3]).toBeLessThan(0.09);
  });

  it('survives an input that never changes, and refuses to train on nothing', () => {
    const flat = FISHERS_FLOWERS.map((row) => ({ ...row, features: { ...row.features, sepal_width: 3 } }));
    expect(accuracy(trainClassifier(flat), flat)).toBeGreaterThan(0.95);
    expect(() => trainClassifier([])).toThrow('expected rows to train on, got none');
  });
});

describe('the story of the example', () => {
  it.each([1, 2, 3])(
    'is true for seed %i: right, then wrong, then right again after training on new data',
    (seed) => {
      const old = first();
      const healthy = accuracy(old, rows('healthy', 4000, 10 + seed));
      const shifted = accuracy(old, rows('shifted', 4000, 20 + seed));
      const { model, championAccuracy } = trainModel({
        name: 'iris',
        version: '2',
        rows: rows('shifted', 800, 30 + seed),
        seed,
        at,
        champion: old,
      });
      const retrained = accuracy(model, rows('shifted', 4000, 40 + seed));
      expect(healthy).toBeGreaterThan(0.95);
      expect(shifted).toBeLessThan(0.75);
      expect(retrained).toBeGreaterThan(0.94);
      expect(model.training.accuracy).toBeGreaterThan(0.93);
      expect(championAccuracy).toBeLessThan(0.8);
    },
  );

  it('holds with few new rows, and with rows from before the shift among them', () => {
    const few = trainModel({ name: 'iris', version: '2', rows: rows('shifted', 200, 7), seed: 1, at }).model;
    const mixed = [...rows('healthy', 400, 8), ...rows('shifted', 400, 9)];
    const half = trainModel({ name: 'iris', version: '2', rows: mixed, seed: 1, at }).model;
    const live = rows('shifted', 4000, 50);
    expect(accuracy(few, live)).toBeGreaterThan(0.93);
    expect(accuracy(half, live)).toBeGreaterThan(0.93);
  });

  it('has an ending in which no training helps', () => {
    const live = rows('no_gain', 4000, 60);
    const retrained = trainModel({
      name: 'iris',
      version: '2',
      rows: rows('no_gain', 800, 61),
      seed: 1,
      at,
    }).model;
    expect(accuracy(first(), live)).toBeLessThan(0.75);
    expect(accuracy(retrained, live)).toBeLessThan(0.75);
  });
});

describe('a trained model', () => {
  it('is a valid model file that survives JSON, and is the same for the same seed', () => {
    const model = first();
    expect(ModelFile.parse(JSON.parse(JSON.stringify(model)))).toEqual(model);
    expect(makeFirst()).toEqual(model);
  });

  it('carries a drift reference that counts every row once per feature', () => {
    const { reference, training } = first();
    expect(reference.source.rows).toBe(900);
    expect(training.rows + training.held_out).toBe(900);
    for (const { counts, upper_bounds: bounds } of Object.values(reference.features)) {
      expect(counts).toHaveLength(bounds.length);
      expect(counts.reduce((sum, count) => sum + count)).toBe(900);
      expect((counts.at(-1) as number) / 900).toBeLessThan(0.01);
    }
    expect(Object.values(reference.predictions.class).reduce((sum, count) => sum + count)).toBe(900);
  });

  it('holds rows out: more rows trained on than it is given cannot be', () => {
    expect(() =>
      trainModel({ name: 'iris', version: '2', rows: rows('healthy', 7, 1), seed: 1, at }),
    ).toThrow('expected at least 8 labelled rows, got 7');
  });
});

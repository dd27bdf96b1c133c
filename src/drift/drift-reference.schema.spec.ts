import { describe, expect, it } from '@jest/globals';
import { DriftReferenceFile, toDriftReference } from './drift-reference.schema.js';

const file = (feature: object, more: object = {}): unknown => ({
  format: 'drift-reference/1',
  model_name: 'iris-classifier',
  model_version: '7',
  created_at: '2026-01-02T03:04:05Z',
  source: { kind: 'training', rows: 12_000, dataset_digest: 'sha256:00' },
  features: {
    petal_length: { kind: 'histogram', upper_bounds: [1, 2, '+Inf'], counts: [300, 300, 10], ...feature },
  },
  ...more,
});
const issuesOf = (input: unknown): string[] => {
  const result = DriftReferenceFile.safeParse(input);
  return result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

describe('DriftReferenceFile', () => {
  it('becomes what rules compare with', () => {
    const parsed = DriftReferenceFile.parse(
      file(
        {},
        { predictions: { class: { setosa: 400, virginica: 200 } }, quality: { accuracy: 0.967, n: 1500 } },
      ),
    );
    expect(toDriftReference(parsed, 'references/iris-7.json')).toEqual({
      id: 'references/iris-7.json',
      modelVersion: '7',
      features: { petal_length: { upperBounds: [1, 2, Infinity], counts: [300, 300, 10] } },
      predictions: { setosa: 400, virginica: 200 },
      quality: { accuracy: 0.967, n: 1500 },
    });
  });

  it.each<[string, object, string]>([
    [
      'the last bound is +Inf',
      { upper_bounds: [1, 2, 3] },
      'upper_bounds: expected "+Inf" as the last upper bound',
    ],
    [
      'bounds rise',
      { upper_bounds: [2, 1, '+Inf'] },
      'upper_bounds: expected bounds in rising order, each of them once',
    ],
    [
      'every bound has a count',
      { counts: [300, 300] },
      'counts: expected one count per upper bound, got 2 for 3',
    ],
    [
      'counts are not negative',
      { counts: [300, -1, 300] },
      'counts.1: expected a count of 0 or more, got -1',
    ],
    [
      'there is enough to compare with',
      { counts: [200, 100, 10] },
      'counts: expected at least 500 events, got 310',
    ],
    [
      'more than one bucket is filled',
      { counts: [0, 900, 0] },
      'counts: expected at least two buckets that hold anything',
    ],
    [
      'the buckets hold the values',
      { counts: [300, 300, 400] },
      'counts: expected at most 20% of the values beyond the last bound, got 40%',
    ],
    [
      'the values differ',
      { upper_bounds: [0, '+Inf'], counts: [900, 100] },
      'counts: expected values that differ, got a spread of 0',
    ],
  ])('%s', (_, feature, message) => {
    expect(issuesOf(file(feature)).join('\n')).toContain(`features.petal_length.${message}`);
  });

  it('needs two classes and enough predictions as well', () => {
    expect(issuesOf(file({}, { predictions: { class: { setosa: 900 } } }))[0]).toContain(
      'predictions.class: expected at least two classes',
    );
    expect(issuesOf(file({}, { predictions: { class: { a: 9, b: 9 } } }))[0]).toContain(
      'expected at least 500 events, got 18',
    );
  });
});

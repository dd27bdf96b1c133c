import type { DriftReference } from '../../../drift/reference.js';
import type { Sample } from '../../../prometheus/sample.js';
import type { ModelFacts } from '../kind.js';

/** Upper bounds of every feature in these specs. */
export const BOUNDS: readonly number[] = [1, 2, 3, Infinity];

/** What version 7 saw and said in training. */
export const reference: DriftReference = {
  id: 'iris-7.json',
  modelVersion: '7',
  features: {
    petal: { upperBounds: BOUNDS, counts: [500, 1000, 490, 10] },
    sepal: { upperBounds: BOUNDS, counts: [300, 900, 780, 20] },
  },
  predictions: { setosa: 1000, virginica: 1000 },
};

/** A model with that reference, and one of which nothing is known. */
export const iris: ModelFacts = { name: 'iris', labelDelaySettledMs: 0, reference };
/** A model no file describes. */
export const unknownIris: ModelFacts = { name: 'iris', labelDelaySettledMs: 0 };

/** Counts per bucket that look like the reference, half as many. */
export const CALM: Readonly<Record<'petal' | 'sepal', readonly number[]>> = {
  petal: [250, 500, 245, 5],
  sepal: [150, 450, 390, 10],
};
/** Counts that do not look like it. */
export const MOVED: readonly number[] = [50, 300, 640, 10];

/** One sample. */
export const sample = (labels: Record<string, string>, value: number): Sample => ({
  labels,
  value,
  timestamp: 0,
});

/** Cumulative buckets of one feature from counts per bucket; `labels` stand beside feature and le. */
export function histogram(
  feature: string,
  counts: readonly number[],
  labels: Readonly<Record<string, string>> = { model_version: '7' },
  bounds: readonly number[] = BOUNDS,
): Sample[] {
  let sum = 0;
  return counts.map((count, k) =>
    sample({ ...labels, feature, le: bounds[k] === Infinity ? '+Inf' : String(bounds[k]) }, (sum += count)),
  );
}

/** Predicted classes. */
export function classes(
  counts: Readonly<Record<string, number>>,
  labels: Readonly<Record<string, string>> = { model_version: '7' },
): Sample[] {
  return Object.entries(counts).map(([name, value]) => sample({ ...labels, class: name }, value));
}

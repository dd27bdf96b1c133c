import { SPECIES, vector, type Flower, type LabelledFlower, type Species } from './flower.js';

/** What training finds: per species the weights of the standardised inputs, and the intercept last. */
export interface Classifier {
  readonly mean: readonly number[];
  readonly scale: readonly number[];
  readonly weights: readonly (readonly number[])[];
}

/** How training goes. It starts from zero weights and uses all rows in every step, so it is repeatable without a seed. */
export interface Training {
  readonly steps: number;
  readonly learningRate: number;
  /** Strength of the pull towards small weights (L2). */
  readonly decay: number;
}

const TRAINING: Training = { steps: 400, learningRate: 1, decay: 0.001 };

/** Multinomial logistic regression by gradient descent. Throws a RangeError without rows. */
export function trainClassifier(rows: readonly LabelledFlower[], training: Training = TRAINING): Classifier {
  if (rows.length === 0) throw new RangeError('expected rows to train on, got none');
  const inputs = rows.map((row) => vector(row.features));
  const mean = average(inputs);
  const variance = average(inputs.map((input) => input.map((value, j) => (value - at(mean, j)) ** 2)));
  // An input that never changes must not divide by zero.
  const scale = variance.map((value) => Math.sqrt(value) || 1);

  const points = inputs.map((input) => standardised(input, mean, scale));
  const targets = rows.map((row) => SPECIES.indexOf(row.label));
  const weights = SPECIES.map(() => points[0]?.map(() => 0) ?? []);
  for (let step = 0; step < training.steps; step++) {
    const slopes = gradient(points, targets, weights);
    weights.forEach((row, k) => {
      row.forEach((weight, j) => {
        const isIntercept = j === row.length - 1;
        row[j] =
          weight -
          training.learningRate * (at(at(slopes, k), j) + (isIntercept ? 0 : training.decay * weight));
      });
    });
  }
  return { mean, scale, weights };
}

/** The probability of each species, in the order of {@link SPECIES}; they sum to 1. */
export function probabilities(classifier: Classifier, flower: Flower): number[] {
  return softmax(standardised(vector(flower), classifier.mean, classifier.scale), classifier.weights);
}

/** The most probable species. */
export function classify(classifier: Classifier, flower: Flower): Species {
  const chances = probabilities(classifier, flower);
  return at(SPECIES, chances.indexOf(Math.max(...chances)));
}

/** Share of rows classified correctly; NaN without rows. */
export function accuracy(classifier: Classifier, rows: readonly LabelledFlower[]): number {
  return rows.filter((row) => classify(classifier, row.features) === row.label).length / rows.length;
}

/** The slope of the mean cross entropy for every weight. Plain loops, because training spends all its time here. */
function gradient(
  points: readonly number[][],
  targets: readonly number[],
  weights: readonly number[][],
): number[][] {
  const slopes = weights.map((row) => row.map(() => 0));
  for (let i = 0; i < points.length; i++) {
    const point = at(points, i);
    const chances = softmax(point, weights);
    for (let k = 0; k < slopes.length; k++) {
      const slope = at(slopes, k);
      const error = (at(chances, k) - (targets[i] === k ? 1 : 0)) / points.length;
      for (let j = 0; j < slope.length; j++) slope[j] = at(slope, j) + error * at(point, j);
    }
  }
  return slopes;
}

function softmax(point: readonly number[], weights: readonly (readonly number[])[]): number[] {
  const scores = weights.map((row) => {
    let score = 0;
    for (let j = 0; j < row.length; j++) score += at(row, j) * at(point, j);
    return score;
  });
  const highest = Math.max(...scores);
  const parts = scores.map((score) => Math.exp(score - highest));
  const total = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => part / total);
}

function standardised(input: readonly number[], mean: readonly number[], scale: readonly number[]): number[] {
  return [...input.map((value, j) => (value - at(mean, j)) / at(scale, j)), 1];
}

function average(rows: readonly number[][]): number[] {
  return (rows[0] ?? []).map((_, j) => rows.reduce((sum, row) => sum + at(row, j), 0) / rows.length);
}

function at<T>(items: readonly T[], index: number): T {
  return items[index] as T;
}

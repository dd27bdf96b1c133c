import { accuracy, classify, trainClassifier, type Classifier } from './classifier.js';
import { FEATURE_BOUNDS, FEATURES, SPECIES, type Feature, type LabelledFlower } from './flower.js';
import type { DriftReferenceFile, ModelFile } from './model-file.js';
import { seededRandom, shuffled } from './random.js';

/** What a model is trained on and what it will be called. */
export interface TrainingOrder {
  readonly name: string;
  readonly version: string;
  readonly rows: readonly LabelledFlower[];
  /** Decides which quarter of the rows is held out. */
  readonly seed: number;
  readonly at: Date;
  /** The model in service, measured on the same held-out rows. */
  readonly champion?: Classifier;
}

/** A trained model and, where there is one, how the model in service did on the same held-out rows. */
export interface TrainedModel {
  readonly model: ModelFile;
  readonly championAccuracy?: number;
}

const HELD_OUT_SHARE = 0.25;

/** Trains on three quarters of the rows and measures on the rest. Throws a RangeError with fewer than eight rows. */
export function trainModel(order: TrainingOrder): TrainedModel {
  const { name, version, rows, champion } = order;
  if (rows.length < 8) throw new RangeError(`expected at least 8 labelled rows, got ${rows.length}`);
  const mixed = shuffled(rows, seededRandom(order.seed));
  const heldOut = mixed.slice(0, Math.ceil(rows.length * HELD_OUT_SHARE));
  const trained = mixed.slice(heldOut.length);
  const classifier = trainClassifier(trained);
  const quality = { accuracy: accuracy(classifier, heldOut), n: heldOut.length };
  const createdAt = order.at.toISOString();
  const model: ModelFile = {
    format: 'iris-model/1',
    name,
    version,
    created_at: createdAt,
    features: [...FEATURES],
    classes: [...SPECIES],
    mean: [...classifier.mean],
    scale: [...classifier.scale],
    weights: classifier.weights.map((row) => [...row]),
    training: { rows: trained.length, held_out: quality.n, accuracy: quality.accuracy },
    reference: {
      format: 'drift-reference/1',
      model_name: name,
      model_version: version,
      created_at: createdAt,
      source: { kind: 'training', rows: rows.length },
      features: byFeature((feature) => histogram(rows, feature)),
      predictions: { class: classCounts(classifier, rows) },
      quality,
    },
  };
  return champion ? { model, championAccuracy: accuracy(champion, heldOut) } : { model };
}

function byFeature<T>(value: (feature: Feature) => T): Record<Feature, T> {
  return Object.fromEntries(FEATURES.map((feature) => [feature, value(feature)])) as Record<Feature, T>;
}

function histogram(
  rows: readonly LabelledFlower[],
  feature: Feature,
): DriftReferenceFile['features'][Feature] {
  const bounds = FEATURE_BOUNDS[feature];
  const counts = [...bounds, Infinity].map((upper, index, all) => {
    const lower = index === 0 ? -Infinity : (all[index - 1] as number);
    return rows.filter(({ features }) => features[feature] > lower && features[feature] <= upper).length;
  });
  return { kind: 'histogram', upper_bounds: [...bounds, '+Inf'], counts, nulls: 0 };
}

function classCounts(
  classifier: Classifier,
  rows: readonly LabelledFlower[],
): DriftReferenceFile['predictions']['class'] {
  const counts = { setosa: 0, versicolor: 0, virginica: 0 };
  for (const row of rows) counts[classify(classifier, row.features)] += 1;
  return counts;
}

import { register, type Registry } from 'prom-client';
import type { FeatureSeries } from './feature-histogram.js';
import { metricFamilies, type MetricFamilies } from './metric-families.js';
import { trackCalls, type AnyFunction, type EndPrediction } from './track-calls.js';
import { predictionCounter, type TrackOptions } from './track-prediction.js';

/** What is known about a model before its first request; every value named here exists as a series at zero. */
export interface ModelMetricsOptions<Feature extends string = string> extends TrackOptions {
  readonly modelName: string;
  readonly modelVersion: string;
  /** Classes the model can predict. */
  readonly classes?: readonly string[];
  /** Finite, rising upper bucket bounds of each numeric input, in the input's unit. */
  readonly features?: Readonly<Record<Feature, readonly number[]>>;
  /** Error types callers may see. */
  readonly errorTypes?: readonly string[];
}

/** What one answered prediction looked like. */
export interface PredictionRecord<Feature extends string = string> {
  /** The predicted class; left out by models that predict none. */
  readonly class?: string;
  readonly features?: Partial<Readonly<Record<Feature, number | null | undefined>>>;
}

/** Records what one model does. Made by {@link createModelMetrics}. */
export class ModelMetrics<Feature extends string = string> {
  readonly registry: Registry;
  readonly modelName: string;
  readonly #families: MetricFamilies;
  readonly #options: ModelMetricsOptions<Feature>;
  readonly #begin: () => EndPrediction;
  readonly #classes: Set<string>;
  #features = new Map<string, FeatureSeries>();
  #version: string;

  constructor(options: ModelMetricsOptions<Feature>) {
    this.registry = options.registry ?? register;
    this.modelName = options.modelName;
    this.#version = options.modelVersion;
    this.#options = options;
    this.#classes = new Set(options.classes);
    this.#families = metricFamilies(this.registry, options.latencyBuckets);
    this.#begin = predictionCounter(this.modelName, () => this.#version, options);
    for (const type of options.errorTypes ?? []) {
      this.#families.errors.inc({ model_name: this.modelName, error_type: type }, 0);
    }
    this.setVersion(options.modelVersion);
  }

  /** The version that new predictions are counted under. */
  get modelVersion(): string {
    return this.#version;
  }

  /** Counts what follows under another version. Series of earlier versions stay, because their labels still arrive. */
  setVersion(modelVersion: string): void {
    const { requests, predictions, labeled, features } = this.#families;
    const labels = { model_name: this.modelName, model_version: modelVersion };
    const bounds = Object.entries<readonly number[]>(this.#options.features ?? {});
    this.#features = new Map(
      bounds.map(([feature, upper]) => [
        feature,
        features.series(this.modelName, modelVersion, feature, upper),
      ]),
    );
    requests.inc(labels, 0);
    for (const name of this.#classes) predictions.inc({ ...labels, class: name }, 0);
    for (const outcome of ['correct', 'incorrect']) labeled.inc({ ...labels, outcome }, 0);
    this.#version = modelVersion;
  }

  /** Drops an earlier version's series for good, once no label of it is awaited. Throws a RangeError on the current version. */
  forgetVersion(modelVersion: string): void {
    if (modelVersion === this.#version)
      throw new RangeError(`version ${modelVersion} is in use: set another one first`);
    const { requests, accuracy, evaluatedAt, predictions, labeled, features } = this.#families;
    const labels = { model_name: this.modelName, model_version: modelVersion };
    for (const metric of [requests, accuracy, evaluatedAt]) metric.remove(labels);
    for (const name of this.#classes) predictions.remove({ ...labels, class: name });
    for (const outcome of ['correct', 'incorrect']) labeled.remove({ ...labels, outcome });
    features.remove(this.modelName, modelVersion);
  }

  /** A function that behaves as `fn` and counts each call as a request, with latency and errors; see `trackPrediction`. */
  track<F extends AnyFunction>(fn: F): F {
    return trackCalls(fn, this.#begin);
  }

  /** Counts a request and starts its clock; call the answer once at its end, with the error when it failed. */
  beginPrediction(): EndPrediction {
    return this.#begin();
  }

  /** Counts an answered prediction's class and inputs. Throws a TypeError on a feature without bounds. */
  recordPrediction(prediction: PredictionRecord<Feature>): void {
    const labels = { model_name: this.modelName, model_version: this.#version };
    if (prediction.class !== undefined) {
      this.#classes.add(prediction.class);
      this.#families.predictions.inc({ ...labels, class: prediction.class });
    }
    const inputs = Object.entries<number | null | undefined>(prediction.features ?? {});
    for (const [feature, value] of inputs) this.#seriesOf(feature).observe(value);
  }

  /** Counts a true label at its arrival, under the version that made the prediction (the current one unless given). */
  recordLabel(label: { readonly correct: boolean; readonly modelVersion?: string }): void {
    const labels = { model_name: this.modelName, model_version: label.modelVersion ?? this.#version };
    this.#families.labeled.inc({ ...labels, outcome: label.correct ? 'correct' : 'incorrect' });
  }

  /** Publishes an evaluation: `accuracy` from 0 to 1, and when it was measured, so that a stale figure shows. */
  recordAccuracy(accuracy: number, evaluatedAt: Date, modelVersion = this.#version): void {
    const labels = { model_name: this.modelName, model_version: modelVersion };
    this.#families.accuracy.set(labels, accuracy);
    this.#families.evaluatedAt.set(labels, evaluatedAt.getTime() / 1000);
  }

  #seriesOf(feature: string): FeatureSeries {
    const series = this.#features.get(feature);
    if (series) return series;
    const known = [...this.#features.keys()].join(', ') || 'none';
    throw new TypeError(`feature ${feature} has no bucket bounds: name it under features (known: ${known})`);
  }
}

/** The metrics of one model. Models of one process may share a registry; a model made twice continues its counters. */
export function createModelMetrics<Feature extends string = string>(
  options: ModelMetricsOptions<Feature>,
): ModelMetrics<Feature> {
  return new ModelMetrics(options);
}

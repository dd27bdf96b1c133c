import { randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import { createModelMetrics, type ModelMetrics } from 'retune/instrumentation';
import { z } from 'zod';
import { classify, probabilities } from './classifier.js';
import { FEATURE_BOUNDS, SPECIES, type Feature, type Species } from './flower.js';
import { ModelFile } from './model-file.js';
import { PredictionLog, type LabelledPrediction, type LabelOutcome } from './prediction-log.js';

/** A request that no model can answer; its class is the `error_type` of the metrics. */
export class InvalidInput extends Error {}

const Measurement = z.number();
const Readings = z.object({
  features: z.object({
    sepal_length: Measurement,
    sepal_width: Measurement,
    petal_length: Measurement,
    petal_width: Measurement,
  }),
});

/** An answered prediction. */
export interface Prediction {
  readonly id: string;
  readonly class: Species;
  readonly probabilities: Readonly<Record<string, number>>;
  readonly model_version: string;
}

const KEEP = { waiting: 50_000, labelled: 20_000, outcomes: 200 };
/** A gauge over fewer labels than this would jump between extremes. */
const LEAST_OUTCOMES = 20;
const VERSIONS_KEPT = 5;

/** The model in service with its metrics and its memory. Knows nothing of HTTP. */
export class ModelService {
  readonly registry = new Registry();
  readonly #log = new PredictionLog(KEEP);
  readonly #metrics: ModelMetrics<Feature>;
  readonly #versions: string[];
  #model: ModelFile;
  /** Counts the request whatever becomes of it. `body` is the parsed JSON of a request. Throws {@link InvalidInput}. */
  readonly predict: (body: unknown, now: Date) => Prediction;

  constructor(model: ModelFile) {
    this.#model = model;
    this.#versions = [model.version];
    this.#metrics = createModelMetrics({
      registry: this.registry,
      modelName: model.name,
      modelVersion: model.version,
      classes: SPECIES,
      features: FEATURE_BOUNDS,
      errorTypes: [InvalidInput.name],
    });
    this.predict = this.#metrics.track((body: unknown, now: Date) => this.#answer(body, now));
  }

  get model(): ModelFile {
    return this.#model;
  }

  /** Takes a model into service between two requests; refuses another model under a version that was already served. */
  deploy(model: ModelFile): 'deployed' | 'in_service' | 'version_taken' | 'other_model' {
    if (model.name !== this.#model.name) return 'other_model';
    if (JSON.stringify(model) === JSON.stringify(this.#model)) return 'in_service';
    if (this.#versions.includes(model.version)) return 'version_taken';
    this.#model = model;
    this.#metrics.setVersion(model.version);
    this.#versions.push(model.version);
    const outdated = this.#versions.at(-1 - VERSIONS_KEPT);
    if (outdated !== undefined) this.#metrics.forgetVersion(outdated);
    return 'deployed';
  }

  /** Takes the true species of an earlier prediction. */
  label(id: string, label: Species, now: Date): LabelOutcome {
    const outcome = this.#log.label(id, label, now);
    if (outcome.kind === 'refused') return outcome;
    const { modelVersion, predicted } = outcome.row;
    if (this.#versions.slice(-VERSIONS_KEPT).includes(modelVersion)) {
      this.#metrics.recordLabel({ correct: predicted === label, modelVersion });
      const measured = this.#log.accuracy(modelVersion);
      if (measured && measured.n >= LEAST_OUTCOMES)
        this.#metrics.recordAccuracy(measured.accuracy, now, modelVersion);
    }
    return outcome;
  }

  labelled(range: { since?: Date; until?: Date; limit?: number }): LabelledPrediction[] {
    return this.#log.labelled(range);
  }

  #answer(body: unknown, now: Date): Prediction {
    const readings = Readings.safeParse(body);
    if (!readings.success) {
      this.#recordWhatCame(body);
      throw new InvalidInput(z.prettifyError(readings.error));
    }
    const { features } = readings.data;
    const predicted = classify(this.#model, features);
    const chances = probabilities(this.#model, features);
    const { version } = this.#model;
    const id = randomUUID();
    this.#metrics.recordPrediction({ class: predicted, features });
    this.#log.add({ id, features, predicted, modelVersion: version, at: now });
    return {
      id,
      class: predicted,
      probabilities: Object.fromEntries(SPECIES.map((species, k) => [species, chances[k] ?? 0])),
      model_version: version,
    };
  }

  /** Refused readings still show in the feature histograms, where what is missing counts as overflow. */
  #recordWhatCame(body: unknown): void {
    const features = (body as { features?: Record<string, unknown> } | null | undefined)?.features;
    if (typeof features !== 'object' || features === null) return;
    const known = Object.keys(FEATURE_BOUNDS) as Feature[];
    const values = known.map((feature) => [feature, Measurement.safeParse(features[feature]).data ?? null]);
    this.#metrics.recordPrediction({
      features: Object.fromEntries(values) as Record<Feature, number | null>,
    });
  }
}

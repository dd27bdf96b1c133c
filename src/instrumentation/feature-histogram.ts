import type { Metric, Registry } from 'prom-client';
import { METRIC_DEFINITIONS } from './metric-definitions.js';

const NAME = 'model_feature_value';

interface Value {
  readonly metricName: string;
  readonly labels: Record<string, string | number>;
  readonly value: number;
}

/** The buckets of one feature of one model version. */
export class FeatureSeries {
  readonly #counts: number[];
  #sum = 0;

  constructor(
    private readonly labels: Readonly<Record<string, string>>,
    readonly bounds: readonly number[],
  ) {
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  /** Counts one input. A missing or non-finite value (null, undefined, NaN, ±Infinity) goes to the +Inf bucket and leaves the sum alone. */
  observe(value: number | null | undefined): void {
    const finite = typeof value === 'number' && Number.isFinite(value);
    const found = finite ? this.bounds.findIndex((bound) => value <= bound) : -1;
    const bucket = found === -1 ? this.bounds.length : found;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    if (finite) this.#sum += value;
  }

  values(): Value[] {
    const { labels } = this;
    let total = 0;
    const buckets = this.#counts.map((count, index) => {
      total += count;
      const le = this.bounds[index] ?? '+Inf';
      return { metricName: `${NAME}_bucket`, labels: { le, ...labels }, value: total };
    });
    return [
      ...buckets,
      { metricName: `${NAME}_sum`, labels: { ...labels }, value: this.#sum },
      { metricName: `${NAME}_count`, labels: { ...labels }, value: total },
    ];
  }
}

/**
 * The metric `model_feature_value`: a classic histogram in which each feature has bounds of its own.
 * prom-client gives a metric one bucket layout, and the union of all features' bounds would multiply the series and
 * leave most of them meaningless; a registry, however, accepts anything with prom-client's `get` and `reset`.
 */
export class FeatureHistogram {
  readonly name = NAME;
  readonly help = METRIC_DEFINITIONS[NAME].help;
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  readonly labelNames = METRIC_DEFINITIONS[NAME].labels;
  readonly #series = new Map<string, FeatureSeries>();

  /** The histogram of `registry`, made at the first call. Throws when another metric took its name. */
  static of(registry: Registry): FeatureHistogram {
    const existing = registry.getSingleMetric(NAME) as unknown;
    if (existing instanceof FeatureHistogram) return existing;
    const made = new FeatureHistogram();
    registry.registerMetric(made as unknown as Metric);
    return made;
  }

  /** The series of one feature, at zero when new. Throws a RangeError on bounds that do not rise or that differ from those in use. */
  series(modelName: string, modelVersion: string, feature: string, bounds: readonly number[]): FeatureSeries {
    const rising = bounds.every((bound, i) => Number.isFinite(bound) && bound > (bounds[i - 1] ?? -Infinity));
    if (bounds.length === 0 || !rising) {
      throw new RangeError(
        `feature ${feature}: expected finite, rising bucket bounds, got [${bounds.join(', ')}]`,
      );
    }
    const key = JSON.stringify([modelName, modelVersion, feature]);
    const existing = this.#series.get(key);
    if (!existing) {
      const labels = { model_name: modelName, model_version: modelVersion, feature };
      const made = new FeatureSeries(labels, [...bounds]);
      this.#series.set(key, made);
      return made;
    }
    if (existing.bounds.join() !== bounds.join()) {
      const inUse = existing.bounds.join(', ');
      throw new RangeError(
        `feature ${feature}: expected the bounds already in use, [${inUse}], got [${bounds.join(', ')}]`,
      );
    }
    return existing;
  }

  /** Drops every feature of one model version. */
  remove(modelName: string, modelVersion: string): void {
    for (const key of this.#series.keys()) {
      const [name, version] = JSON.parse(key) as string[];
      if (name === modelName && version === modelVersion) this.#series.delete(key);
    }
  }

  /** What a registry reads at a scrape. */
  async get(): Promise<{ name: string; help: string; type: string; aggregator: string; values: Value[] }> {
    const values = [...this.#series.values()].flatMap((series) => series.values());
    return { name: this.name, help: this.help, type: this.type, aggregator: this.aggregator, values };
  }

  /** Forgets every series, as prom-client's own metrics do. */
  reset(): void {
    this.#series.clear();
  }
}

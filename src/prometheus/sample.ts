/** Label name → value, as Prometheus sends it (`__name__` included). */
export type SeriesLabels = Readonly<Record<string, string>>;

/** One sample of an instant vector. `value` may be NaN or ±Infinity, as Prometheus sends them. */
export interface Sample {
  readonly labels: SeriesLabels;
  readonly value: number;
  /** Unix seconds. */
  readonly timestamp: number;
}

/** What Prometheus answered to one query. */
export interface PrometheusAnswer {
  readonly samples: readonly Sample[];
  /** How many samples the query touched; undefined unless asked for, and from servers older than 2.35. */
  readonly scanned?: number;
}

/** What to ask: one instant query. `offsetMs` shifts its evaluation time into the past. */
export interface PromQuery {
  /** Names the answer within one rule, e.g. `correct`. */
  readonly name: string;
  readonly expr: string;
  readonly offsetMs?: number;
}

/** Answers by the name of the query. A query that matched nothing has an empty list. */
export type SamplesByQuery = Readonly<Record<string, readonly Sample[]>>;

/** Why Prometheus gave no answer. Only `bad_query` and `too_expensive` are the rule's own fault. */
export type PrometheusFailure = 'unavailable' | 'timeout' | 'bad_query' | 'too_expensive' | 'bad_response';

/** A failed query: an expected outcome, thrown across the client's edge and turned into rule health. */
export class PrometheusError extends Error {
  constructor(
    readonly reason: PrometheusFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'PrometheusError';
  }
}

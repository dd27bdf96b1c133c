/** Counts of one histogram feature: finite upper bounds in rising order, then +Inf; counts per bucket, not cumulative. */
export interface HistogramCounts {
  readonly upperBounds: readonly number[];
  readonly counts: readonly number[];
}

/** What a model's inputs and outputs looked like when it was right: the other side of every drift distance. */
export interface DriftReference {
  /** Names the snapshot in evidence, e.g. `references/iris-7.json sha256:1f2e…`. */
  readonly id: string;
  readonly modelVersion?: string;
  readonly features: Readonly<Record<string, HistogramCounts>>;
  /** Predicted class → count. */
  readonly predictions?: Readonly<Record<string, number>>;
  readonly quality?: { readonly accuracy: number; readonly n: number };
}

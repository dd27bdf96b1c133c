import type { Flower, Species } from './flower.js';

/** A prediction that was answered; its label may arrive later. */
export interface LoggedPrediction {
  readonly id: string;
  readonly features: Flower;
  readonly predicted: Species;
  readonly modelVersion: string;
  readonly at: Date;
}

/** A prediction whose label arrived. */
export interface LabelledPrediction extends LoggedPrediction {
  readonly label: Species;
  readonly labelledAt: Date;
}

/** What became of a label. */
export type LabelOutcome =
  | { readonly kind: 'labelled'; readonly row: LabelledPrediction }
  | { readonly kind: 'refused'; readonly reason: 'unknown_prediction' | 'already_labelled' };

/** Remembers recent predictions until their labels come, and recent labelled ones for training. Oldest go first. */
export class PredictionLog {
  readonly #waiting = new Map<string, LoggedPrediction>();
  readonly #labelled = new Map<string, LabelledPrediction>();
  readonly #outcomes = new Map<string, boolean[]>();

  /** How many rows to keep, and how many labels a version's accuracy is taken over. */
  constructor(
    private readonly keep: { readonly waiting: number; readonly labelled: number; readonly outcomes: number },
  ) {}

  add(prediction: LoggedPrediction): void {
    this.#waiting.set(prediction.id, prediction);
    dropOldest(this.#waiting, this.keep.waiting);
  }

  label(id: string, label: Species, at: Date): LabelOutcome {
    const prediction = this.#waiting.get(id);
    if (!prediction) {
      return { kind: 'refused', reason: this.#labelled.has(id) ? 'already_labelled' : 'unknown_prediction' };
    }
    const row = { ...prediction, label, labelledAt: at };
    this.#waiting.delete(id);
    this.#labelled.set(id, row);
    dropOldest(this.#labelled, this.keep.labelled);
    const recent = [...(this.#outcomes.get(row.modelVersion) ?? []), row.label === row.predicted];
    this.#outcomes.set(row.modelVersion, recent.slice(-this.keep.outcomes));
    return { kind: 'labelled', row };
  }

  /** Labelled rows whose prediction was made in [since, until), newest last, at most the newest `limit`. */
  labelled(range: {
    readonly since?: Date;
    readonly until?: Date;
    readonly limit?: number;
  }): LabelledPrediction[] {
    const { since, until, limit } = range;
    const rows = [...this.#labelled.values()].filter(
      ({ at }) => (since === undefined || at >= since) && (until === undefined || at < until),
    );
    rows.sort((a, b) => a.at.getTime() - b.at.getTime());
    return limit === undefined ? rows : rows.slice(Math.max(0, rows.length - limit));
  }

  /** Share of correct predictions among the last labelled ones of a version; undefined while there are none. */
  accuracy(modelVersion: string): { readonly accuracy: number; readonly n: number } | undefined {
    const recent = this.#outcomes.get(modelVersion);
    if (!recent) return undefined;
    return { accuracy: recent.filter(Boolean).length / recent.length, n: recent.length };
  }
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}

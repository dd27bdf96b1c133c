import type { PromQuery, Sample } from '../prometheus/sample.js';
import { formatDuration } from '../schema/duration.js';

/** How many labelled predictions arrived since the running version was trained, if anybody can know. */
export type NewLabels =
  | { readonly kind: 'counted'; readonly count: number; readonly since: string }
  | { readonly kind: 'unknown'; readonly why: string }
  /** Where nothing can be asked, as in a replay: taken for enough. */
  | { readonly kind: 'assumed' };

/** From when labels count as new. `version`: from when the running version was given any, which is later than its training. */
export type LabelsSince =
  { readonly kind: 'trained'; readonly at: Date } | { readonly kind: 'version'; readonly version: string };

/** How far back labels are counted at most: what a Prometheus can be expected to keep. */
export const LONGEST_LABELS_MS = 90 * 86_400_000;
const SHORTEST_LABELS_MS = 60_000;

/** When versions of the model were trained, as their exporters say: `model_trained_timestamp_seconds` by version. */
export function trainedAtQuery(model: string): PromQuery {
  const name = JSON.stringify(model);
  return {
    name: 'trained_at',
    expr: `max by (model_version) (model_trained_timestamp_seconds{model_name=${name}})`,
  };
}

/** The instant in the answer to {@link trainedAtQuery}: of the version, or of the youngest when `version` is empty. */
export function trainedAt(samples: readonly Sample[], version: string, now: Date): Date | undefined {
  const seconds = samples
    .filter(({ labels }) => version === '' || labels['model_version'] === version)
    .map(({ value }) => value)
    .filter((value) => value > 0 && value * 1000 <= now.getTime());
  return seconds.length === 0 ? undefined : new Date(Math.max(...seconds) * 1000);
}

/** Counts the labels that arrived since then, of whatever version. */
export function newLabelsQuery(model: string, since: LabelsSince, now: Date): PromQuery {
  const name = `model_name=${JSON.stringify(model)}`;
  const selector = since.kind === 'version' ? `${name},model_version=${JSON.stringify(since.version)}` : name;
  const age = since.kind === 'trained' ? now.getTime() - since.at.getTime() : LONGEST_LABELS_MS;
  const spanMs = Math.max(SHORTEST_LABELS_MS, Math.min(LONGEST_LABELS_MS, Math.floor(age / 1000) * 1000));
  const range = formatDuration(spanMs);
  return {
    name: 'new_labels',
    expr: `sum(increase(model_labeled_predictions_total{${selector}}[${range}]))`,
  };
}

/** The answer to {@link newLabelsQuery}. No series is no label. */
export function newLabelsFrom(samples: readonly Sample[], since: LabelsSince): NewLabels {
  const value = samples[0]?.value ?? 0;
  const count = Number.isFinite(value) && value > 0 ? Math.floor(value) : 0;
  const told =
    since.kind === 'trained'
      ? `since the training of ${since.at.toISOString()}`
      : `of version ${since.version}, whose training nobody dates`;
  return { kind: 'counted', count, since: told };
}

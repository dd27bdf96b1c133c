import type { PromQuery } from '../../../prometheus/sample.js';
import { range, selector } from '../../../promql/selector.js';
import { formatDuration } from '../../../schema/duration.js';
import { trafficQueries } from '../../serving-versions.js';
import type { ModelFacts } from '../kind.js';
import type { LabelCoverage, NoTraffic, StalenessSpec } from './spec.js';

const DAY_MS = 86_400_000;
/** Least span over which a gauge that never changes is suspicious. */
const UNCHANGED_MS = 2 * DAY_MS;
const LONGEST_MEMORY_MS = 7 * DAY_MS;
const LONGEST_STEP_MS = 300_000;

/** In how many parts of the span of `no_data` Prometheus must have scraped something for its silence to mean anything. */
export const WATCHED_PARTS = 3;

/** How far back a model that is gone is remembered: 672 times as long as it may be gone, a week at most. */
export function memoryOf(noDataMs: number): number {
  return Math.min(LONGEST_MEMORY_MS, 672 * noDataMs);
}

/** The span over which a gauge without a time of its evaluation must change. */
export function unchangedSpan(accuracyAgeMs: number): number {
  return Math.max(UNCHANGED_MS, accuracyAgeMs);
}

/** What the checks of a rule ask. */
export function stalenessQueries(spec: StalenessSpec, model: ModelFacts): readonly PromQuery[] {
  const labels = { model_name: spec.model, ...spec.where };
  const all = selector(labels);
  const requests = `model_prediction_requests_total${all}`;
  const { no_data, no_traffic, accuracy_age, label_coverage, model_age } = spec;
  return [
    ...(no_data === undefined ? [] : presenceQueries(requests, no_data)),
    ...(no_traffic ? silenceQueries(requests, no_traffic) : []),
    ...(accuracy_age === undefined ? [] : accuracyQueries(all, accuracy_age)),
    ...(label_coverage ? coverageQueries(all, requests, label_coverage, model.labelDelaySettledMs) : []),
    ...(model_age === undefined
      ? []
      : [{ name: 'trained_at', expr: `max by (model_version) (model_trained_timestamp_seconds${all})` }]),
    ...(accuracy_age === undefined && model_age === undefined
      ? []
      : // The model's own window: the rule has none that could be shorter.
        trafficQueries(labels, DAY_MS, model)),
  ];
}

/**
 * Whether the model was there within the span; when it was there last; and in how many parts of the span Prometheus
 * scraped anything: one that was down itself saw nobody.
 */
function presenceQueries(requests: string, noDataMs: number): readonly PromQuery[] {
  const part = Math.max(1000, Math.floor(noDataMs / WATCHED_PARTS / 1000) * 1000);
  const steps = `[${formatDuration(memoryOf(noDataMs))}:${formatDuration(Math.min(LONGEST_STEP_MS, part))}]`;
  const anything = `count(last_over_time(up${range(part)}))`;
  return [
    { name: 'recent', expr: `count(last_over_time(${requests}${range(noDataMs)}))` },
    // Not time() + 0 * m, which is much cheaper before Prometheus 3: without a marker of staleness that is when a sample was
    // last looked back at, up to five minutes after it was scraped.
    {
      name: 'last_seen',
      expr: `max(timestamp(${requests}) or max_over_time(timestamp(${requests})${steps}))`,
    },
    {
      name: 'watched',
      expr: `count_over_time(${anything}[${formatDuration(noDataMs)}:${formatDuration(part)}])`,
    },
  ];
}

/** Requests now, of a model that was there at the beginning of the span too, and in the same span a week ago. */
function silenceQueries(requests: string, { for: forMs }: NoTraffic): readonly PromQuery[] {
  const first = Math.max(1000, Math.floor(forMs / 3 / 1000) * 1000);
  const beginning = `${requests}${range(first)} offset ${formatDuration(forMs - first)}`;
  return [
    {
      name: 'requests',
      expr: `sum(increase(${requests}${range(forMs)})) and count(last_over_time(${beginning}))`,
    },
    { name: 'requests_last_week', expr: `sum(increase(${requests}${range(forMs)} offset 1w))` },
  ];
}

/** When the accuracy was evaluated; and of a gauge that does not tell, how often it changed since it was there before. */
function accuracyQueries(all: string, accuracyAgeMs: number): readonly PromQuery[] {
  const span = formatDuration(unchangedSpan(accuracyAgeMs));
  return [
    {
      name: 'evaluated_at',
      expr: `min by (model_version) (model_accuracy_evaluated_timestamp_seconds${all})`,
    },
    {
      name: 'changes',
      expr:
        `changes(min by (model_version) (model_accuracy${all})[${span}:5m]) ` +
        `and on (model_version) last_over_time(model_accuracy${all}[1h] offset ${span})`,
    },
  ];
}

/** Labels that arrived, and the predictions they belong to: those of the same span, earlier by the delay of the labels. */
function coverageQueries(
  all: string,
  requests: string,
  { window }: LabelCoverage,
  delayMs: number,
): readonly PromQuery[] {
  const offset = delayMs > 0 ? ` offset ${formatDuration(delayMs)}` : '';
  return [
    { name: 'labels', expr: `sum(increase(model_labeled_predictions_total${all}${range(window)}))` },
    { name: 'predictions', expr: `sum(increase(${requests}${range(window)}${offset}))` },
  ];
}

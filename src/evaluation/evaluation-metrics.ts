import type { Counter, Gauge, Histogram } from 'prom-client';
import type { Metrics } from '../platform/metrics.client.js';

/** What evaluation tells about itself. */
export interface EvaluationMetrics {
  readonly evaluations: Counter<'outcome'>;
  readonly seconds: Histogram;
  readonly missed: Counter;
  readonly discarded: Counter;
  readonly prometheusUp: Gauge;
  readonly transitions: Counter<'to' | 'reason'>;
}

/** Declares evaluation's metrics. */
export function evaluationMetrics(metrics: Metrics): EvaluationMetrics {
  return {
    evaluations: metrics.counter('retune_rule_evaluations_total', 'Rule evaluations by outcome', ['outcome']),
    seconds: metrics.seconds(
      'retune_group_evaluation_duration_seconds',
      'From a group slot to its stored result',
    ),
    missed: metrics.counter('retune_group_slots_missed_total', 'Slots that passed unevaluated'),
    discarded: metrics.counter('retune_evaluations_discarded_total', 'Evaluations older than the stored one'),
    prometheusUp: metrics.gauge('retune_prometheus_up', 'Whether the last query was answered'),
    transitions: metrics.counter('retune_alert_transitions_total', 'Alert state changes', ['to', 'reason']),
  };
}

import type { PromQuery } from '../../../prometheus/sample.js';
import { formatDuration } from '../../../schema/duration.js';
import { range, selector } from '../../../promql/selector.js';
import { trafficQueries } from '../../serving-versions.js';
import type { ModelFacts } from '../kind.js';
import { previousQueries } from './previous-version.js';
import { type AccuracySpec, comparisonOf } from './spec.js';

/** Span in which a version must have been seen to count as old enough; bridges restarts and short outages. */
const PRESENCE = '[1h]';

/** What an accuracy rule asks: labelled predictions by version, the gauge, its age, which versions are old and serving, and what they are compared with. */
export function accuracyQueries(spec: AccuracySpec, model: ModelFacts): readonly PromQuery[] {
  const labels = { model_name: spec.model, ...spec.where };
  const all = selector(labels);
  const correct = selector(labels, 'outcome="correct"');
  const window = range(spec.window);
  const settled = model.labelDelaySettledMs;
  const delay = settled > 0 ? ` offset ${formatDuration(settled)}` : '';
  const old = (metric: string): string =>
    `count by (model_version) (count_over_time(${metric}${all}${PRESENCE}${delay}))`;
  const predicted = (shift: string): string =>
    `sum by (model_version) (increase(model_prediction_requests_total${all}${window}${shift}))`;
  const covered = spec.label_coverage !== undefined;
  return [
    {
      name: 'correct',
      expr: `sum by (model_version) (increase(model_labeled_predictions_total${correct}${window}))`,
    },
    {
      name: 'labeled',
      expr: `sum by (model_version) (increase(model_labeled_predictions_total${all}${window}))`,
    },
    { name: 'gauge', expr: `min by (model_version) (model_accuracy${all})` },
    {
      name: 'evaluated_at',
      expr: `min by (model_version) (model_accuracy_evaluated_timestamp_seconds${all})`,
    },
    ...(settled > 0
      ? [
          {
            name: 'settled',
            expr: ['model_prediction_requests_total', 'model_labeled_predictions_total', 'model_accuracy']
              .map(old)
              .join(' or '),
          },
        ]
      : []),
    ...(covered ? [{ name: 'predicted', expr: predicted('') }] : []),
    ...(covered && settled > 0 ? [{ name: 'predicted_before', expr: predicted(delay) }] : []),
    ...(comparisonOf(spec, model) === 'previous' ? previousQueries(spec, model) : []),
    ...trafficQueries(labels, spec.window, model),
  ];
}

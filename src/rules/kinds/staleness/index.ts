import { formatDuration } from '../../../schema/duration.js';
import { oneLine } from '../../one-line.js';
import { formatShare } from '../../share.js';
import type { RuleKind } from '../kind.js';
import { judgeStaleness } from './judge.js';
import { stalenessQueries } from './queries.js';
import { StalenessSpec } from './spec.js';

const duration = (ms: number | undefined): string => (ms === undefined ? 'none' : formatDuration(ms));

/** A model that is gone, that nobody asks, or whose accuracy, labels or training are out of date. */
export const staleness: RuleKind<'staleness', StalenessSpec> = {
  kind: 'staleness',
  summary: 'a model is gone or nobody asks it, or its accuracy, its labels or its training are out of date',
  Spec: StalenessSpec,
  model: (spec) => spec.model,
  describe: ({ model, where, no_data, no_traffic, accuracy_age, label_coverage, model_age }) =>
    oneLine('staleness', {
      model,
      ...(Object.keys(where).length > 0 ? { where } : {}),
      no_data: duration(no_data),
      no_traffic: no_traffic
        ? { for: duration(no_traffic.for), unless_last_week_below: no_traffic.unless_last_week_below }
        : 'none',
      accuracy_age: duration(accuracy_age),
      label_coverage: label_coverage
        ? { below: formatShare(label_coverage.below), window: duration(label_coverage.window) }
        : 'none',
      model_age: duration(model_age),
    }),
  warnings: ({ model: name, label_coverage }, { labelDelaySettledMs }) =>
    label_coverage && labelDelaySettledMs === 0
      ? [
          `label_coverage holds labels against the predictions of the same span, so labels that take long look missing: ` +
            `write label_delay.settled for ${name} in models`,
        ]
      : [],
  queries: stalenessQueries,
  judge: judgeStaleness,
};

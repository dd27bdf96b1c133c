import { formatDuration } from '../../../schema/duration.js';
import { oneLine } from '../../one-line.js';
import { formatShare } from '../../share.js';
import type { RuleKind } from '../kind.js';
import { judgeErrorRate } from './judge.js';
import { errorRateQueries } from './queries.js';
import { ErrorRateSpec } from './spec.js';

/** Too many failed requests: a plain threshold, or an error budget that burns too fast. */
export const errorRate: RuleKind<'error_rate', ErrorRateSpec> = {
  kind: 'error_rate',
  summary: 'too many prediction requests fail, above a share or against an error budget',
  Spec: ErrorRateSpec,
  model: (spec) => spec.model,
  describe: ({ model, where, above, slo, window, period, burn, min_requests, min_errors }) =>
    oneLine('error_rate', {
      model,
      ...(Object.keys(where).length > 0 ? { where } : {}),
      ...(above === undefined ? {} : { above: formatShare(above), window: formatDuration(window) }),
      ...(slo === undefined
        ? {}
        : {
            slo: formatShare(slo),
            period: formatDuration(period),
            burn: burn.map(({ factor, long, short, severity }) => ({
              factor,
              long: formatDuration(long),
              short: formatDuration(short),
              severity,
            })),
          }),
      min_requests,
      min_errors,
    }),
  queries: errorRateQueries,
  judge: judgeErrorRate,
};

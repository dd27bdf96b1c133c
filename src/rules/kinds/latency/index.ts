import { formatDuration } from '../../../schema/duration.js';
import { oneLine } from '../../one-line.js';
import { formatShare } from '../../share.js';
import type { RuleKind } from '../kind.js';
import { judgeLatency } from './judge.js';
import { latencyQueries } from './queries.js';
import { formatSeconds } from './seconds.js';
import { LatencySpec } from './spec.js';

/** Too many slow requests, counted at the bound of a bucket. */
export const latency: RuleKind<'latency', LatencySpec> = {
  kind: 'latency',
  summary: 'too many requests take longer than a bound of the latency buckets, by more than chance',
  Spec: LatencySpec,
  model: (spec) => spec.model,
  describe: ({ model, where, under, share, window, min_requests }) =>
    oneLine('latency', {
      model,
      ...(Object.keys(where).length > 0 ? { where } : {}),
      under: formatSeconds(under),
      share: formatShare(share),
      window: formatDuration(window),
      min_requests,
    }),
  queries: latencyQueries,
  judge: judgeLatency,
};

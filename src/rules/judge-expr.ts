import type { Sample } from '../prometheus/sample.js';
import type { Observation } from './kinds/kind.js';

/** What plain PromQL says, as in Prometheus: every series that comes back is a breach, whatever its value. */
export function judgeExpr(samples: readonly Sample[]): readonly Observation[] {
  return samples.map(({ labels: { __name__: _, ...labels }, value }) => ({
    labels,
    value,
    verdict: 'breached',
  }));
}

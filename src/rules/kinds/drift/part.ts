import type { Comparison, Incomparable } from '../../../drift/compare.js';
import { DEFAULT_THRESHOLDS } from '../../../drift/distance-names.js';
import type { DriftSpec } from './spec.js';

/** How much less of the distance lets a firing alert rest, so that it does not flap at the threshold. */
const RESOLVE_FACTOR = 0.8;

/** What is known about one part of a rule: a feature, or the predictions. */
export type PartState = 'drifted' | 'calm' | 'insufficient_data' | 'no_data';

/** One judged part. */
export interface Part {
  readonly name: string;
  readonly weight: number;
  readonly state: PartState;
  /** The threshold of the spec, or the convention for the distance. */
  readonly threshold?: number;
  readonly comparison?: Comparison;
  readonly note?: string;
}

/** What a part is held against besides its own numbers. */
export interface PartContext {
  readonly spec: DriftSpec;
  /** Whether the alert is firing already. */
  readonly firing: boolean;
  /** How rarely chance may look this different: the spec's, divided by the parts tested at once. */
  readonly significance: number;
}

const REASONS: Readonly<Record<Incomparable['reason'], string>> = {
  empty: 'nothing was counted',
  layout_changed: 'the buckets changed: fewer than three bounds are shared with the reference',
  overflow:
    'too many values lie beyond the last bucket for wasserstein: write distance: jsd or use larger buckets',
  flat_reference: 'the reference does not vary, so wasserstein has no scale: write distance: jsd',
  no_order: 'classes have no order: write distance: jsd',
};

/**
 * One part: drifted when the distance passes the threshold (it matters) and chance could not have done it (it is real).
 * A distance beyond the threshold that chance could explain says nothing either way.
 */
export function judgePart(
  name: string,
  weight: number,
  comparison: Comparison | Incomparable,
  { spec, firing, significance }: PartContext,
): Part {
  const { n, m } = comparison;
  if (!comparison.ok) {
    const state = comparison.reason === 'empty' && n > 0 ? 'insufficient_data' : 'no_data';
    return { name, weight, state, note: REASONS[comparison.reason] };
  }
  const threshold = spec.above ?? spec.warn ?? DEFAULT_THRESHOLDS[comparison.distance].warn;
  const part = { name, weight, threshold, comparison };
  const { value, floor, pValue } = comparison;
  if (Math.min(n, m) < spec.min_samples) {
    const note = n < m ? 'too few events in the reference' : 'too few predictions';
    return { ...part, state: 'insufficient_data', note };
  }
  if (value <= threshold * (firing ? RESOLVE_FACTOR : 1)) return { ...part, state: 'calm' };
  if (value > floor && pValue < significance) return { ...part, state: 'drifted' };
  return { ...part, state: 'insufficient_data', note: 'chance alone could look this different' };
}

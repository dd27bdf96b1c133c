import type { Comparison, Incomparable } from '../../../drift/compare.js';
import { DEFAULT_THRESHOLDS, type Distance } from '../../../drift/distance-names.js';
import type { DriftSpec } from './spec.js';

/** How much less of a distance ends what it began, unless the spec says so. */
const RESOLVE_FACTOR = 0.8;

/** What is known about one part of a rule: a feature, or the predictions. */
export type PartState = 'drifted' | 'calm' | 'insufficient_data' | 'no_data';

/** One judged part. */
export interface Part {
  readonly name: string;
  readonly weight: number;
  readonly state: PartState;
  /** Whether a drifted part is beyond the critical distance that the spec names. */
  readonly critical?: boolean;
  /** The threshold of the spec, or the convention for the distance. */
  readonly threshold?: number;
  readonly comparison?: Comparison;
  /** Events now, where they are known and there is no comparison. */
  readonly n?: number;
  /** What it was compared with. */
  readonly reference?: string;
  readonly note?: string;
}

/** What a part is held against besides its own numbers. */
export interface PartContext {
  readonly spec: DriftSpec;
  /** Whether the alert is firing already, and whether with the severity critical. */
  readonly firing: boolean;
  readonly critical: boolean;
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

/** Where an alert begins: the threshold of the spec, or the convention for the distance. */
export function thresholdOf(spec: DriftSpec, distance: Distance): number {
  return spec.above ?? spec.warn ?? DEFAULT_THRESHOLDS[distance].warn;
}

/** The distance up to which a part is calm: the threshold, or less of it while the alert fires, so that it does not flap. */
export function limitOf({ spec, firing }: PartContext, distance: Distance): number {
  const threshold = thresholdOf(spec, distance);
  return firing ? (spec.recover ?? threshold * RESOLVE_FACTOR) : threshold;
}

function isCritical({ spec, critical }: PartContext, value: number): boolean {
  return spec.critical !== undefined && value > spec.critical * (critical ? RESOLVE_FACTOR : 1);
}

/**
 * One part: drifted when the distance passes the threshold (it matters) and chance could not have done it (it is real).
 * A distance beyond the threshold that chance could explain says nothing either way.
 */
export function judgePart(
  name: string,
  weight: number,
  comparison: Comparison | Incomparable,
  context: PartContext,
): Part {
  const { spec, significance } = context;
  const { n, m } = comparison;
  if (!comparison.ok) {
    const state = comparison.reason === 'empty' && n > 0 ? 'insufficient_data' : 'no_data';
    return { name, weight, state, n: m, note: REASONS[comparison.reason] };
  }
  const part = { name, weight, threshold: thresholdOf(spec, comparison.distance), comparison };
  const { value, floor, pValue } = comparison;
  if (Math.min(n, m) < spec.min_samples) {
    const note = n < m ? `too few events in the reference: ${Math.round(n)}` : 'too few predictions';
    return { ...part, state: 'insufficient_data', note };
  }
  if (value <= limitOf(context, comparison.distance)) return { ...part, state: 'calm' };
  if (value > floor && pValue < significance)
    return { ...part, state: 'drifted', critical: isCritical(context, value) };
  return { ...part, state: 'insufficient_data', note: 'chance alone could look this different' };
}

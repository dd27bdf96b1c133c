import type { Evidence } from '../../../alerts/alert.js';
import { DEFAULT_THRESHOLDS } from '../../../drift/distance-names.js';
import { formatShare } from '../../share.js';
import type { Severity } from '../kind.js';
import type { Part } from './part.js';
import type { DriftSpec } from './spec.js';

/** Overflow beyond which people are told of it. */
const NOTED_OVERFLOW = 0.01;

/** The part that tells most: a drifted one before others, then the one furthest along its way to the threshold. */
export function mostTelling(parts: readonly Part[]): Part | undefined {
  const progress = ({ state, comparison, threshold }: Part): number =>
    (state === 'drifted' ? 1e9 : 0) +
    (comparison && threshold ? Math.min(1e6, comparison.value / threshold) : -1);
  return parts.toSorted((a, b) => progress(b) - progress(a))[0];
}

/** The numbers behind one part. `notes` are sentences; those that are undefined are left out. */
export function partEvidence(part: Part, spec: DriftSpec, notes: readonly (string | undefined)[]): Evidence {
  const { comparison, threshold = null, reference, n } = part;
  const told = [...notes, part.note, ...(comparison ? extremes(comparison, part, spec) : [])];
  const note = told.filter((text) => text !== undefined).join('; ');
  const base = {
    threshold,
    needed: spec.min_samples,
    ...(reference === undefined ? {} : { reference }),
    ...(note === '' ? {} : { note }),
  };
  if (!comparison) {
    const measure = spec.distance === 'auto' ? 'drift' : spec.distance;
    return { measure, value: null, ...(n === undefined ? {} : { n }), ...base };
  }
  const { distance, value, floor, m, moved } = comparison;
  return { measure: distance, value, bound: floor, n: m, moved, ...base };
}

/** The severity of a breach, for specs that tell more than one line. */
export function severityOf(spec: DriftSpec, critical: boolean): { readonly severity?: Severity } {
  if (spec.critical !== undefined) return { severity: critical ? 'critical' : 'warning' };
  return spec.warn === undefined ? {} : { severity: 'warning' };
}

function extremes(
  { distance, value, overflow }: NonNullable<Part['comparison']>,
  { state }: Part,
  spec: DriftSpec,
): readonly (string | undefined)[] {
  const custom = spec.above ?? spec.warn;
  const critical =
    spec.critical ?? (custom === undefined ? DEFAULT_THRESHOLDS[distance].critical : undefined);
  return [
    state === 'drifted' && critical !== undefined && value > critical
      ? `critical, beyond ${critical}`
      : undefined,
    overflow > NOTED_OVERFLOW
      ? `${formatShare(overflow)} of the values lie beyond the last bucket`
      : undefined,
  ];
}

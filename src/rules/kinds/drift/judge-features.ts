import { compareHistograms } from '../../../drift/compare.js';
import type { HistogramCounts } from '../../../drift/reference.js';
import { observe } from '../../observation.js';
import { formatShare } from '../../share.js';
import type { Observation } from '../kind.js';
import { aggregateParts } from './aggregate.js';
import { mostTelling, partEvidence, severityOf } from './evidence.js';
import { guardPart } from './guard.js';
import { otherSidesOfFeatures } from './other-side.js';
import { judgePart, type Part } from './part.js';
import { readHistograms } from './read-counts.js';
import { seasonalHistograms } from './seasons.js';
import { watchedFeatures } from './source.js';
import type { WindowInput } from './window-input.js';

/** The input features of one version over one window, one by one and then together. */
export function judgeFeatures(input: WindowInput): Observation {
  const { spec, labels } = input;
  const parts = partsOf(input);
  const shown = mostTelling(parts);
  if (!shown) {
    const note = 'no feature has a series';
    return observe(labels, 'no_data', { measure: 'drift', value: null, threshold: null, note });
  }
  const together = aggregateParts(parts, spec.aggregate);
  const { verdict, drifted, limit } = together;
  const relative = spec.aggregate !== 'any' && !('count' in spec.aggregate);
  const share = relative
    ? `drifted: ${formatShare(drifted)}, allowed below ${formatShare(limit)}`
    : undefined;
  const observed = observe(labels, verdict, partEvidence(shown, spec, [share, summary(parts, shown)]));
  if (verdict !== 'breached') return observed;
  const critical = parts.filter((part) => part.state !== 'drifted' || part.critical);
  // Those that drifted, but not critically, count as calm here.
  const calmed = parts.map((part): Part => (critical.includes(part) ? part : { ...part, state: 'calm' }));
  return {
    ...observed,
    ...severityOf(spec, aggregateParts(calmed, spec.aggregate).verdict === 'breached'),
  };
}

function partsOf(input: WindowInput): readonly Part[] {
  const { spec, model, frozen } = input;
  const current = readHistograms(input.current);
  const seasons = seasonalHistograms(input.seasonal);
  const known = Object.keys(frozen?.reference?.features ?? {});
  const watched =
    watchedFeatures(spec, model) ??
    Object.fromEntries((known.length > 0 ? known : [...current.keys()]).map((feature) => [feature, 1]));
  const names = Object.keys(watched);
  const otherSide = otherSidesOfFeatures(input);
  // Chance gets one try per feature.
  const significance = spec.significance / names.length;
  const { firing, critical } = input;
  const context = { spec, firing, critical, significance };
  const options = { significance, maxOverflow: spec.max_overflow };
  return names.map((feature): Part => {
    const weight = watched[feature] as number;
    const now = current.get(feature);
    if (!now) return { name: feature, weight, state: 'no_data', note: 'no usable histogram' };
    const before = otherSide(feature);
    if (!before.ok) return { name: feature, weight, state: before.state, note: before.note };
    const against = (counts: HistogramCounts, distance = spec.distance) =>
      compareHistograms(counts, now, { ...options, distance });
    const part = judgePart(feature, weight, against(before.counts), context);
    const guarded = guardPart(part, context, seasons.get(feature), against);
    const note = [before.note, guarded.note].filter((text) => text !== undefined).join('; ');
    return { ...guarded, reference: before.id, ...(note === '' ? {} : { note }) };
  });
}

/** Which features drifted and which are unknown, in one sentence; nothing when all are unknown for the same reason. */
function summary(parts: readonly Part[], shown: Part): string | undefined {
  const named = (state: Part['state']): string[] =>
    parts.filter((part) => part.state === state).map(({ name }) => name);
  const drifted = named('drifted');
  const unknown = [...named('no_data'), ...named('insufficient_data')];
  if (
    unknown.length === parts.length &&
    parts.every(({ comparison, note }) => !comparison && note === shown.note)
  )
    return unknown.length === 1 ? `not judged: ${unknown.join(', ')}` : undefined;
  const told = drifted.length > 0 ? `drifted: ${drifted.join(', ')}` : `largest distance: ${shown.name}`;
  return unknown.length > 0 ? `${told}; not judged: ${unknown.join(', ')}` : told;
}

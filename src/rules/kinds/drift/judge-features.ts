import { compareHistograms } from '../../../drift/compare.js';
import type { HistogramCounts } from '../../../drift/reference.js';
import { observe } from '../../observation.js';
import { formatShare } from '../../share.js';
import type { Observation } from '../kind.js';
import { aggregateParts } from './aggregate.js';
import { mostTelling, partEvidence } from './evidence.js';
import { judgePart, type Part } from './part.js';
import { watchedFeatures } from './queries.js';
import { readHistograms } from './read-counts.js';
import { otherVersionNote, referenceName, type VersionInput } from './version-input.js';

/** The input features of one version, one by one and then together. */
export function judgeFeatures(input: VersionInput): Observation {
  const { spec, labels, model } = input;
  const current = readHistograms(input.current);
  const earlier = readHistograms(input.earlier);
  const watched =
    watchedFeatures(spec, model) ?? Object.fromEntries([...current.keys()].map((feature) => [feature, 1]));
  const names = Object.keys(watched);
  const fromFile = (feature: string): HistogramCounts | undefined =>
    model.reference && Object.hasOwn(model.reference.features, feature)
      ? model.reference.features[feature]
      : undefined;

  const parts = names.map((feature): Part => {
    const weight = watched[feature] as number;
    const now = current.get(feature);
    const before = fromFile(feature) ?? earlier.get(feature);
    if (!now || !before) {
      const note = now ? 'nothing to compare with' : 'no usable histogram';
      return { name: feature, weight, state: 'no_data', note };
    }
    // Chance gets one try per feature.
    const significance = spec.significance / names.length;
    const comparison = compareHistograms(before, now, {
      distance: spec.distance,
      significance,
      maxOverflow: spec.max_overflow,
    });
    return judgePart(feature, weight, comparison, { spec, firing: input.firing, significance });
  });

  const together = aggregateParts(parts, spec.aggregate);
  const shown = mostTelling(parts);
  if (!shown) {
    return observe(labels, 'no_data', {
      measure: 'drift',
      value: null,
      threshold: null,
      note: 'no feature has a series',
    });
  }
  const file = fromFile(shown.name) !== undefined;
  const notes = [summary(parts, shown), otherVersionNote(input, file)];
  const evidence = partEvidence(shown, spec, referenceName(input, file), notes);
  if (spec.aggregate === 'any' || 'count' in spec.aggregate)
    return observe(labels, together.verdict, evidence);
  const { drifted, limit } = together;
  const note = [`drifted: ${formatShare(drifted)}, allowed below ${formatShare(limit)}`, evidence.note].join(
    '; ',
  );
  return observe(labels, together.verdict, { ...evidence, note });
}

/** Which features drifted and which are unknown, in one sentence. */
function summary(parts: readonly Part[], shown: Part): string {
  const named = (state: Part['state']): string[] =>
    parts.filter((part) => part.state === state).map(({ name }) => name);
  const drifted = named('drifted');
  const unknown = [...named('no_data'), ...named('insufficient_data')];
  const told = drifted.length > 0 ? `drifted: ${drifted.join(', ')}` : `largest distance: ${shown.name}`;
  return unknown.length > 0 ? `${told}; not judged: ${unknown.join(', ')}` : told;
}

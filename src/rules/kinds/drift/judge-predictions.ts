import { compareClasses, type Comparison, type Moved } from '../../../drift/compare.js';
import { formatShare } from '../../share.js';
import { observe } from '../../observation.js';
import type { Observation } from '../kind.js';
import { partEvidence, severityOf } from './evidence.js';
import { guardPart } from './guard.js';
import { likelyUnseen, newClasses } from './new-classes.js';
import { otherSideOfPredictions } from './other-side.js';
import { judgePart } from './part.js';
import { type ClassCounts, readClasses } from './read-counts.js';
import { seasonalClasses } from './seasons.js';
import type { WindowInput } from './window-input.js';

/** The predicted classes of one version over one window: a class the reference never had, or shares that moved. */
export function judgePredictions(input: WindowInput): Observation {
  const { spec, labels, firing, critical } = input;
  const { significance } = spec;
  const current = readClasses(input.current);
  const measure = spec.distance === 'auto' ? 'drift' : spec.distance;
  const unknown = { measure, value: null, threshold: null, needed: spec.min_samples };
  if (!current)
    return observe(labels, 'no_data', { ...unknown, note: 'predictions_total gave no usable number' });
  const before = otherSideOfPredictions(input);
  if (!before.ok) return observe(labels, before.state, { ...unknown, note: before.note });

  const against = (counts: ClassCounts, distance = spec.distance) =>
    compareClasses(counts, current, { distance, significance, maxOverflow: spec.max_overflow });
  const comparison = against(before.counts);
  const seasons = spec.seasonal_guard ? seasonalClasses(input.seasonal) : undefined;
  const fresh = readClasses(input.fresh) ?? {};
  const appeared = newClasses(before.counts, current, fresh, significance).filter(
    ({ name }) => !((own(seasons?.counts, name) ?? 0) > 0),
  );
  if (appeared.length > 0 && Math.min(comparison.n, comparison.m) >= spec.min_samples)
    return newClass(input, appeared, comparison, before);
  const context = { spec, firing, critical, significance };
  const part = guardPart(judgePart('predictions', 1, comparison, context), context, seasons, against);
  const verdict = part.state === 'drifted' ? 'breached' : part.state === 'calm' ? 'clear' : part.state;
  return {
    ...observe(labels, verdict, partEvidence({ ...part, reference: before.id }, spec, [before.note])),
    ...(verdict === 'breached' ? severityOf(spec, part.critical === true) : {}),
  };
}

const own = (counts: ClassCounts | undefined, name: string): number | undefined =>
  counts && Object.hasOwn(counts, name) ? counts[name] : undefined;

/** A class that appeared is a breach by itself, whatever the distance. */
function newClass(
  { spec, labels }: WindowInput,
  appeared: readonly Moved[],
  { n, m }: Pick<Comparison, 'n' | 'm'>,
  { id, note }: { readonly id: string; readonly note?: string },
): Observation {
  const list = appeared.map(({ name, now }) => `${JSON.stringify(name)} (${formatShare(now)})`).join(', ');
  const evidence = {
    measure: 'new_class',
    value: appeared[0]?.now ?? 0,
    threshold: 0,
    bound: likelyUnseen(n, spec.significance),
    n: m,
    needed: spec.min_samples,
    reference: id,
    moved: appeared.slice(0, 3),
    note: [`predicted now, never in the reference: ${list}`, note].filter(Boolean).join('; '),
  };
  return { ...observe(labels, 'breached', evidence), ...severityOf(spec, false) };
}

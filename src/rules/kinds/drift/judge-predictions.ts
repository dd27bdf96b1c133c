import { compareClasses } from '../../../drift/compare.js';
import { formatShare } from '../../share.js';
import { observe } from '../../observation.js';
import type { Observation } from '../kind.js';
import { partEvidence } from './evidence.js';
import { newClasses } from './new-classes.js';
import { judgePart } from './part.js';
import { readClasses } from './read-counts.js';
import { otherVersionNote, referenceName, type VersionInput } from './version-input.js';

/** The predicted classes of one version: a class the reference never had, or shares that moved. */
export function judgePredictions(input: VersionInput): Observation {
  const { spec, labels, model, firing } = input;
  const fromFile = model.reference?.predictions !== undefined;
  const reference = model.reference?.predictions ?? readClasses(input.earlier);
  const current = readClasses(input.current);
  const measure = spec.distance === 'auto' ? 'drift' : spec.distance;
  const silent = (note: string): Observation =>
    observe(labels, 'no_data', { measure, value: null, threshold: null, note });
  if (!current) return silent('predictions_total gave no usable number');
  if (!reference)
    return silent(`there is nothing to compare with: no reference file, and nothing was predicted earlier`);

  const comparison = compareClasses(reference, current, {
    distance: spec.distance,
    significance: spec.significance,
    maxOverflow: spec.max_overflow,
  });
  const name = referenceName(input, fromFile);
  const other = otherVersionNote(input, fromFile);
  const fresh = readClasses(input.fresh) ?? {};
  const appeared = newClasses(reference, current, fresh, spec.significance);
  const [first] = appeared;
  const enough = comparison.n >= spec.min_samples && comparison.m >= spec.min_samples;
  if (first && enough) {
    const list = appeared
      .map((moved) => `${JSON.stringify(moved.name)} (${formatShare(moved.now)})`)
      .join(', ');
    return observe(labels, 'breached', {
      measure: 'new_class',
      value: first.now,
      threshold: 0,
      n: comparison.m,
      needed: spec.min_samples,
      reference: name,
      moved: appeared.slice(0, 3),
      note: [`predicted now, never in the reference: ${list}`, other].filter(Boolean).join('; '),
    });
  }
  const part = judgePart('predictions', 1, comparison, { spec, firing, significance: spec.significance });
  const verdict = part.state === 'drifted' ? 'breached' : part.state === 'calm' ? 'clear' : part.state;
  return observe(labels, verdict, partEvidence(part, spec, name, [other]));
}

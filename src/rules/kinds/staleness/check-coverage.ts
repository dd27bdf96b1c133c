import { formatDuration } from '../../../schema/duration.js';
import { wilson } from '../../../statistics/proportion.js';
import { singleValue } from '../../read-samples.js';
import { formatShare } from '../../share.js';
import { type CheckInput, type Judgement, judgement, unknown } from './check.js';
import type { LabelCoverage } from './spec.js';

/** Of the Wilson interval whose upper end must lie below the line: 95 %, both sides together. */
const Z = 1.96;
/** Predictions needed before their share of labels is judged. */
const NEEDED = 100;

/**
 * `label_coverage`: too few predictions get a true label. Labels are counted when they arrive, so they are held against the
 * predictions of a span that is earlier by their delay. No series of labels means that none arrived.
 */
export function checkCoverage({ below, window }: LabelCoverage, { samples }: CheckInput): Judgement {
  const span = formatDuration(window);
  const labels = singleValue(samples['labels']) ?? 0;
  const predictions = singleValue(samples['predictions']);
  if (predictions === undefined) return unknown('label_coverage', `no predictions were counted over ${span}`);
  if (!(labels >= 0 && predictions >= 0))
    return unknown('label_coverage', 'the counts are no usable numbers');
  const base = { threshold: below, n: predictions, needed: NEEDED };
  if (predictions < NEEDED) return judgement('label_coverage', 'insufficient_data', { ...base, value: null });
  // Labels of earlier predictions may arrive late and many at once.
  const value = Math.min(1, labels / predictions);
  const bound = wilson({ share: value, n: predictions }, Z).upper;
  const note = `${formatShare(value)} of the predictions were labelled over ${span}`;
  return judgement('label_coverage', bound < below ? 'breached' : 'clear', { ...base, value, bound, note });
}

import { fingerprint } from '../../../alerts/fingerprint.js';
import type { Labels } from '../../../alerts/labels.js';
import { observe } from '../../observation.js';
import { formatShare } from '../../share.js';
import type { JudgeContext, Observation } from '../kind.js';
import type { Proportion } from '../../../statistics/proportion.js';
import { proportionOf } from './previous-version.js';
import type { AccuracySpec } from './spec.js';
import { labelsNeeded, type Target, upperBound } from './target.js';

/** What is counted of one version over the window. `predicted`: what its labels are expected for; undefined when unknown. */
export interface LabelCounts {
  readonly correct: number;
  readonly labeled: number;
  readonly predicted?: number | undefined;
}

/** One version judged on its labelled predictions. */
export function judgeCounts(
  spec: AccuracySpec,
  labels: Labels,
  target: Target,
  counts: LabelCounts,
  { firing }: Pick<JudgeContext, 'firing'>,
): Observation {
  const { correct, labeled } = counts;
  const { threshold, reference } = target;
  const base = {
    measure: 'accuracy',
    threshold,
    ...(reference === undefined ? {} : { reference }),
    needed: spec.min_samples,
  };
  if (!(labeled >= 0 && correct >= 0)) {
    return observe(labels, 'no_data', { ...base, value: null, note: 'the counters gave no usable number' });
  }
  const found = proportionOf(correct, labeled);
  if (!found) return observe(labels, 'insufficient_data', { ...base, value: null, n: 0 });
  const evidence = { ...base, value: found.share, n: labeled };
  const insufficient = (note: string): Observation =>
    observe(labels, 'insufficient_data', { ...evidence, note });

  if (threshold === null) return insufficient(target.note ?? 'there is nothing to compare with');
  const progress = progressOf(found, target, spec);
  if (labeled < spec.min_samples) return insufficient(progress);
  const uncovered = coverageFault(spec, counts);
  if (uncovered !== undefined) return insufficient(uncovered);

  const bound = upperBound(found, target, spec.confidence);
  const judged = { ...evidence, bound, ...(target.note === undefined ? {} : { note: target.note }) };
  if (bound < threshold) return observe(labels, 'breached', judged);
  if (found.share >= threshold) return observe(labels, 'clear', judged);
  if (firing.has(fingerprint(labels))) {
    const note = `still below the threshold, though no longer by more than chance: ${progress}`;
    return observe(labels, 'insufficient_data', { ...judged, note });
  }
  const note = `below the threshold, though not by more than chance: ${progress}`;
  return observe(labels, 'clear', { ...judged, note });
}

/** `40 of about 177 labels needed`: to prove the measured accuracy too low or, where it is not, to judge at all. */
function progressOf({ share, n }: Proportion, target: Target, spec: AccuracySpec): string {
  const have = Math.floor(n);
  if (share >= (target.threshold ?? 0)) return `${have} of ${spec.min_samples} labels needed`;
  const needed = labelsNeeded(share, target, spec.confidence);
  if (needed !== undefined) return `${have} of about ${Math.max(needed, spec.min_samples)} labels needed`;
  return `${have} labels, and no number of them proves it against the few of ${target.reference ?? 'the other side'}`;
}

/** Why too few of the predictions are labelled; undefined when enough are, or nobody asked. */
function coverageFault(spec: AccuracySpec, { labeled, predicted }: LabelCounts): string | undefined {
  const { label_coverage: wanted } = spec;
  if (wanted === undefined) return undefined;
  if (predicted === undefined || !(predicted > 0) || !Number.isFinite(predicted))
    return 'nobody knows how many predictions there were: model_prediction_requests_total has no usable series';
  const coverage = labeled / predicted;
  if (coverage >= wanted) return undefined;
  return `${formatShare(coverage)} of the predictions are labelled, and ${formatShare(wanted)} are needed: the first labels are the fast cases`;
}

import { formatDuration } from '../../../schema/duration.js';
import { normalQuantile } from '../../../drift/distributions.js';
import type { SamplesByQuery } from '../../../prometheus/sample.js';
import { newcombe, type Proportion, wilson } from '../../../statistics/proportion.js';
import { formatShare } from '../../share.js';
import type { ModelFacts } from '../kind.js';
import { previousSpanMs, previousVersion, type Versions } from './previous-version.js';
import { type AccuracySpec, comparisonOf } from './spec.js';

/** What one version is held against. */
export interface Target {
  /** The accuracy to reach, 0…1; null when there is nothing to compare with. */
  readonly threshold: number | null;
  /** What the version is compared with, with the chance in it; absent for `below` and for a bare gauge. */
  readonly baseline?: Proportion;
  /** Names the baseline in evidence. */
  readonly reference?: string;
  /** How the comparison is made, or why there is none; a sentence. */
  readonly note?: string;
}

/** What `version` is held against. */
export function targetOf(
  spec: AccuracySpec,
  model: ModelFacts,
  version: string,
  samples: SamplesByQuery,
  versions: Versions,
): Target {
  switch (comparisonOf(spec, model)) {
    case 'below':
      return { threshold: spec.below ?? null };
    case 'reference':
      return referenceTarget(spec, model);
    case 'previous':
      return previousTarget(spec, model, version, samples, versions);
  }
}

function referenceTarget({ drop = 0 }: AccuracySpec, { reference }: ModelFacts): Target {
  if (!reference?.quality) return { threshold: null, note: 'drop needs the accuracy in a reference file' };
  const { accuracy, n } = reference.quality;
  return { threshold: accuracy - drop, baseline: { share: accuracy, n }, reference: reference.id };
}

function previousTarget(
  spec: AccuracySpec,
  model: ModelFacts,
  version: string,
  samples: SamplesByQuery,
  versions: Versions,
): Target {
  if (version === '')
    return { threshold: null, note: 'the metrics tell no versions apart: export the label model_version' };
  const previous = previousVersion(version, samples, versions);
  if (!previous) {
    const span = formatDuration(previousSpanMs(spec, model));
    return {
      threshold: null,
      note: `no earlier version served within ${span} that it could be compared with`,
    };
  }
  const { share, n, beside } = previous;
  const reference = `version ${previous.version}`;
  if (share === undefined) return { threshold: null, reference, note: `nothing is known of ${reference}` };
  const threshold = share - (spec.drop ?? 0);
  if (n === undefined) return { threshold, reference };
  if (n < spec.min_samples) {
    const note = `${reference} has ${Math.floor(n)} of the ${spec.min_samples} labels it needs to be compared with`;
    return { threshold: null, reference, note };
  }
  const note =
    `${reference}: ${formatShare(share)} of ${Math.floor(n)} labels, ` +
    (beside
      ? 'measured over the same time'
      : 'measured before the switch, with all its labels in; what else changed since is part of the difference');
  return { threshold, baseline: { share, n }, reference, note };
}

/**
 * The accuracy that a version of the measured accuracy `found` has at best: the upper end of Wilson's interval or, compared
 * with a baseline, of Newcombe's interval of the difference, laid on the baseline. The version fails when it is below
 * the threshold.
 */
export function upperBound(found: Proportion, { baseline }: Target, confidence: number): number {
  const z = normalQuantile(confidence);
  return baseline ? baseline.share + newcombe(found, baseline, z).upper : wilson(found, z).upper;
}

/** Beyond this many labels nobody waits. */
const MOST_LABELS = 10_000_000;

/**
 * About how many labels prove an accuracy of `share` to be below the threshold, if it stays as it is; undefined when none
 * do, because it is not below, or the baseline itself has too few labels.
 */
export function labelsNeeded(share: number, target: Target, confidence: number): number | undefined {
  const proves = (n: number): boolean =>
    upperBound({ share, n }, target, confidence) < (target.threshold ?? 0);
  if (!proves(MOST_LABELS)) return undefined;
  let [low, high] = [1, MOST_LABELS];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (proves(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

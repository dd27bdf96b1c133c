import { fingerprint } from '../../../alerts/fingerprint.js';
import type { SamplesByQuery } from '../../../prometheus/sample.js';
import { formatDuration } from '../../../schema/duration.js';
import { modelLabels, observe } from '../../observation.js';
import { valuesByLabel } from '../../read-samples.js';
import { isServing, servingVersions } from '../../serving-versions.js';
import type { JudgeContext, Observation } from '../kind.js';
import { judgeGauge } from './judge-gauge.js';
import type { AccuracySpec } from './spec.js';
import { wilsonUpper } from './wilson.js';

/** The accuracy a version must reach, and where that figure comes from; null when `drop` has nothing to start from. */
export function thresholdOf(
  spec: AccuracySpec,
  { reference }: JudgeContext['model'],
): { readonly threshold: number | null; readonly reference?: string } {
  if (spec.below !== undefined) return { threshold: spec.below };
  if (!reference?.quality) return { threshold: null };
  return { threshold: reference.quality.accuracy - (spec.drop ?? 0), reference: reference.id };
}

/**
 * Every version that serves, judged on its labelled predictions; on the bare gauge when no prediction is labelled.
 * Versions are never averaged: a good old one would hide a bad new one.
 */
export function judgeAccuracy(
  spec: AccuracySpec,
  samples: SamplesByQuery,
  context: JudgeContext,
): readonly Observation[] {
  const whole = modelLabels(spec.model, spec.where);
  const target = thresholdOf(spec, context.model);
  const unknown = { measure: 'accuracy', value: null, ...target };
  if (target.threshold === null) {
    return [observe(whole, 'no_data', { ...unknown, note: 'drop needs the accuracy in a reference file' })];
  }
  const serving = servingVersions(samples);
  if (serving.down)
    return [observe(whole, 'no_data', { ...unknown, note: 'the model is not scraped any more' })];

  const labeled = valuesByLabel(samples['labeled'], 'model_version');
  const gauge = valuesByLabel(samples['gauge'], 'model_version');
  const counted = labeled.size > 0;
  const known = counted ? [...labeled.keys()] : [...gauge.keys()];
  const waiting = known.length > 0 && serving.versions !== 'all' ? serving.versions : [];
  const versions = [...new Set([...known, ...waiting])].filter((version) => isServing(version, serving));
  if (versions.length === 0) {
    const note = 'neither model_labeled_predictions_total nor model_accuracy has a series';
    return [observe(whole, 'no_data', { ...unknown, note })];
  }

  const settled = valuesByLabel(samples['settled'], 'model_version');
  const correct = valuesByLabel(samples['correct'], 'model_version');
  return versions.map((version) => {
    const labels = modelLabels(spec.model, spec.where, version);
    const settledMs = context.model.labelDelaySettledMs;
    if (settledMs > 0 && !settled.has(version)) {
      const note = `younger than ${formatDuration(settledMs)}, or not seen then: its first labels are its fast cases`;
      return observe(labels, 'insufficient_data', { ...unknown, note });
    }
    if (!counted) return judgeGauge(spec, labels, target, version, samples, context.now);
    const counts = { correct: correct.get(version) ?? 0, labeled: labeled.get(version) ?? 0 };
    return judgeCounts(spec, labels, target, counts, context);
  });
}

function judgeCounts(
  spec: AccuracySpec,
  labels: Observation['labels'],
  target: ReturnType<typeof thresholdOf>,
  { correct, labeled }: { readonly correct: number; readonly labeled: number },
  { firing }: JudgeContext,
): Observation {
  const threshold = target.threshold ?? 0;
  const base = { measure: 'accuracy', ...target, needed: spec.min_samples };
  if (!(labeled >= 0 && correct >= 0)) {
    return observe(labels, 'no_data', { ...base, value: null, note: 'the counters gave no usable number' });
  }
  if (labeled === 0) return observe(labels, 'insufficient_data', { ...base, value: null, n: 0 });
  // Both counts are extrapolated on their own, so the part can come out a little larger than the whole.
  const value = Math.min(1, correct / labeled);
  if (labeled < spec.min_samples) return observe(labels, 'insufficient_data', { ...base, value, n: labeled });
  const bound = wilsonUpper(value, labeled, spec.confidence);
  const evidence = { ...base, value, n: labeled, bound };
  if (bound < threshold) return observe(labels, 'breached', evidence);
  if (value < threshold && firing.has(fingerprint(labels))) {
    const note = 'still below the threshold, though no longer by more than chance';
    return observe(labels, 'insufficient_data', { ...evidence, note });
  }
  return observe(labels, 'clear', evidence);
}

import type { SamplesByQuery } from '../../../prometheus/sample.js';
import { formatDuration } from '../../../schema/duration.js';
import { modelLabels, observe } from '../../observation.js';
import { valuesByLabel } from '../../read-samples.js';
import { isServing, servingVersions } from '../../serving-versions.js';
import type { JudgeContext, Observation } from '../kind.js';
import { judgeCounts, type LabelCounts } from './judge-counts.js';
import { judgeGauge } from './judge-gauge.js';
import { type AccuracySpec, comparisonOf } from './spec.js';
import { targetOf } from './target.js';

/**
 * Every version that serves, judged on its labelled predictions; on the bare gauge when no prediction is labelled.
 * Versions are never averaged: a good old one would hide a bad new one.
 */
export function judgeAccuracy(
  spec: AccuracySpec,
  samples: SamplesByQuery,
  context: JudgeContext,
): readonly Observation[] {
  const { model } = context;
  const unknown = { measure: 'accuracy', value: null, threshold: spec.below ?? null };
  const noData = (note: string): readonly Observation[] => [
    observe(modelLabels(spec.model, spec.where), 'no_data', { ...unknown, note }),
  ];
  if (comparisonOf(spec, model) === 'reference' && !model.reference?.quality)
    return noData('drop needs the accuracy in a reference file');
  const serving = servingVersions(samples, model);
  if (serving.down) return noData('the model is not scraped any more');

  const labeled = valuesByLabel(samples['labeled'], 'model_version');
  const gauge = valuesByLabel(samples['gauge'], 'model_version');
  const counted = labeled.size > 0;
  const known = counted ? [...labeled.keys()] : [...gauge.keys()];
  const waiting = known.length > 0 && serving.versions !== 'all' ? serving.versions : [];
  const versions = [...new Set([...known, ...waiting])].filter((version) => isServing(version, serving));
  if (versions.length === 0)
    return noData('neither model_labeled_predictions_total nor model_accuracy has a series');

  const settled = valuesByLabel(samples['settled'], 'model_version');
  const settledMs = model.labelDelaySettledMs;
  return versions.map((version) => {
    const labels = modelLabels(spec.model, spec.where, version);
    if (settledMs > 0 && !settled.has(version)) {
      const note = `younger than ${formatDuration(settledMs)}, or not seen then: its first labels are its fast cases`;
      return observe(labels, 'insufficient_data', { ...unknown, note });
    }
    const target = targetOf(spec, model, version, samples, {
      counted,
      // Without traffic, or without versions, nobody can tell which of them serve.
      isServing: (other) => serving.versions !== 'all' && serving.versions.has(other),
    });
    return counted
      ? judgeCounts(spec, labels, target, countsOf(version, samples), context)
      : judgeGauge(spec, labels, target, version, samples, context.now);
  });
}

function countsOf(version: string, samples: SamplesByQuery): LabelCounts {
  const of = (query: string): number | undefined =>
    valuesByLabel(samples[query], 'model_version').get(version);
  // The labels of now belong to predictions made a while ago. Of a version that is younger than that, and of one whose
  // traffic grows, there were fewer then, so that its coverage would look too good: the larger of both counts.
  const predicted = [of('predicted'), of('predicted_before')].filter((count) => count !== undefined);
  return {
    correct: of('correct') ?? 0,
    labeled: of('labeled') ?? 0,
    predicted: predicted.length === 0 ? undefined : Math.max(...predicted),
  };
}

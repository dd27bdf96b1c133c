import type { Labels } from '../../../alerts/labels.js';
import type { SamplesByQuery } from '../../../prometheus/sample.js';
import { formatDuration } from '../../../schema/duration.js';
import { observe } from '../../observation.js';
import { valuesByLabel } from '../../read-samples.js';
import type { Observation } from '../kind.js';
import type { AccuracySpec } from './spec.js';
import type { Target } from './target.js';

/**
 * One version judged on the bare gauge `model_accuracy`: no count stands behind it, so it is told as unproven. A gauge
 * is scraped afresh for ever, hence its age is that of its evaluation, not of its sample.
 */
export function judgeGauge(
  spec: AccuracySpec,
  labels: Labels,
  { threshold, reference, note: compared }: Target,
  version: string,
  samples: SamplesByQuery,
  now: Date,
): Observation {
  const value = valuesByLabel(samples['gauge'], 'model_version').get(version);
  const base = {
    measure: 'accuracy',
    threshold,
    ...(reference === undefined ? {} : { reference }),
    unproven: true,
  };
  if (value === undefined || !(value >= 0 && value <= 1)) {
    const note = value === undefined ? 'not evaluated yet' : 'model_accuracy is not a share from 0 to 1';
    return observe(labels, 'no_data', { ...base, value: null, note });
  }
  const evaluatedAt = valuesByLabel(samples['evaluated_at'], 'model_version').get(version);
  const age = evaluatedAt === undefined ? undefined : now.getTime() - evaluatedAt * 1000;
  if (age !== undefined && !(Math.abs(age) <= spec.max_age)) {
    return observe(labels, 'stale', { ...base, value, note: ageNote(age, spec.max_age) });
  }
  const note =
    age === undefined
      ? 'a bare gauge of unknown age: export model_accuracy_evaluated_timestamp_seconds'
      : 'a bare gauge: no count of labelled predictions stands behind it';
  if (threshold === null) {
    const missing = compared ?? 'there is nothing to compare with';
    return observe(labels, 'insufficient_data', { ...base, value, note: missing });
  }
  return observe(labels, value < threshold ? 'breached' : 'clear', { ...base, value, note });
}

function ageNote(ageMs: number, maxAgeMs: number): string {
  if (ageMs < 0) return 'the time of its evaluation lies in the future: it must be in Unix seconds';
  if (!Number.isFinite(ageMs)) return 'the time of its evaluation is not a number';
  return `evaluated ${formatDuration(Math.round(ageMs / 60_000) * 60_000)} ago, at most ${formatDuration(maxAgeMs)} count`;
}

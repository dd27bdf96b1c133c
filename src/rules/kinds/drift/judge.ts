import { fingerprint } from '../../../alerts/fingerprint.js';
import type { SamplesByQuery } from '../../../prometheus/sample.js';
import { modelLabels, observe } from '../../observation.js';
import { samplesByLabel } from '../../read-samples.js';
import { isServing, servingVersions } from '../../serving-versions.js';
import type { JudgeContext, Observation } from '../kind.js';
import { judgeFeatures } from './judge-features.js';
import { judgePredictions } from './judge-predictions.js';
import type { DriftSpec } from './spec.js';

/** Every version that serves, held against the reference; versions are never mixed, or a rollout would look like drift. */
export function judgeDrift(
  spec: DriftSpec,
  samples: SamplesByQuery,
  context: JudgeContext,
): readonly Observation[] {
  const whole = modelLabels(spec.model, spec.where);
  const unknown = {
    measure: spec.distance === 'auto' ? 'drift' : spec.distance,
    value: null,
    threshold: null,
  };
  const serving = servingVersions(samples);
  if (serving.down)
    return [observe(whole, 'no_data', { ...unknown, note: 'the model is not scraped any more' })];
  const current = samplesByLabel(samples['current'], 'model_version');
  if (current.size === 0) {
    const metric = spec.metric === 'predictions' ? 'predictions_total' : 'model_feature_value_bucket';
    return [observe(whole, 'no_data', { ...unknown, note: `${metric} has no series` })];
  }
  const fresh = samplesByLabel(samples['fresh'], 'model_version');
  const waiting = serving.versions === 'all' ? [] : serving.versions;
  const versions = [...new Set([...current.keys(), ...waiting])].filter((version) =>
    isServing(version, serving),
  );
  if (versions.length === 0) {
    return [observe(whole, 'no_data', { ...unknown, note: 'no version that serves has a series' })];
  }
  return versions.map((version) => {
    const labels = modelLabels(spec.model, spec.where, version);
    const input = {
      spec,
      labels,
      version,
      model: context.model,
      firing: context.firing.has(fingerprint(labels)),
      current: current.get(version) ?? [],
      fresh: fresh.get(version) ?? [],
      earlier: samples['earlier'] ?? [],
    };
    return spec.metric === 'predictions' ? judgePredictions(input) : judgeFeatures(input);
  });
}

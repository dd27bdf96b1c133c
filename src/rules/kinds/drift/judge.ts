import { fingerprint } from '../../../alerts/fingerprint.js';
import type { SamplesByQuery } from '../../../prometheus/sample.js';
import { modelLabels, observe } from '../../observation.js';
import { samplesByLabel } from '../../read-samples.js';
import { isServing, servingVersions } from '../../serving-versions.js';
import type { JudgeContext, Observation } from '../kind.js';
import { confirmWindows } from './confirm.js';
import { judgeFeatures } from './judge-features.js';
import { judgePredictions } from './judge-predictions.js';
import type { DriftSpec } from './spec.js';
import { samplesOfWindow } from './window-input.js';

/** Every version that serves, held against the reference; versions are never mixed, or a rollout would look like drift. */
export function judgeDrift(
  spec: DriftSpec,
  samples: SamplesByQuery,
  context: JudgeContext,
): readonly Observation[] {
  const whole = modelLabels(spec.model, spec.where);
  const measure = spec.distance === 'auto' ? 'drift' : spec.distance;
  const silent = (note: string): readonly Observation[] => [
    observe(whole, 'no_data', { measure, value: null, threshold: null, note }),
  ];
  const serving = servingVersions(samples, context.model);
  if (serving.down) return silent('the model is not scraped any more');
  const current = samplesByLabel(samples['current'], 'model_version');
  if (current.size === 0) return silent(missingSeries(spec, samples));
  const waiting = serving.versions === 'all' ? [] : serving.versions;
  const versions = [...new Set([...current.keys(), ...waiting])].filter((version) =>
    isServing(version, serving),
  );
  if (versions.length === 0) return silent('no version that serves has a series');
  return versions.map((version) => judgeVersion(spec, samples, context, version));
}

function missingSeries({ metric }: DriftSpec, samples: SamplesByQuery): string {
  if (metric === 'predictions') return 'predictions_total has no series';
  const native = (samples['native'] ?? []).some(({ value }) => value > 0);
  return native
    ? 'model_feature_value has no buckets, so it is a native histogram: have Prometheus scrape the classic one ' +
        'as well (always_scrape_classic_histograms)'
    : 'model_feature_value_bucket has no series';
}

function judgeVersion(
  spec: DriftSpec,
  samples: SamplesByQuery,
  { model, firing, severities, references }: JudgeContext,
  version: string,
): Observation {
  const labels = modelLabels(spec.model, spec.where, version);
  const identity = fingerprint(labels);
  const judge = spec.metric === 'predictions' ? judgePredictions : judgeFeatures;
  const window = (index: number): Observation =>
    judge({
      spec,
      labels,
      version,
      model,
      firing: firing.has(identity),
      critical: severities?.get(identity) === 'critical',
      frozen: references?.get(typeof spec.reference === 'object' ? '' : version),
      ...samplesOfWindow(samples, index, version),
    });
  const latest = window(0);
  if (latest.verdict !== 'breached') return latest;
  const earlier = Array.from({ length: spec.confirm - 1 }, (_, index) => window(index + 1));
  return confirmWindows([latest, ...earlier], spec.window);
}

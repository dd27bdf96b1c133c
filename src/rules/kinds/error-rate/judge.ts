import type { Labels } from '../../../alerts/labels.js';
import type { SamplesByQuery } from '../../../prometheus/sample.js';
import { formatDuration } from '../../../schema/duration.js';
import { modelLabels, observe } from '../../observation.js';
import { formatShare } from '../../share.js';
import type { JudgeContext, Observation } from '../kind.js';
import { countsOver } from './counts-over.js';
import { judgeBurn } from './judge-burn.js';
import type { ErrorRateSpec } from './spec.js';

/** Failures against a share, or against an error budget. No traffic and no series are never "no errors". */
export function judgeErrorRate(
  spec: ErrorRateSpec,
  samples: SamplesByQuery,
  _context: JudgeContext,
): readonly Observation[] {
  const labels = modelLabels(spec.model, spec.where);
  return [
    spec.slo === undefined ? judgeShare(spec, labels, samples) : judgeBurn(spec, spec.slo, labels, samples),
  ];
}

function judgeShare(spec: ErrorRateSpec, labels: Labels, samples: SamplesByQuery): Observation {
  const threshold = spec.above ?? 1;
  const counts = countsOver(spec.window, spec, samples);
  const base = { measure: 'error_rate', threshold, needed: spec.min_requests };
  if (!counts) {
    const note = 'model_prediction_requests_total has no usable series';
    return observe(labels, 'no_data', { ...base, value: null, note });
  }
  const { requests, errors, rate } = counts;
  const evidence = { ...base, value: rate ?? null, n: requests };
  if (rate === undefined) {
    return observe(labels, 'insufficient_data', {
      ...evidence,
      note: `no requests in ${formatDuration(spec.window)}`,
    });
  }
  if (requests < spec.min_requests) return observe(labels, 'insufficient_data', evidence);
  const note = `${formatShare(rate)} of the requests failed over ${formatDuration(spec.window)}`;
  if (rate <= threshold) return observe(labels, 'clear', { ...evidence, note });
  if (errors < spec.min_errors) {
    const few = `${note}, fewer than the ${spec.min_errors} failures that are needed`;
    return observe(labels, 'insufficient_data', { ...evidence, note: few });
  }
  return observe(labels, 'breached', { ...evidence, note });
}

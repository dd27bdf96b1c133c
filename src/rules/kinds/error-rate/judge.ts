import type { SamplesByQuery } from '../../../prometheus/sample.js';
import type { JudgeContext, Observation } from '../kind.js';
import type { ErrorRateSpec } from './spec.js';

/** The verdicts. */
export function judgeErrorRate(
  spec: ErrorRateSpec,
  _samples: SamplesByQuery,
  _context: JudgeContext,
): readonly Observation[] {
  return [{ labels: { model_name: spec.model }, value: null, verdict: 'no_data' }];
}

import type { SamplesByQuery } from '../../../prometheus/sample.js';
import { modelLabels, observe } from '../../observation.js';
import type { JudgeContext, Observation } from '../kind.js';
import { checkAccuracyAge, checkModelAge } from './check-age.js';
import { checkCoverage } from './check-coverage.js';
import { checkPresence, checkTraffic } from './check-presence.js';
import type { CheckInput, Judgement } from './check.js';
import { type Check, CHECKS, type StalenessSpec } from './spec.js';

type Make = (spec: StalenessSpec, input: CheckInput) => Judgement | undefined;

const MAKE: Readonly<Record<Check, Make>> = {
  no_data: ({ no_data: limit }, input) => (limit === undefined ? undefined : checkPresence(limit, input)),
  no_traffic: ({ no_traffic: limit }, input) => limit && checkTraffic(limit, input),
  accuracy_age: ({ accuracy_age: limit }, input) =>
    limit === undefined ? undefined : checkAccuracyAge(limit, input),
  label_coverage: ({ label_coverage: limit }, input) => limit && checkCoverage(limit, input),
  model_age: ({ model_age: limit }, input) => (limit === undefined ? undefined : checkModelAge(limit, input)),
};

/**
 * One observation for each check of the rule. When none of them can say anything, one for the model: it was never seen, and
 * what fires goes on firing.
 */
export function judgeStaleness(
  spec: StalenessSpec,
  samples: SamplesByQuery,
  { now, model }: JudgeContext,
): readonly Observation[] {
  const labels = modelLabels(spec.model, spec.where);
  const input = { samples, now, model };
  const observations = CHECKS.flatMap((check): Observation[] => {
    const judged = MAKE[check](spec, input);
    if (!judged) return [];
    const { verdict, severity, evidence } = judged;
    return [{ ...observe({ ...labels, check }, verdict, evidence), severity }];
  });
  const [first] = observations;
  if (!first?.evidence || observations.some(({ verdict }) => verdict !== 'no_data')) return observations;
  return [observe(labels, 'no_data', first.evidence)];
}

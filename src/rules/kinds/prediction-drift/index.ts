import { describeDrift, driftWarnings } from '../drift/describe.js';
import { judgeDrift } from '../drift/judge.js';
import { driftQueries } from '../drift/queries.js';
import { driftSnapshot } from '../drift/snapshot.js';
import { type DriftSpec, PredictionDriftSpec } from '../drift/spec.js';
import type { RuleKind } from '../kind.js';

/** Predicted classes that come up more or less often than in the reference, and classes it never had. */
export const predictionDrift: RuleKind<'prediction_drift', DriftSpec> = {
  kind: 'prediction_drift',
  summary: 'predicted classes come up more or less often than in the reference, or are new',
  Spec: PredictionDriftSpec,
  model: (spec) => spec.model,
  describe: (spec) => describeDrift('prediction_drift', spec),
  warnings: driftWarnings,
  queries: driftQueries,
  snapshot: driftSnapshot,
  judge: judgeDrift,
};

import type { RuleKind } from '../kind.js';
import { describeDrift, driftWarnings } from './describe.js';
import { judgeDrift } from './judge.js';
import { driftQueries } from './queries.js';
import { driftSnapshot } from './snapshot.js';
import { DriftSpec } from './spec.js';

/** Inputs (or predictions) that no longer look like those of the reference. */
export const drift: RuleKind<'drift', DriftSpec> = {
  kind: 'drift',
  summary: 'input features no longer look like those of the reference',
  Spec: DriftSpec,
  model: (spec) => spec.model,
  describe: (spec) => describeDrift('drift', spec),
  warnings: driftWarnings,
  queries: driftQueries,
  snapshot: driftSnapshot,
  judge: judgeDrift,
};

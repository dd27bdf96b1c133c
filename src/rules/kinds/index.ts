import { accuracy } from './accuracy/index.js';
import { drift } from './drift/index.js';
import { errorRate } from './error-rate/index.js';
import type { RuleKind } from './kind.js';
import { latency } from './latency/index.js';
import { predictionDrift } from './prediction-drift/index.js';
import { staleness } from './staleness/index.js';

/** Every kind of rule there is besides plain PromQL: one folder beside this file, one entry here. */
export const ruleKinds = [
  accuracy,
  errorRate,
  latency,
  drift,
  predictionDrift,
  staleness,
] as const satisfies readonly RuleKind[];

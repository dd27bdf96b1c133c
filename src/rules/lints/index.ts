import { absentLabels } from './absent.js';
import { accuracyGauge } from './accuracy-gauge.js';
import { constantComparison } from './constants.js';
import { counterWithoutRate, deltaOfCounter, rateOfGauge } from './counters.js';
import { quantileWithoutLe } from './histograms.js';
import { duplicateRule, severityLabel } from './identity.js';
import type { Lint } from './lint.js';
import { errorsByVersion, labelMismatch } from './matching.js';
import { modelFacts } from './model-facts.js';
import { prometheusAlerts, recordingRule } from './not-evaluated.js';
import { fewScrapes, shortRange } from './ranges.js';
import { ratioWithoutTraffic } from './ratios.js';
import { missingLabel } from './templates.js';
import { driftFor, shorterThanInterval } from './timing.js';

/** Every lint of rules there is, in the order of the table in docs/lints.md. */
export const LINTS: readonly Lint[] = [
  errorsByVersion,
  labelMismatch,
  quantileWithoutLe,
  constantComparison,
  shortRange,
  counterWithoutRate,
  rateOfGauge,
  deltaOfCounter,
  accuracyGauge,
  driftFor,
  severityLabel,
  missingLabel,
  duplicateRule,
  prometheusAlerts,
  recordingRule,
  modelFacts,
  absentLabels,
  ratioWithoutTraffic,
  shorterThanInterval,
  fewScrapes,
];

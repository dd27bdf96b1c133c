import type { Lint } from './lint.js';
import { modelFacts } from './model-facts.js';
import { prometheusAlerts, recordingRule } from './not-evaluated.js';

/** Every lint there is, in the order of the table in docs/lints.md. */
export const LINTS: readonly Lint[] = [recordingRule, prometheusAlerts, modelFacts];

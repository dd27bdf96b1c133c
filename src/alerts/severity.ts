import type { Labels } from './labels.js';

/** The label that says how bad an alert is. */
export const SEVERITY = 'severity';

/** The severities one alert may move between, the least first. */
const RISING = ['warning', 'critical'];

/** How bad the alert with these labels is, against another of the same rule: 0 without a severity we know, then rising. */
export function severityRank(labels: Labels): number {
  return RISING.indexOf(labels[SEVERITY] ?? '') + 1;
}

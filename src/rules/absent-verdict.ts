import type { Labels } from '../alerts/labels.js';
import type { Observation, Verdict } from './kinds/kind.js';
import type { Rule } from './rule.js';

/**
 * What an evaluation says about an alert whose observation labels it did not mention. A verdict that keeps the state
 * speaks for every label set that contains its own labels: when nothing is known about a model, nothing is known about
 * its versions. Otherwise the label set is gone.
 */
export function verdictOfAbsent(
  labels: Labels,
  observations: readonly Observation[],
  rule: Pick<Rule, 'absentMeansClear'>,
): Extract<Verdict, 'insufficient_data' | 'no_data' | 'stale'> | 'gone' {
  if (rule.absentMeansClear) return 'gone';
  for (const { verdict, labels: spoken } of observations) {
    if (verdict === 'breached' || verdict === 'clear') continue;
    if (Object.entries(spoken).every(([name, value]) => labels[name] === value)) return verdict;
  }
  return 'gone';
}

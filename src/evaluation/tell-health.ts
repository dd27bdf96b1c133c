import type { JournalEntry } from '../journal/entry.js';
import type { Rule } from '../rules/rule.js';
import type { RuleStanding } from './rule-health.js';

/** The journal's entry when the health of a rule changed: none for a rule that was well from the start. */
export function tellHealth(
  rule: Rule,
  before: RuleStanding | undefined,
  after: RuleStanding,
  slot: Date,
): readonly JournalEntry[] {
  if ((before?.health ?? 'ok') === after.health) return [];
  const why = after.error ? ` (${after.error})` : '';
  return [
    {
      at: slot,
      kind: 'rule_health',
      summary: `rule ${rule.alert}: ${before?.health ?? 'new'} → ${after.health}${why}`,
      reason: after.health,
      rule: rule.key,
      ...(rule.model ? { model: rule.model } : {}),
    },
  ];
}

import type { Alert } from '../alerts/alert.js';
import type { AlertChange } from '../alerts/alert.store.js';
import type { PrometheusError } from '../prometheus/sample.js';
import type { Rule, RuleGroup } from '../rules/rule.js';
import type { FrozenReferences } from '../rules/snapshot.js';
import { isCompanion, stepCompanions } from './companion-alerts.js';
import { evaluateRule, type RuleOutcome } from './evaluate-rule.js';
import type { AnswerByRule, RuleAnswer } from './rule-answer.js';
import { nextStanding, type RuleStanding } from './rule-health.js';
import type { TemplateSurroundings } from './sight.js';

/** How a rule stood, and how it stands. */
export interface ChangedStanding {
  readonly before?: RuleStanding;
  readonly after: RuleStanding;
}

/** What one evaluation of a group comes to; maps are by rule key. */
export interface GroupOutcome {
  readonly outcomes: ReadonlyMap<string, RuleOutcome>;
  /** Alerts to store, those about the rules themselves included. */
  readonly changes: readonly AlertChange[];
  /** Of the rules for which anything about it changed. */
  readonly standings: ReadonlyMap<string, ChangedStanding>;
}

/** What an evaluation of a group rests on. */
export interface GroupLook {
  readonly answers: AnswerByRule;
  /** Pending and firing alerts of the group's rules. */
  readonly open: readonly Alert[];
  /** How the rules stood before. */
  readonly standings: ReadonlyMap<string, RuleStanding>;
  /** Failures are the datasource's, and say nothing about the rules. */
  readonly excused: boolean;
  readonly slot: Date;
  readonly surroundings: TemplateSurroundings;
  /** What is frozen for a rule to compare with; nothing unless given. */
  readonly referencesOf?: (rule: Rule) => FrozenReferences | undefined;
}

/** Every rule of a group at one slot. Pure. */
export function evaluateGroup(group: RuleGroup, look: GroupLook): GroupOutcome {
  const { answers, slot, surroundings } = look;
  const open = bySource(look.open);
  const outcomes = new Map<string, RuleOutcome>();
  const standings = new Map<string, ChangedStanding>();
  const changes: AlertChange[] = [];
  for (const rule of group.rules) {
    const alerts = open.get(rule.key) ?? [];
    const companions = alerts.filter((alert) => isCompanion(alert, rule));
    const references = look.referencesOf?.(rule);
    const outcome = evaluateRule(rule, {
      ...(references ? { references } : {}),
      answer: answers.get(rule.key) as RuleAnswer | PrometheusError,
      open: companions.length === 0 ? alerts : alerts.filter((alert) => !companions.includes(alert)),
      slot,
      limit: group.limit,
      surroundings,
    });
    const before = look.standings.get(rule.key);
    const finding = { ...outcome, excused: look.excused && outcome.health === 'error' };
    const after = nextStanding(before, finding, rule, slot);
    outcomes.set(rule.key, outcome);
    if (after !== before) standings.set(rule.key, { ...(before ? { before } : {}), after });
    changes.push(...outcome.changes, ...stepCompanions(rule, group, after, companions, slot, surroundings));
  }
  return { outcomes, changes, standings };
}

function bySource(alerts: readonly Alert[]): ReadonlyMap<string, readonly Alert[]> {
  const found = new Map<string, Alert[]>();
  for (const alert of alerts) {
    const known = found.get(alert.source);
    if (known) known.push(alert);
    else found.set(alert.source, [alert]);
  }
  return found;
}

import type { Observation } from '../rules/kinds/kind.js';
import type { Rule } from '../rules/rule.js';

/**
 * Health of a rule: a matter of its queries, never of its alerts. `no_match`: the selectors of an `expr` rule match no
 * series at all, so it cannot fire whatever happens.
 */
export type RuleHealth = 'ok' | 'error' | 'no_data' | 'no_match' | 'insufficient_data' | 'stale';

/** The health of a rule as it stands after an evaluation; kept until it changes. */
export interface RuleStanding {
  readonly health: RuleHealth;
  /** Why it fails. */
  readonly error?: string;
  /** What works and is not as meant. */
  readonly warning?: string;
  /** The slot that began this health. */
  readonly since: Date;
  /** Failures of its own, or evaluations without data, in a row; counted as far as {@link countsUpTo}. */
  readonly evaluations: number;
}

/** What one evaluation says of a rule's health. */
export interface RuleFinding {
  readonly health: RuleHealth;
  readonly error?: string;
  readonly warning?: string;
  /** The failure is the datasource's, and nothing about this rule. */
  readonly excused?: boolean;
}

/** A rule that fails so often in a row is reported. */
export const FAILING_AFTER = 3;

/** Whether a health means that there is nothing to judge. */
export function isSilent(health: RuleHealth): boolean {
  return health === 'no_data' || health === 'no_match' || health === 'stale';
}

/** What the verdicts of one evaluation mean for the rule as a whole. `scanned`: samples its queries touched, if known. */
export function healthOf(
  rule: Rule,
  observations: readonly Observation[],
  scanned: number | undefined,
): RuleHealth {
  // `absent(x)` answers although nothing matches, and `time() > 0` reads no series.
  if (rule.kind === 'expr' && observations.length === 0 && scanned === 0 && rule.selectors.length > 0)
    return 'no_match';
  if (rule.absentMeansClear) return 'ok';
  const verdicts = new Set(observations.map(({ verdict }) => verdict));
  if (verdicts.has('breached') || verdicts.has('clear')) return 'ok';
  if (verdicts.has('insufficient_data')) return 'insufficient_data';
  return verdicts.has('stale') ? 'stale' : 'no_data';
}

/** How far evaluations are counted for a rule: as far as anything depends on the number. */
export function countsUpTo(rule: Rule): number {
  return Math.max(FAILING_AFTER, rule.behaviour.noDataAfter);
}

/** The standing after an evaluation at `slot`; the same object when nothing about it changed. */
export function nextStanding(
  before: RuleStanding | undefined,
  finding: RuleFinding,
  rule: Rule,
  slot: Date,
): RuleStanding {
  const { health, error, warning, excused = false } = finding;
  const goesOn = before !== undefined && classOf(before.health) === classOf(health);
  const counted = goesOn ? before.evaluations : 0;
  const counts = classOf(health) !== 'fine' && !excused;
  const evaluations = counts ? Math.min(countsUpTo(rule), counted + 1) : excused ? counted : 0;
  if (
    before?.health === health &&
    before.error === error &&
    before.warning === warning &&
    before.evaluations === evaluations
  )
    return before;
  return {
    health,
    since: before?.health === health ? before.since : slot,
    evaluations,
    ...(error === undefined ? {} : { error }),
    ...(warning === undefined ? {} : { warning }),
  };
}

function classOf(health: RuleHealth): 'fine' | 'silent' | 'failing' {
  if (health === 'error') return 'failing';
  return isSilent(health) ? 'silent' : 'fine';
}

import type { Alert } from '../alerts/alert.js';
import type { AlertChange } from '../alerts/alert.store.js';
import type { RuleGroup } from '../rules/rule.js';
import type { ChangedStanding } from './evaluate-group.js';
import type { RuleStanding } from './rule-health.js';

/**
 * What the database holds of a group after a slot: as long as nobody stored a later one, it need not be read. Nothing but
 * evaluation writes it, and while a slot is held nobody else evaluates the group.
 */
export interface GroupMemory {
  /** The group as it was in force; a reload makes another one. */
  readonly group: RuleGroup;
  /** The slot that was stored last. */
  readonly slot: Date;
  /** Pending and firing alerts of its rules. */
  readonly open: readonly Alert[];
  /** How its rules stand, by rule key. */
  readonly standings: ReadonlyMap<string, RuleStanding>;
}

/** Whether a memory still tells what the database holds. `lastSlot` is the slot stored last, as the claim found it. */
export function isCurrent(
  memory: GroupMemory | undefined,
  group: RuleGroup,
  lastSlot: Date | null,
): memory is GroupMemory {
  return memory?.group === group && memory.slot.getTime() === lastSlot?.getTime();
}

/** The memory after a slot was stored. */
export function remember(
  group: RuleGroup,
  slot: Date,
  before: Pick<GroupMemory, 'open' | 'standings'>,
  changes: readonly AlertChange[],
  standings: ReadonlyMap<string, ChangedStanding>,
): GroupMemory {
  return { group, slot, open: openAfter(before.open, changes), standings: standingsAfter(before, standings) };
}

function openAfter(open: readonly Alert[], changes: readonly AlertChange[]): readonly Alert[] {
  if (changes.length === 0) return open;
  const alerts = new Map(open.map((alert) => [idOf(alert), alert]));
  for (const { alert, deleted } of changes) {
    if (deleted || alert.state === 'resolved') alerts.delete(idOf(alert));
    else alerts.set(idOf(alert), alert);
  }
  return [...alerts.values()];
}

function idOf({ source, fingerprint }: Alert): string {
  return `${source} ${fingerprint}`;
}

function standingsAfter(
  { standings: before }: Pick<GroupMemory, 'standings'>,
  changed: ReadonlyMap<string, ChangedStanding>,
): ReadonlyMap<string, RuleStanding> {
  if (changed.size === 0) return before;
  const standings = new Map(before);
  for (const [key, { after }] of changed) standings.set(key, after);
  return standings;
}

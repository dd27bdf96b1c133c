import type { Alert } from '../alerts/alert.js';
import { isCompanion } from '../evaluation/companion-alerts.js';
import type { GroupStatus, RuleStatus } from '../evaluation/group.store.js';
import { formatDuration } from '../schema/duration.js';
import type { RuleGroup } from '../rules/rule.js';

/** One rule as the API shows it. */
export interface RuleView {
  /** Names the rule in requests. */
  readonly key: string;
  readonly name: string;
  readonly kind: string;
  readonly query: string;
  readonly model?: string;
  /** `firing` over `pending` over `inactive`; `unknown` before the first evaluation. */
  readonly state: 'firing' | 'pending' | 'inactive' | 'unknown';
  readonly health: string;
  /** The slot that began this health. */
  readonly healthSince?: string;
  readonly lastError?: string;
  readonly warning?: string;
  readonly lastEvaluation?: string;
  readonly for: string;
  readonly keepFiringFor: string;
  readonly series: number;
  /** Of the last evaluation, the value furthest beyond the rule's line, or nearest to it. */
  readonly worst: number | null;
  readonly alerts: number;
}

/** One group as the API shows it. */
export interface GroupView {
  readonly name: string;
  readonly file: string;
  readonly interval: string;
  readonly lastEvaluation?: string;
  readonly nextEvaluation?: string;
  readonly missedSlots: number;
  readonly evaluationMs: number | null;
  readonly rules: readonly RuleView[];
}

/**
 * Joins the groups in force with their schedule, the health of their rules, and their open alerts; alerts about a rule itself
 * are not among those of the rule.
 */
export function viewGroups(
  groups: readonly RuleGroup[],
  statuses: readonly GroupStatus[],
  healthByRule: ReadonlyMap<string, RuleStatus>,
  open: readonly Alert[],
): GroupView[] {
  const statusByKey = new Map(statuses.map((status) => [status.key, status]));
  const alertsBySource = new Map<string, Alert[]>();
  for (const alert of open)
    alertsBySource.set(alert.source, [...(alertsBySource.get(alert.source) ?? []), alert]);
  return groups.map((group) => {
    const status = statusByKey.get(group.key);
    return {
      name: group.name,
      file: group.file,
      interval: formatDuration(group.intervalMs),
      ...(status?.lastSlot && { lastEvaluation: status.lastSlot.toISOString() }),
      ...(status && { nextEvaluation: status.nextDueAt.toISOString() }),
      missedSlots: status?.missedTotal ?? 0,
      evaluationMs: status?.lastDurationMs ?? null,
      rules: group.rules.map((rule) => {
        const health = healthByRule.get(rule.key);
        const alerts = (alertsBySource.get(rule.key) ?? []).filter((alert) => !isCompanion(alert, rule));
        return {
          key: rule.key,
          name: rule.alert,
          kind: rule.kind,
          query: rule.query,
          ...(rule.model && { model: rule.model }),
          state: stateOf(alerts, health !== undefined),
          health: health?.health ?? 'unknown',
          ...(health?.since && { healthSince: health.since.toISOString() }),
          ...(health?.warning && { warning: health.warning }),
          ...(health?.lastError && { lastError: health.lastError }),
          ...(health?.lastSlot && { lastEvaluation: health.lastSlot.toISOString() }),
          for: formatDuration(rule.forMs),
          keepFiringFor: formatDuration(rule.keepFiringForMs),
          series: health?.series ?? 0,
          worst: health?.worst ?? null,
          alerts: alerts.length,
        };
      }),
    };
  });
}

function stateOf(alerts: readonly Alert[], evaluated: boolean): RuleView['state'] {
  if (alerts.some((alert) => alert.state === 'firing')) return 'firing';
  if (alerts.length > 0) return 'pending';
  return evaluated ? 'inactive' : 'unknown';
}

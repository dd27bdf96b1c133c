import type { Alert } from '../alerts/alert.js';
import { compareBytewise } from '../alerts/compare-bytewise.js';
import type { Labels } from '../alerts/labels.js';
import { isCompanion } from '../evaluation/companion-alerts.js';
import type { GroupStatus } from '../evaluation/group.store.js';
import type { Rule, RuleGroup } from '../rules/rule.js';
import { formatFloat } from '../templates/fmt/format-float.js';
import type { Template } from '../templates/template.js';

/** An alert as `GET /api/v1/alerts` of Prometheus shows it. */
export interface PrometheusAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: 'pending' | 'firing';
  readonly activeAt: string;
  /** Only while the condition no longer holds and `keep_firing_for` keeps the alert. */
  readonly keepFiringSince?: string;
  /** Go's shortest `%e`: `7.8e-01`, `NaN`, `+Inf`. */
  readonly value: string;
}

/** An alerting rule as `GET /api/v1/rules` of Prometheus shows it; labels and annotations as written, durations in seconds. */
export interface PrometheusRule {
  readonly state: 'firing' | 'pending' | 'inactive' | 'unknown';
  readonly name: string;
  readonly query: string;
  readonly duration: number;
  readonly keepFiringFor: number;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** `null` when the request asked to leave them out. */
  readonly alerts: readonly PrometheusAlert[] | null;
  readonly health: 'ok' | 'err' | 'unknown';
  readonly lastError?: string;
  readonly evaluationTime: number;
  readonly lastEvaluation: string;
  readonly type: 'alerting';
}

/** A rule group as `GET /api/v1/rules` of Prometheus shows it; durations in seconds. */
export interface PrometheusGroup {
  readonly name: string;
  readonly file: string;
  readonly rules: readonly PrometheusRule[];
  readonly interval: number;
  readonly limit: number;
  readonly evaluationTime: number;
  readonly lastEvaluation: string;
}

/** What is stored of a rule's last evaluation. */
export interface StoredHealth {
  readonly health: string;
  readonly lastError: string | null;
  readonly lastSlot: Date | null;
}

/** Go's zero time: how Prometheus says "not yet". */
const NEVER = '0001-01-01T00:00:00Z';

/** A pending or firing alert, in Prometheus' words. */
export function viewPrometheusAlert(alert: Alert): PrometheusAlert {
  return {
    labels: alert.labels,
    annotations: alert.annotations,
    state: alert.state === 'firing' ? 'firing' : 'pending',
    activeAt: alert.activeAt.toISOString(),
    ...(alert.keepFiringSince && { keepFiringSince: alert.keepFiringSince.toISOString() }),
    value: formatFloat(alert.value ?? Number.NaN, 'e', -1),
  };
}

/**
 * The groups in force in Prometheus' words and order: by file, then by name. `open` are their pending and firing alerts;
 * those about a rule itself, not about what it measures, do not show as alerts of the rule.
 */
export function viewPrometheusGroups(
  groups: readonly RuleGroup[],
  statuses: readonly GroupStatus[],
  healthByRule: ReadonlyMap<string, StoredHealth>,
  open: readonly Alert[],
): PrometheusGroup[] {
  const statusByKey = new Map(statuses.map((status) => [status.key, status]));
  const alertsByRule = new Map<string, Alert[]>();
  for (const alert of open) {
    const ofRule = alertsByRule.get(alert.source);
    if (ofRule) ofRule.push(alert);
    else alertsByRule.set(alert.source, [alert]);
  }
  return groups
    .toSorted((a, b) => compareBytewise(a.file, b.file) || compareBytewise(a.name, b.name))
    .map((group) => {
      const status = statusByKey.get(group.key);
      const evaluationTime = (status?.lastDurationMs ?? 0) / 1000;
      return {
        name: group.name,
        file: group.file,
        rules: group.rules.map((rule) =>
          viewRule(
            rule,
            healthByRule.get(rule.key),
            (alertsByRule.get(rule.key) ?? []).filter((alert) => !isCompanion(alert, rule)),
            evaluationTime,
          ),
        ),
        interval: group.intervalMs / 1000,
        limit: group.limit,
        evaluationTime,
        lastEvaluation: status?.lastSlot?.toISOString() ?? NEVER,
      };
    });
}

/** `groupSeconds`: the rules of a group share their questions, so what the group took is all that can be said of each. */
function viewRule(
  rule: Rule,
  health: StoredHealth | undefined,
  alerts: readonly Alert[],
  groupSeconds: number,
): PrometheusRule {
  return {
    state: stateOf(alerts, health !== undefined),
    name: rule.alert,
    query: rule.query,
    duration: rule.forMs / 1000,
    keepFiringFor: rule.keepFiringForMs / 1000,
    labels: asWritten(rule.labels),
    annotations: asWritten(rule.annotations),
    alerts: alerts.map(viewPrometheusAlert),
    health: health === undefined ? 'unknown' : healthOf(health.health),
    ...(health?.lastError && { lastError: health.lastError }),
    evaluationTime: groupSeconds,
    lastEvaluation: health?.lastSlot?.toISOString() ?? NEVER,
    type: 'alerting',
  };
}

function stateOf(alerts: readonly Alert[], evaluated: boolean): PrometheusRule['state'] {
  if (alerts.some(({ state }) => state === 'firing')) return 'firing';
  if (alerts.length > 0) return 'pending';
  return evaluated ? 'inactive' : 'unknown';
}

/** Prometheus has no word for "measured, and nothing can be said" (`no_data`, `insufficient_data`, `stale`). */
function healthOf(health: string): PrometheusRule['health'] {
  if (health === 'error') return 'err';
  // A query that matches nothing is well, to Prometheus.
  return health === 'ok' || health === 'no_match' ? 'ok' : 'unknown';
}

function asWritten(templates: Readonly<Record<string, Template>>): Labels {
  return Object.fromEntries(Object.entries(templates).map(([name, { source }]) => [name, source]));
}

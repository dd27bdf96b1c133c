import { compareBytewise } from '../alerts/compare-bytewise.js';
import { compareLabels } from '../alerts/compare-labels.js';
import type { Labels } from '../alerts/labels.js';
import { groupOf } from '../routing/grouping.js';
import { mutedBy, type TimeIntervalsByName } from '../routing/mute-timing.js';
import type { Route } from '../routing/route.js';
import type { AlertsQuery } from './alerts-query.js';
import { inOrder } from './known-labels.js';
import type { StandingAlert } from './standing-alerts.js';

/** An alert in Alertmanager's API v2 (`gettableAlert`). Times in UTC to the millisecond. */
export interface AlertView {
  readonly annotations: Labels;
  readonly endsAt: string;
  readonly fingerprint: string;
  readonly receivers: readonly { readonly name: string }[];
  readonly startsAt: string;
  readonly status: {
    readonly inhibitedBy: readonly string[];
    readonly mutedBy: readonly string[];
    readonly silencedBy: readonly string[];
    readonly state: 'active' | 'suppressed';
  };
  readonly updatedAt: string;
  readonly generatorURL?: string;
  readonly labels: Labels;
}

/** A group in Alertmanager's API v2 (`alertGroup`). */
export interface GroupView {
  readonly alerts: readonly AlertView[];
  readonly labels: Labels;
  readonly receiver: { readonly name: string };
}

/** What a view needs besides the alert. */
export interface ViewContext {
  readonly now: Date;
  /** How far ahead the end of an alert is shown that has none. */
  readonly resolveTimeoutMs: number;
  readonly timeIntervals: TimeIntervalsByName;
}

/** An alert as `GET /alerts` shows it. An alert of our own rules has no end: it is shown where the next re-send would put it. */
export function viewAlert(
  standing: StandingAlert,
  receivers: readonly string[],
  muting: readonly string[],
  { now, resolveTimeoutMs }: ViewContext,
): AlertView {
  const { alert, inhibitedBy, silencedBy } = standing;
  const quiet = inhibitedBy.length + silencedBy.length + muting.length > 0;
  return {
    annotations: alert.annotations,
    endsAt: (alert.endsAt ?? new Date(now.getTime() + resolveTimeoutMs)).toISOString(),
    fingerprint: alert.fingerprint,
    receivers: receivers.map((name) => ({ name })),
    startsAt: alert.startsAt.toISOString(),
    status: { inhibitedBy, mutedBy: muting, silencedBy, state: quiet ? 'suppressed' : 'active' },
    updatedAt: alert.updatedAt.toISOString(),
    ...(alert.generatorUrl && { generatorURL: alert.generatorUrl }),
    labels: alert.labels,
  };
}

/** Alerts as `GET /alerts` lists them: time intervals belong to groups and are not looked at, as in Alertmanager. */
export function viewAlerts(standing: readonly StandingAlert[], context: ViewContext): readonly AlertView[] {
  return standing.map((one) =>
    viewAlert(
      one,
      one.routes.map(({ receiver }) => receiver),
      [],
      context,
    ),
  );
}

interface Gathered {
  readonly route: Route;
  readonly labels: Labels;
  readonly muting: readonly string[];
  readonly alerts: StandingAlert[];
}

/** Groups as `GET /alerts/groups` lists them: by their labels, then by receiver. Within a group alerts stand by fingerprint. */
export function viewGroups(
  standing: readonly StandingAlert[],
  query: AlertsQuery,
  context: ViewContext,
): readonly GroupView[] {
  const groups = new Map<string, Gathered>();
  const mutings = new Map<Route, readonly string[]>();
  const receiversOf = new Map<StandingAlert, readonly string[]>();
  for (const one of standing) {
    const routes = one.routes.filter(({ receiver }) => query.receives(receiver));
    receiversOf.set(one, [...new Set(routes.map(({ receiver }) => receiver))].toSorted(compareBytewise));
    for (const route of routes) {
      const muting = mutings.get(route) ?? mutedBy(route, context.timeIntervals, context.now)?.names ?? [];
      mutings.set(route, muting);
      if (!query.muted && muting.length > 0) continue;
      const { id, groupLabels } = groupOf(route, one.alert.labels);
      const group = groups.get(id) ?? { route, labels: groupLabels, muting, alerts: [] };
      groups.set(id, group);
      group.alerts.push(one);
    }
  }
  return [...groups.values()].toSorted(compareGroups).map(({ route, labels, muting, alerts }) => ({
    alerts: alerts.map((one) => viewAlert(one, receiversOf.get(one) ?? [], muting, context)),
    labels: inOrder(labels),
    receiver: { name: route.receiver },
  }));
}

/** By labels, then by receiver. */
function compareGroups(a: Gathered, b: Gathered): number {
  return compareLabels(a.labels, b.labels) || compareBytewise(a.route.receiver, b.route.receiver);
}

import type { Labels } from '../alerts/labels.js';
import { matchesAll } from '../alerts/matcher.js';
import { matchRoutes } from '../routing/compile-routes.js';
import { buildInhibitionIndex, type InhibitRule, inhibitedBy } from '../routing/inhibition.js';
import type { Route } from '../routing/route.js';
import { matchingSilences, type Silence } from '../routing/silence.js';
import type { AlertsQuery } from './alerts-query.js';

/** An alert that fires, as the API shows it. */
export interface FiringAlert {
  /** Of all its labels, as Alertmanager's API shows it. */
  readonly fingerprint: string;
  /** In order, as the annotations. */
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: Date;
  /** When it resolves unless it is sent again; absent for alerts of our own rules. */
  readonly endsAt?: Date;
  readonly updatedAt: Date;
  readonly generatorUrl?: string;
}

/** A firing alert and what keeps it quiet. */
export interface StandingAlert {
  readonly alert: FiringAlert;
  /** Those that take it, in the order of the tree. */
  readonly routes: readonly Route[];
  /** Ids of silences. */
  readonly silencedBy: readonly string[];
  /** Fingerprints of alerts; all of them, where Alertmanager names one. */
  readonly inhibitedBy: readonly string[];
}

/** What alerts are held against. */
export interface Surroundings {
  readonly route: Route | undefined;
  readonly inhibitRules: readonly InhibitRule[];
  /** Those that hold. */
  readonly silences: readonly Silence[];
}

/** By fingerprint. One label set from two sources is one alert: the one that was heard of last. */
function uniqueByLabels(firing: readonly FiringAlert[]): readonly FiringAlert[] {
  const latest = new Map<string, FiringAlert>();
  for (const alert of firing) {
    const known = latest.get(alert.fingerprint);
    if (!known || alert.updatedAt > known.updatedAt) latest.set(alert.fingerprint, alert);
  }
  return [...latest.values()].toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
}

/**
 * The alerts that a query asks for, in the order of their fingerprints, each with what keeps it quiet now. Everything is
 * computed from the alerts at hand, so that whoever posts and then reads sees what was posted.
 */
export function standingAlerts(
  firing: readonly FiringAlert[],
  { route, inhibitRules, silences }: Surroundings,
  query: AlertsQuery,
  now: Date,
): readonly StandingAlert[] {
  const open = uniqueByLabels(firing.filter(({ endsAt }) => endsAt === undefined || endsAt >= now));
  const index = buildInhibitionIndex(inhibitRules, open);
  const standing: StandingAlert[] = [];
  for (const alert of open) {
    const { labels } = alert;
    if (!matchesAll(query.matchers, labels)) continue;
    const routes = route ? matchRoutes(route, labels) : [];
    if (routes.length > 0 && !routes.some(({ receiver }) => query.receives(receiver))) continue;
    const [silenced, inhibited] = [
      matchingSilences(labels, silences),
      inhibitedBy(labels, alert.fingerprint, inhibitRules, index),
    ];
    if (!query.silenced && silenced.length > 0) continue;
    if (!query.inhibited && inhibited.length > 0) continue;
    if (!query.active && silenced.length + inhibited.length === 0) continue;
    standing.push({ alert, routes, silencedBy: silenced, inhibitedBy: inhibited });
  }
  return standing;
}

import type { Alert } from '../alerts/alert.js';
import { compareBytewise } from '../alerts/compare-bytewise.js';
import { fingerprint } from '../alerts/fingerprint.js';
import type { Labels } from '../alerts/labels.js';
import { matchesAll } from '../alerts/matcher.js';
import { matchRoutes } from '../routing/compile-routes.js';
import { buildInhibitionIndex, type InhibitRule, inhibitedBy } from '../routing/inhibition.js';
import type { Route } from '../routing/route.js';
import { matchingSilences, type Silence } from '../routing/silence.js';
import type { AlertsQuery } from './alerts-query.js';

/** A firing alert and what keeps it quiet. */
export interface StandingAlert {
  readonly alert: Alert;
  /** Of all its labels, as Alertmanager's API shows it. */
  readonly fingerprint: string;
  readonly labels: Labels;
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

/** One label set from two sources is one alert: the one that was heard of last. */
function uniqueByLabels(firing: readonly Alert[]): readonly (readonly [string, Alert])[] {
  const latest = new Map<string, Alert>();
  for (const alert of firing) {
    const key = fingerprint(alert.labels);
    const known = latest.get(key);
    if (!known || alert.evaluatedAt > known.evaluatedAt) latest.set(key, alert);
  }
  return [...latest].toSorted(([a], [b]) => compareBytewise(a, b));
}

/**
 * The alerts that a query asks for, in the order of their fingerprints, each with what keeps it quiet now. Everything is
 * computed from the alerts at hand, so that whoever posts and then reads sees what was posted.
 */
export function standingAlerts(
  firing: readonly Alert[],
  { route, inhibitRules, silences }: Surroundings,
  query: AlertsQuery,
  now: Date,
): readonly StandingAlert[] {
  const open = uniqueByLabels(firing.filter(({ endsAt }) => endsAt === undefined || endsAt >= now));
  const index = buildInhibitionIndex(
    inhibitRules,
    open.map(([key, { labels }]) => ({ fingerprint: key, labels })),
  );
  const standing: StandingAlert[] = [];
  for (const [key, alert] of open) {
    const { labels } = alert;
    if (!matchesAll(query.matchers, labels)) continue;
    const routes = route ? matchRoutes(route, labels) : [];
    if (routes.length > 0 && !routes.some(({ receiver }) => query.receives(receiver))) continue;
    const [silenced, inhibited] = [
      matchingSilences(labels, silences),
      inhibitedBy(labels, key, inhibitRules, index),
    ];
    if (!query.silenced && silenced.length > 0) continue;
    if (!query.inhibited && inhibited.length > 0) continue;
    if (!query.active && silenced.length + inhibited.length === 0) continue;
    standing.push({ alert, fingerprint: key, labels, routes, silencedBy: silenced, inhibitedBy: inhibited });
  }
  return standing;
}

import type { Alert } from '../alerts/alert.js';

/** A version that waits to be frozen. */
export interface Settling {
  readonly version: string;
  /** It has served, without an alert of the model, since then. */
  readonly since: Date;
  /** Since when it has less than its share of the traffic; null while it serves. */
  readonly belowSince: Date | null;
  /** Why it is to be pinned anew; null the first time. */
  readonly repin: string | null;
}

/** What is seen of one version. */
export interface VersionLook {
  readonly version: string;
  readonly serves: boolean;
  /** Names of the alerts that keep it from settling. */
  readonly firing: readonly string[];
  /** Since when it is known to have served, when it is seen for the first time. */
  readonly servedSince: Date;
  readonly now: Date;
}

/** A version that has served too little for this long has left; should it come back, it waits anew. */
const LEFT_AFTER_MS = 3_600_000;

/** How a waiting version goes on; undefined for one that does not wait, or that has left. Pure and total. */
export function stepSettling(before: Settling | undefined, look: VersionLook): Settling | undefined {
  const { version, serves, firing, servedSince, now } = look;
  if (!before) {
    if (!serves) return undefined;
    return { version, since: firing.length > 0 ? now : servedSince, belowSince: null, repin: null };
  }
  if (!serves) {
    const belowSince = before.belowSince ?? now;
    return now.getTime() - belowSince.getTime() > LEFT_AFTER_MS ? undefined : { ...before, belowSince };
  }
  // What is counted during an incident is no norm.
  return { ...before, belowSince: null, since: firing.length > 0 ? now : before.since };
}

/** The alerts of a model that keep its versions from settling: those of rules, and those from other Prometheus servers. */
export function alertsOf(model: string, alerts: readonly Alert[]): readonly Alert[] {
  return alerts.filter(
    ({ source, labels }) =>
      labels['model_name'] === model && (source.includes(';') || source === 'alertmanager'),
  );
}

/** Names of the alerts that hold a version up. A new pin was asked for in spite of drift, so drift does not. */
export function holdingUp(alerts: readonly Alert[], repin: boolean): readonly string[] {
  const drift = (alert: Alert): boolean =>
    alert.evidence?.kind === 'drift' || alert.evidence?.kind === 'prediction_drift';
  const names = alerts
    .filter((alert) => !(repin && drift(alert)))
    .map(({ labels }) => labels['alertname'] ?? '');
  return [...new Set(names)].toSorted();
}

/** From when on the model is known to have been quiet: `from`, or the end of the last of its alerts that is resolved. */
export function quietSince(resolved: readonly Alert[], from: Date): Date {
  const ends = resolved.map(({ resolvedAt }) => resolvedAt?.getTime() ?? 0);
  return new Date(Math.max(from.getTime(), ...ends));
}

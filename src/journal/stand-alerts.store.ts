import type { AlertChange, AlertStore } from '../alerts/alert.store.js';
import {
  type OwnAlert,
  raiseAlert,
  type RaisedAlert,
  raisedFingerprint,
  settleAlert,
} from '../alerts/raise-alert.js';
import type { Db } from '../platform/database.client.js';
import type { JournalStore } from './journal.store.js';
import { tellTransition } from './tell-transition.js';

/** What alerts are stored in, and told in. */
export interface AlertStores {
  readonly alerts: AlertStore;
  readonly journal: JournalStore;
}

/**
 * Makes exactly the wanted alerts of one source fire: raises what does not fire yet, renews texts that have changed, settles what is
 * not wanted any more. Alerts and journal in the transaction `on`; the caller sees to it that one process at a time does so.
 */
export async function standAlerts(
  source: string,
  wanted: readonly RaisedAlert[],
  stores: AlertStores,
  now: Date,
  on: Db,
): Promise<void> {
  const open = new Map((await stores.alerts.openOf([source], on)).map((alert) => [alert.fingerprint, alert]));
  const kept = new Set(wanted.map(raisedFingerprint));
  const stands = (alert: RaisedAlert): boolean => {
    const annotations = open.get(raisedFingerprint(alert))?.annotations;
    const names = Object.keys(alert.annotations);
    return annotations !== undefined && names.every((name) => annotations[name] === alert.annotations[name]);
  };
  const changes = [
    ...wanted
      .filter((alert) => !stands(alert))
      .map((alert) => raiseAlert(open.get(raisedFingerprint(alert)), alert, now)),
    ...[...open.values()]
      .filter(({ fingerprint }) => !kept.has(fingerprint))
      .flatMap((alert) => settleAlert(alert, now) ?? []),
  ];
  await saveChanges(changes, stores, on);
}

/**
 * Raises or settles each of these alerts of one source, and leaves the others of that source as they are. Within the
 * transaction `on`, in which they stay locked. Gives back what has changed.
 */
export async function standEach(
  source: string,
  about: readonly OwnAlert[],
  stores: AlertStores,
  now: Date,
  on: Db,
): Promise<readonly AlertChange[]> {
  const keys = about.map(({ raised }) => raisedFingerprint(raised));
  const known = await stores.alerts.lockAll(source, keys, on);
  const changes = about.flatMap(({ raised, fires }, index) => {
    const existing = known.get(keys[index] as string);
    return (fires ? raiseAlert(existing, raised, now) : settleAlert(existing, now)) ?? [];
  });
  await saveChanges(changes, stores, on);
  return changes;
}

/** Stores what became of alerts, and tells the journal of those that changed state. */
export async function saveChanges(
  changes: readonly AlertChange[],
  { alerts, journal }: AlertStores,
  on: Db,
): Promise<void> {
  if (changes.length === 0) return;
  await alerts.save(changes, on);
  await journal.append(
    changes.flatMap(({ alert, transition }) => (transition ? [tellTransition(alert, transition)] : [])),
    on,
  );
}

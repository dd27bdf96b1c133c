import type { AlertStore } from '../alerts/alert.store.js';
import { raiseAlert, type RaisedAlert, raisedFingerprint, settleAlert } from '../alerts/raise-alert.js';
import type { Db } from '../platform/database.client.js';
import type { JournalStore } from './journal.store.js';
import { tellTransition } from './tell-transition.js';

/**
 * Makes exactly the wanted alerts of one source fire: raises what does not fire yet, renews texts that have changed, settles what is
 * not wanted any more. Alerts and journal in the transaction `on`; the caller sees to it that one process at a time does so.
 */
export async function standAlerts(
  source: string,
  wanted: readonly RaisedAlert[],
  stores: { readonly alerts: AlertStore; readonly journal: JournalStore },
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
  if (changes.length === 0) return;
  await stores.alerts.save(changes, on);
  await stores.journal.append(
    changes.flatMap(({ alert, transition }) => (transition ? [tellTransition(alert, transition)] : [])),
    on,
  );
}

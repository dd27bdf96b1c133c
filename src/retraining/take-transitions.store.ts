import { randomBytes } from 'node:crypto';
import type { TransitionRow } from '../alerts/alert.js';
import type { JournalStore } from '../journal/journal.store.js';
import type { Db } from '../platform/database.client.js';
import {
  type Incident,
  type IncidentAlert,
  type IncidentKey,
  incidentKey,
  stepIncident,
} from './incident.js';
import type { IncidentStore } from './incident.store.js';
import { ID_BYTES, newIncidentId } from './run-id.js';
import { tellOpened } from './tell-incident.js';

const placeOf = ({ model, modelVersion }: IncidentKey): string => `${model}\0${modelVersion}`;
const alertOf = (
  incidentId: string,
  { source, fingerprint }: Pick<IncidentAlert, 'source' | 'fingerprint'>,
): string => `${incidentId}\0${source}\0${fingerprint}`;

/**
 * Takes transitions, oldest first, into incidents: opens what has to be opened, and lets the incidents of their models be looked at
 * now. However many there are, it asks the database a fixed number of times.
 */
export async function takeTransitions(
  rows: readonly TransitionRow[],
  now: Date,
  { incidents, journal }: { readonly incidents: IncidentStore; readonly journal: JournalStore },
  trx: Db,
): Promise<void> {
  const keys = new Map<string, IncidentKey>();
  for (const { labels } of rows) {
    const key = incidentKey(labels);
    if (key) keys.set(placeOf(key), key);
  }
  if (keys.size === 0) return;
  const open = new Map(
    (await incidents.openOf([...keys.values()], trx)).map((each) => [placeOf(each), each]),
  );
  const held = await incidents.alertsOfAll(
    [...open.values()].map(({ id }) => id),
    trx,
  );
  const known = new Map(held.map((alert) => [alertOf(alert.incidentId, alert), alert]));
  const opened: Incident[] = [];
  const changed = new Map<string, IncidentAlert>();
  for (const row of rows) {
    const key = incidentKey(row.labels);
    if (!key) continue;
    const incident = open.get(placeOf(key));
    const before = incident && known.get(alertOf(incident.id, row));
    const step = stepIncident(row, incident, before, newIncidentId(now, randomBytes(ID_BYTES)));
    if (step.kind === 'ignored') continue;
    if (step.kind === 'opened') {
      opened.push(step.incident);
      open.set(placeOf(key), step.incident);
    }
    const place = alertOf(step.alert.incidentId, step.alert);
    known.set(place, step.alert);
    changed.set(place, step.alert);
  }
  if (changed.size === 0) return;
  await incidents.insert(opened, trx);
  await incidents.saveAlerts([...changed.values()], trx);
  await journal.append(
    opened.map((incident) => tellOpened(incident, now)),
    trx,
  );
  const byId = new Map([...open.values()].map(({ id, model }) => [id, model]));
  const models = [...changed.values()].map(({ incidentId }) => byId.get(incidentId) ?? '');
  await incidents.checkModelAt([...new Set(models)].toSorted(), now, trx);
}

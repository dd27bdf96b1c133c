import { Injectable } from '@nestjs/common';
import { type Selectable, sql } from 'kysely';
import { type Db, withTables } from '../platform/database.client.js';
import type { CloseReason, Incident, IncidentAlert, IncidentKey } from './incident.js';
import type { IncidentAlertTable, IncidentTable, RetrainingTables } from './tables.js';

const tables = (on: Db) => withTables<RetrainingTables>(on);

/** Incidents, and the alerts they hold. */
@Injectable()
export class IncidentStore {
  /** The open incidents of model versions, locked until the transaction ends. */
  async openOf(keys: readonly IncidentKey[], on: Db): Promise<Incident[]> {
    const models = keys.map(({ model }) => model);
    const versions = keys.map(({ modelVersion }) => modelVersion);
    const { rows } = await sql<Selectable<IncidentTable>>`
      select * from incidents where closed_at is null
        and (model, model_version) in (select * from unnest(${models}::text[], ${versions}::text[]))
      order by id for update`.execute(on);
    return rows.map(toIncident);
  }

  async get(id: string, on: Db): Promise<Incident | undefined> {
    const row = await tables(on).selectFrom('incidents').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toIncident(row);
  }

  async insert(incidents: readonly Incident[], on: Db): Promise<void> {
    if (incidents.length === 0) return;
    await tables(on)
      .insertInto('incidents')
      .values(
        incidents.map(({ id, model, modelVersion, openedAt }) => ({
          id,
          model,
          model_version: modelVersion,
          opened_at: openedAt,
        })),
      )
      .execute();
  }

  /** Alerts of several incidents. */
  async alertsOfAll(incidentIds: readonly string[], on: Db): Promise<IncidentAlert[]> {
    if (incidentIds.length === 0) return [];
    const rows = await tables(on)
      .selectFrom('incident_alerts')
      .selectAll()
      .where('incident_id', 'in', incidentIds as string[])
      .execute();
    return rows.map(toIncidentAlert);
  }

  /** Stores alerts as they were taken in last; each at most once. */
  async saveAlerts(alerts: readonly IncidentAlert[], on: Db): Promise<void> {
    if (alerts.length === 0) return;
    const rows = alerts.map((alert) => ({
      incident_id: alert.incidentId,
      source: alert.source,
      fingerprint: alert.fingerprint,
      episode: alert.episode,
      alertname: alert.alertname,
      labels: JSON.stringify(alert.labels) as never,
      evidence: (alert.evidence ? JSON.stringify(alert.evidence) : null) as never,
      value: alert.value,
      since: alert.since,
      resolved_at: alert.resolvedAt ?? null,
      transition_id: alert.transitionId,
    }));
    await tables(on)
      .insertInto('incident_alerts')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['incident_id', 'source', 'fingerprint']).doUpdateSet((set) => ({
          episode: set.ref('excluded.episode'),
          alertname: set.ref('excluded.alertname'),
          labels: set.ref('excluded.labels'),
          evidence: set.ref('excluded.evidence'),
          value: set.ref('excluded.value'),
          since: set.ref('excluded.since'),
          resolved_at: set.ref('excluded.resolved_at'),
          transition_id: set.ref('excluded.transition_id'),
        })),
      )
      .execute();
  }

  /** Alerts of one incident. */
  async alertsOf(incidentId: string, on: Db): Promise<IncidentAlert[]> {
    const rows = await tables(on)
      .selectFrom('incident_alerts')
      .selectAll()
      .where('incident_id', '=', incidentId)
      .execute();
    return rows.map(toIncidentAlert);
  }

  /** Alerts of all open incidents of a model. */
  async alertsOfModel(model: string, on: Db): Promise<IncidentAlert[]> {
    const rows = await tables(on)
      .selectFrom('incident_alerts')
      .innerJoin('incidents', 'incidents.id', 'incident_alerts.incident_id')
      .selectAll('incident_alerts')
      .where('incidents.model', '=', model)
      .where('incidents.closed_at', 'is', null)
      .execute();
    return rows.map(toIncidentAlert);
  }

  /** The open incident of a model that was opened last, whatever its version. */
  async latestOpen(model: string, on: Db): Promise<Incident | undefined> {
    const row = await tables(on)
      .selectFrom('incidents')
      .selectAll()
      .where('model', '=', model)
      .where('closed_at', 'is', null)
      .orderBy('opened_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row && toIncident(row);
  }

  /** Sets when the incidents of a model, or of several, are looked at again. */
  async checkModelAt(models: string | readonly string[], at: Date, on: Db): Promise<void> {
    await tables(on)
      .updateTable('incidents')
      .set({ next_check_at: at })
      .where('id', 'in', (incidents) =>
        // By id, so that no two processes wait for each other.
        incidents
          .selectFrom('incidents')
          .select('id')
          .where('model', 'in', typeof models === 'string' ? [models] : (models as string[]))
          .where('closed_at', 'is', null)
          .orderBy('id')
          .forUpdate(),
      )
      .execute();
  }

  async checkAt(id: string, at: Date | undefined, on: Db): Promise<void> {
    await tables(on)
      .updateTable('incidents')
      .set({ next_check_at: at ?? null })
      .where('id', '=', id)
      .execute();
  }

  /** Takes incidents that are due; if this process dies they are due again at `retryAt`. */
  async claimDue(now: Date, retryAt: Date, limit: number, on: Db): Promise<Incident[]> {
    const rows = await sql<Selectable<IncidentTable>>`
      update incidents set next_check_at = ${retryAt} where id in (
        select id from incidents where closed_at is null and next_check_at <= ${now}
        order by next_check_at limit ${limit} for update skip locked
      ) returning *`.execute(on);
    return rows.rows.map(toIncident);
  }

  async nextDue(on: Db): Promise<Date | undefined> {
    const row = await tables(on)
      .selectFrom('incidents')
      .select(sql<Date | null>`min(next_check_at)`.as('at'))
      .where('closed_at', 'is', null)
      .executeTakeFirst();
    return row?.at ?? undefined;
  }

  async close(id: string, reason: CloseReason, now: Date, on: Db): Promise<void> {
    await tables(on)
      .updateTable('incidents')
      .set({ closed_at: now, close_reason: reason, next_check_at: null })
      .where('id', '=', id)
      .where('closed_at', 'is', null)
      .execute();
  }
}

function toIncident(row: Selectable<IncidentTable>): Incident {
  return {
    id: row.id,
    model: row.model,
    modelVersion: row.model_version,
    openedAt: row.opened_at,
    ...(row.closed_at && { closedAt: row.closed_at }),
    ...(row.close_reason && { closeReason: row.close_reason }),
  };
}

function toIncidentAlert(row: Selectable<IncidentAlertTable>): IncidentAlert {
  return {
    incidentId: row.incident_id,
    source: row.source,
    fingerprint: row.fingerprint,
    episode: row.episode,
    alertname: row.alertname,
    labels: row.labels,
    value: row.value,
    since: row.since,
    transitionId: row.transition_id,
    ...(row.evidence && { evidence: row.evidence }),
    ...(row.resolved_at && { resolvedAt: row.resolved_at }),
  };
}

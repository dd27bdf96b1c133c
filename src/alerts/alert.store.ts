import { Injectable } from '@nestjs/common';
import { type Selectable, sql } from 'kysely';
import { type Db, withTables } from '../platform/database.client.js';
import { SignalsClient } from '../platform/signals.client.js';
import type { Alert, AlertState, Transition, TransitionRow } from './alert.js';
import { toAlert, toTransition, toTransitionRow } from './alert-rows.js';
import type { AlertTables, TransitionTable } from './tables.js';
import { insertTransitions, upsertAlerts } from './write-alerts.store.js';

/** One alert's change within a step: what to store and, if the state changed, why. */
export interface AlertChange {
  /** The alert after the step; for a pending alert that went away, as it was. */
  readonly alert: Alert;
  readonly deleted?: boolean;
  readonly transition?: Transition;
}

/** Who takes transitions: one mark per consumer. */
export type TransitionConsumer = 'routed_at' | 'considered_at';

/** Topic of the hint that new transitions are there. */
export const TRANSITIONS_TOPIC = 'transitions';

/** A firing alert in a list; labels and annotations are JSON text. */
export interface FiringRow {
  readonly labels: string;
  readonly annotations: string;
  readonly starts_at: Date;
  readonly ends_at: Date | null;
  readonly evaluated_at: Date;
  readonly generator_url: string | null;
}

/** Alerts and their transitions, always written together. */
@Injectable()
export class AlertStore {
  constructor(private readonly signals: SignalsClient) {}

  /** Pending and firing alerts of the given sources. */
  async openOf(sources: readonly string[], on: Db): Promise<Alert[]> {
    if (sources.length === 0) return [];
    const rows = await tables(on)
      .selectFrom('alerts')
      .selectAll()
      .where('source', '=', sql<string>`any(${sources as string[]})`)
      .where('state', '<>', 'resolved')
      .execute();
    return rows.map(toAlert);
  }

  /** Alerts in the given states, newest first; for the API. */
  async list(states: readonly AlertState[], limit: number, on: Db): Promise<Alert[]> {
    const rows = await tables(on)
      .selectFrom('alerts')
      .selectAll()
      .where('state', 'in', states as AlertState[])
      .orderBy('active_at', 'desc')
      .limit(limit)
      .execute();
    return rows.map(toAlert);
  }

  /** All firing alerts: what inhibition and `block_when` look at. */
  async firing(on: Db): Promise<Alert[]> {
    const rows = await tables(on).selectFrom('alerts').selectAll().where('state', '=', 'firing').execute();
    return rows.map(toAlert);
  }

  /** The firing alerts for a list: of each only what a list shows, the labels as they are written. */
  async listFiring(on: Db): Promise<FiringRow[]> {
    const rows = await sql<FiringRow>`
      select labels::text as labels, annotations::text as annotations, coalesce(fired_at, active_at) as starts_at, ends_at,
        evaluated_at, generator_url
      from alerts where state = 'firing'`.execute(on);
    return rows.rows;
  }

  /** The firing alerts that have a label of this value. */
  async firingWith(label: string, value: string, on: Db): Promise<Alert[]> {
    const rows = await tables(on)
      .selectFrom('alerts')
      .selectAll()
      .where('state', '=', 'firing')
      .where(sql<boolean>`labels->>${sql.lit(label)} = ${value}`)
      .execute();
    return rows.map(toAlert);
  }

  /** Open alerts of rules (a rule's key holds a `;`) that are not among the known ones: their rule was removed. */
  async orphans(known: readonly string[], on: Db): Promise<Alert[]> {
    const rows = await tables(on)
      .selectFrom('alerts')
      .selectAll()
      .where('state', '<>', 'resolved')
      .where('source', 'like', '%;%')
      .where(sql<boolean>`not (source = any(${known as string[]}))`)
      .execute();
    return rows.map(toAlert);
  }

  /** The alert of one firing period, in any state. */
  async ofEpisode(episode: string, on: Db): Promise<Alert | undefined> {
    const row = await tables(on)
      .selectFrom('alerts')
      .selectAll()
      .where('episode', '=', episode)
      .executeTakeFirst();
    return row && toAlert(row);
  }

  /** The alerts of one source with the given fingerprints, in any state, locked until the transaction ends. */
  async lockAll(source: string, fingerprints: readonly string[], on: Db): Promise<Map<string, Alert>> {
    const rows = await tables(on)
      .selectFrom('alerts')
      .selectAll()
      .where('source', '=', source)
      .where('fingerprint', '=', sql<string>`any(${fingerprints as string[]})`)
      .orderBy('fingerprint')
      .forUpdate()
      .execute();
    return new Map(rows.map((row) => [row.fingerprint, toAlert(row)]));
  }

  /** One alert as it is stored, locked until the transaction ends. */
  async lock(source: string, fingerprint: string, on: Db): Promise<Alert | undefined> {
    const row = await tables(on)
      .selectFrom('alerts')
      .selectAll()
      .where('source', '=', source)
      .where('fingerprint', '=', fingerprint)
      .forUpdate()
      .executeTakeFirst();
    return row && toAlert(row);
  }

  /** Stores alerts and transitions; `on` is the transaction that also holds the journal. Wakes their consumers on commit. */
  async save(changes: readonly AlertChange[], on: Db): Promise<void> {
    const stored = changes.filter((change) => !change.deleted).map((change) => change.alert);
    // One statement touches a row once: of several changes of one alert the last is what is stored.
    const latest = new Map(stored.map((alert) => [`${alert.fingerprint} ${alert.source}`, alert]));
    await upsertAlerts([...latest.values()], on);
    for (const { alert } of changes.filter((change) => change.deleted)) {
      await tables(on)
        .deleteFrom('alerts')
        .where('source', '=', alert.source)
        .where('fingerprint', '=', alert.fingerprint)
        .execute();
    }
    const moved = changes.filter((change) => change.transition !== undefined);
    if (moved.length === 0) return;
    await insertTransitions(
      moved.map(({ alert, transition }) => toTransitionRow(alert, transition as Transition)),
      on,
    );
    await this.signals.send(TRANSITIONS_TOPIC, on);
  }

  /**
   * Takes up to `limit` transitions nobody has taken for this consumer, oldest first, and marks them; they are taken for
   * good when the surrounding transaction commits.
   */
  async claimTransitions(
    consumer: TransitionConsumer,
    now: Date,
    limit: number,
    on: Db,
  ): Promise<TransitionRow[]> {
    const rows = await sql<Selectable<TransitionTable>>`
      update transitions set ${sql.ref(consumer)} = ${now} where id in (
        select id from transitions where ${sql.ref(consumer)} is null order by id limit ${limit} for update skip locked
      ) returning *`.execute(on);
    return rows.rows.map(toTransition).toSorted((a, b) => a.id - b.id);
  }

  /** Takes up to `limit` firing alerts whose end has come; locked until the transaction ends. */
  async claimEnded(now: Date, limit: number, on: Db): Promise<Alert[]> {
    const rows = await tables(on)
      .selectFrom('alerts')
      .selectAll()
      .where('state', '=', 'firing')
      .where('ends_at', '<=', now)
      .orderBy('ends_at')
      .limit(limit)
      .forUpdate()
      .skipLocked()
      .execute();
    return rows.map(toAlert);
  }

  /** When the next firing alert ends unless it is sent again, if any does. */
  async nextEnd(on: Db): Promise<Date | undefined> {
    const row = await tables(on)
      .selectFrom('alerts')
      .select(sql<Date | null>`min(ends_at)`.as('at'))
      .where('state', '=', 'firing')
      .where('ends_at', 'is not', null)
      .executeTakeFirst();
    return row?.at ?? undefined;
  }

  /** How many alerts are in each state. */
  async counts(on: Db): Promise<Record<AlertState, number>> {
    const rows = await tables(on)
      .selectFrom('alerts')
      .select(['state', sql<number>`count(*)`.as('count')])
      .groupBy('state')
      .execute();
    return {
      pending: 0,
      firing: 0,
      resolved: 0,
      ...Object.fromEntries(rows.map((row) => [row.state, row.count])),
    };
  }

  /** Forgets resolved alerts and consumed transitions older than `before`. */
  async prune(before: Date, on: Db): Promise<void> {
    await tables(on)
      .deleteFrom('alerts')
      .where('state', '=', 'resolved')
      .where('resolved_at', '<', before)
      .execute();
    await tables(on)
      .deleteFrom('transitions')
      .where('at', '<', before)
      .where('routed_at', 'is not', null)
      .where('considered_at', 'is not', null)
      .execute();
  }
}

const tables = (on: Db) => withTables<AlertTables>(on);

import { Injectable } from '@nestjs/common';
import { type Selectable, sql } from 'kysely';
import { type Db, withTables } from '../platform/database.client.js';
import { SignalsClient } from '../platform/signals.client.js';
import type { Alert, AlertState, Transition, TransitionRow } from './alert.js';
import { toAlert, toTransition, toTransitionRow } from './alert-rows.js';
import type { AlertTables, TransitionTable } from './tables.js';

/** One alert's change within a step: what to store and, if the state changed, why. */
export interface AlertChange {
  /** The alert after the step; for a pending alert that went away, as it was. */
  readonly alert: Alert;
  readonly deleted?: boolean;
  readonly transition?: Transition;
}

/** Who takes transitions: one mark per consumer. */
export type TransitionConsumer = 'routed_at' | 'considered_at';

// PostgreSQL takes 65,535 parameters in a statement.
const ROWS_PER_INSERT = 1000;

/** Topic of the hint that new transitions are there. */
export const TRANSITIONS_TOPIC = 'transitions';

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
    await this.upsert(
      changes.filter((change) => !change.deleted).map((change) => change.alert),
      on,
    );
    for (const { alert } of changes.filter((change) => change.deleted)) {
      await tables(on)
        .deleteFrom('alerts')
        .where('source', '=', alert.source)
        .where('fingerprint', '=', alert.fingerprint)
        .execute();
    }
    const moved = changes.filter((change) => change.transition !== undefined);
    if (moved.length === 0) return;
    const rows = moved.map(({ alert, transition }) => toTransitionRow(alert, transition as Transition));
    for (let from = 0; from < rows.length; from += ROWS_PER_INSERT) {
      await tables(on)
        .insertInto('transitions')
        .values(rows.slice(from, from + ROWS_PER_INSERT))
        .execute();
    }
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

  // One statement for any number of alerts: three to five times cheaper than a row of VALUES each.
  private async upsert(alerts: readonly Alert[], on: Db): Promise<void> {
    if (alerts.length === 0) return;
    const column = <Value>(pick: (alert: Alert) => Value): Value[] => alerts.map(pick);
    await sql`
      insert into alerts (source, fingerprint, episode, labels, annotations, state, value, evidence, generator_url,
        active_at, fired_at, keep_firing_since, resolved_at, ends_at, evaluated_at, observed, missing, end_assumed)
      select * from unnest(
        ${column((a) => a.source)}::text[], ${column((a) => a.fingerprint)}::text[], ${column((a) => a.episode)}::uuid[],
        ${column((a) => JSON.stringify(a.labels))}::jsonb[], ${column((a) => JSON.stringify(a.annotations))}::jsonb[],
        ${column((a) => a.state)}::text[], ${column((a) => a.value)}::float8[],
        ${column((a) => (a.evidence ? JSON.stringify(a.evidence) : null))}::jsonb[],
        ${column((a) => a.generatorUrl ?? null)}::text[], ${column((a) => a.activeAt)}::timestamptz[],
        ${column((a) => a.firedAt ?? null)}::timestamptz[], ${column((a) => a.keepFiringSince ?? null)}::timestamptz[],
        ${column((a) => a.resolvedAt ?? null)}::timestamptz[], ${column((a) => a.endsAt ?? null)}::timestamptz[],
        ${column((a) => a.evaluatedAt)}::timestamptz[], ${column((a) => a.observed ?? null)}::text[],
        ${column((a) => a.missing ?? null)}::smallint[], ${column((a) => a.endAssumed ?? null)}::boolean[])
      on conflict (source, fingerprint) do update set episode = excluded.episode, labels = excluded.labels,
        annotations = excluded.annotations, state = excluded.state, value = excluded.value,
        evidence = excluded.evidence, generator_url = excluded.generator_url, active_at = excluded.active_at,
        fired_at = excluded.fired_at, keep_firing_since = excluded.keep_firing_since,
        resolved_at = excluded.resolved_at, ends_at = excluded.ends_at, evaluated_at = excluded.evaluated_at,
        observed = excluded.observed, missing = excluded.missing,
        end_assumed = excluded.end_assumed`.execute(on);
  }
}

const tables = (on: Db) => withTables<AlertTables>(on);

import { Injectable } from '@nestjs/common';
import { type Insertable, type Selectable, sql } from 'kysely';
import { type Db, withTables } from '../platform/database.client.js';
import type { Run } from './run.js';
import type { RetrainingTables, RunTable } from './tables.js';

const tables = (on: Db) => withTables<RetrainingTables>(on);

/** Which runs to list, newest first. */
export interface RunFilter {
  readonly model?: string;
  readonly active?: boolean;
  readonly limit: number;
}

/** Retraining runs: the durable record of every intent, and of what became of it. */
@Injectable()
export class RunStore {
  /** Stores a new run. False when the model has an active run already: the database allows one. */
  async insert(run: Run, nextCheckAt: Date, on: Db): Promise<boolean> {
    const row = await tables(on)
      .insertInto('runs')
      .values({ ...toRow(run), next_check_at: nextCheckAt, checks: 0 })
      .onConflict((conflict) => conflict.column('model').where('ended_at', 'is', null).doNothing())
      .returning('id')
      .executeTakeFirst();
    return row !== undefined;
  }

  /** A run, locked until the transaction ends. */
  async lock(id: string, on: Db): Promise<Run | undefined> {
    const row = await tables(on)
      .selectFrom('runs')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    return row && toRun(row);
  }

  /** The run of a model that has not ended, locked until the transaction ends. */
  async lockActive(model: string, on: Db): Promise<Run | undefined> {
    const row = await tables(on)
      .selectFrom('runs')
      .selectAll()
      .where('model', '=', model)
      .where('ended_at', 'is', null)
      .forUpdate()
      .executeTakeFirst();
    return row && toRun(row);
  }

  async get(id: string, on: Db): Promise<Run | undefined> {
    const row = await tables(on).selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toRun(row);
  }

  /** Stores a run after a step. */
  async save(run: Run, nextCheckAt: Date | undefined, on: Db): Promise<void> {
    await tables(on)
      .updateTable('runs')
      .set({ ...toRow(run), next_check_at: nextCheckAt ?? null })
      .where('id', '=', run.id)
      .execute();
  }

  /** Takes runs that are due, and puts their next look off until `retryAt` in case the queue loses the job. */
  async claimDue(now: Date, retryAt: Date, limit: number, on: Db): Promise<{ id: string; checks: number }[]> {
    const rows = await sql<{ id: string; checks: number }>`
      update runs set next_check_at = ${retryAt}, checks = checks + 1 where id in (
        select id from runs where next_check_at <= ${now}
        order by next_check_at limit ${limit} for update skip locked
      ) returning id, checks`.execute(on);
    return rows.rows;
  }

  /** Takes a run for one step of work; undefined while another worker is at it, or when it is over and nothing of it may still run. */
  async claim(id: string, now: Date, until: Date, on: Db): Promise<Run | undefined> {
    const row = await tables(on)
      .updateTable('runs')
      .set({ claimed_until: until })
      .where('id', '=', id)
      .where((where) => where.or([where('ended_at', 'is', null), where('next_check_at', 'is not', null)]))
      .where((where) => where.or([where('claimed_until', 'is', null), where('claimed_until', '<=', now)]))
      .returningAll()
      .executeTakeFirst();
    return row && toRun(row);
  }

  /** Lets go of a run that was claimed until `until`. */
  async release(id: string, until: Date, on: Db): Promise<void> {
    await tables(on)
      .updateTable('runs')
      .set({ claimed_until: null })
      .where('id', '=', id)
      .where('claimed_until', '=', until)
      .execute();
  }

  /** When the next run is due, if any. */
  async nextDue(on: Db): Promise<Date | undefined> {
    const row = await tables(on)
      .selectFrom('runs')
      .select(sql<Date | null>`min(next_check_at)`.as('at'))
      .executeTakeFirst();
    return row?.at ?? undefined;
  }

  /** Runs of one incident that are over or under way, newest first. */
  async ofIncident(incidentId: string, on: Db): Promise<Run[]> {
    const rows = await tables(on)
      .selectFrom('runs')
      .selectAll()
      .where('incident_id', '=', incidentId)
      .orderBy('created_at', 'desc')
      .execute();
    return rows.map(toRun);
  }

  async list(filter: RunFilter, on: Db): Promise<Run[]> {
    let query = tables(on).selectFrom('runs').selectAll();
    if (filter.model !== undefined) query = query.where('model', '=', filter.model);
    if (filter.active === true) query = query.where('ended_at', 'is', null);
    return (await query.orderBy('created_at', 'desc').limit(filter.limit).execute()).map(toRun);
  }

  /** When a person last reset the model's circuit. */
  async circuitResetAt(model: string, on: Db): Promise<Date | undefined> {
    const row = await tables(on)
      .selectFrom('circuit_resets')
      .selectAll()
      .where('model', '=', model)
      .executeTakeFirst();
    return row?.reset_at;
  }

  /** Closes the model's circuit by a person's word. */
  async resetCircuit(model: string, by: string, now: Date, on: Db): Promise<void> {
    const row = { model, reset_at: now, reset_by: by };
    await tables(on)
      .insertInto('circuit_resets')
      .values(row)
      .onConflict((conflict) => conflict.column('model').doUpdateSet(row))
      .execute();
  }
}

function toRow(run: Run): Omit<Insertable<RunTable>, 'next_check_at' | 'checks'> {
  const json = (value: unknown): never => (value === undefined ? null : JSON.stringify(value)) as never;
  return {
    id: run.id,
    incident_id: run.incidentId,
    policy: run.policy,
    model: run.model,
    ci: run.ci,
    provider: run.provider,
    state: run.state,
    reason: run.reason ?? null,
    request: json(run.request),
    verify: json(run.verify),
    baseline: json(run.baseline),
    verification: json(run.verification),
    new_version: run.newVersion ?? null,
    ci_ref: json(run.ref),
    duplicates: json(run.duplicates),
    dismissed: json(run.dismissed),
    found_at: run.foundAt ?? null,
    doubted_at: run.doubtedAt ?? null,
    claimed_by: run.claimedBy ?? null,
    attempt: run.attempt,
    created_at: run.createdAt,
    approved_by: run.approvedBy ?? null,
    sent_at: run.sentAt ?? null,
    send_after: run.sendAfter ?? null,
    started_at: run.startedAt ?? null,
    succeeded_at: run.succeededAt ?? null,
    version_seen_at: run.versionSeenAt ?? null,
    ended_at: run.endedAt ?? null,
    policy_revision: run.policyRevision ?? null,
    concurrency_group: run.group ?? null,
    approval: json(run.approval),
    approvals: json(run.approvals),
    outcomes: json(run.outcomes),
    cost_reserved: run.costReserved ?? null,
    cost_reported: run.costReported ?? null,
    rolls_back: run.rollsBack ?? null,
  };
}

function toRun(row: Selectable<RunTable>): Run {
  return {
    id: row.id,
    incidentId: row.incident_id,
    policy: row.policy,
    model: row.model,
    ci: row.ci,
    provider: row.provider,
    state: row.state,
    request: row.request,
    verify: row.verify,
    baseline: row.baseline,
    attempt: row.attempt,
    createdAt: row.created_at,
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.verification && { verification: row.verification }),
    ...(row.new_version !== null && { newVersion: row.new_version }),
    ...(row.ci_ref && { ref: row.ci_ref }),
    ...(row.duplicates && { duplicates: row.duplicates }),
    ...(row.dismissed && { dismissed: row.dismissed }),
    ...(row.found_at && { foundAt: row.found_at }),
    ...(row.doubted_at && { doubtedAt: row.doubted_at }),
    ...(row.claimed_by !== null && { claimedBy: row.claimed_by }),
    ...(row.approved_by !== null && { approvedBy: row.approved_by }),
    ...(row.policy_revision !== null && { policyRevision: row.policy_revision }),
    ...(row.concurrency_group !== null && { group: row.concurrency_group }),
    ...(row.approval && { approval: row.approval }),
    ...(row.approvals && { approvals: row.approvals }),
    ...(row.outcomes && { outcomes: row.outcomes }),
    ...(row.cost_reserved !== null && { costReserved: row.cost_reserved }),
    ...(row.cost_reported !== null && { costReported: row.cost_reported }),
    ...(row.rolls_back !== null && { rollsBack: row.rolls_back }),
    ...(row.sent_at && { sentAt: row.sent_at }),
    ...(row.send_after && { sendAfter: row.send_after }),
    ...(row.started_at && { startedAt: row.started_at }),
    ...(row.succeeded_at && { succeededAt: row.succeeded_at }),
    ...(row.version_seen_at && { versionSeenAt: row.version_seen_at }),
    ...(row.ended_at && { endedAt: row.ended_at }),
  };
}

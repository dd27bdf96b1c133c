import { sql } from 'kysely';
import { fingerprint } from '../alerts/fingerprint.js';
import { type Db, withTables } from '../platform/database.client.js';
import type { Run } from './run.js';
import type { OpenAlert } from './signal.js';
import type { RetrainingTables } from './tables.js';

const tables = (on: Db) => withTables<RetrainingTables>(on);

/** States in which a run holds a place of its group: from the question to the end of the pipeline. */
const HOLDS_A_PLACE = [
  'awaiting_approval',
  'queued',
  'triggering',
  'ambiguous',
  'dispatched',
  'running',
] as const;

/**
 * Lets one transaction at a time admit runs of a model, and of a group: what it counts is still so when it inserts. Always the
 * model before the group, so that no two transactions wait for each other.
 */
export async function lockAdmission(model: string, group: string | undefined, trx: Db): Promise<void> {
  const keys = [`retraining model ${model}`, ...(group === undefined ? [] : [`retraining group ${group}`])];
  for (const key of keys) await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(trx);
}

/** Ids of the runs of other models that hold a place in a group, oldest first. */
export async function groupRuns(group: string, model: string, on: Db): Promise<readonly string[]> {
  const rows = await tables(on)
    .selectFrom('runs')
    .select('id')
    .where('concurrency_group', '=', group)
    .where('model', '<>', model)
    .where('ended_at', 'is', null)
    .where('state', 'in', [...HOLDS_A_PLACE])
    .orderBy('created_at')
    .execute();
  return rows.map(({ id }) => id);
}

/** When a run of ours last made this version; any version of the model when it is empty. */
export async function trainedByRun(model: string, version: string, on: Db): Promise<Date | undefined> {
  let query = tables(on)
    .selectFrom('runs')
    .select('succeeded_at')
    .where('model', '=', model)
    .where('rolls_back', 'is', null)
    .where('succeeded_at', 'is not', null);
  if (version !== '') query = query.where('new_version', '=', version);
  const row = await query.orderBy('succeeded_at', 'desc').limit(1).executeTakeFirst();
  return row?.succeeded_at ?? undefined;
}

/** Alerts that count as reasons of an active run. Returns those that did not before. */
export async function attachReasons(
  run: Run,
  reason: { readonly incidentId: string; readonly policy: string; readonly alerts: readonly OpenAlert[] },
  now: Date,
  trx: Db,
): Promise<readonly OpenAlert[]> {
  const known = new Set(run.request.evidence.map(({ labels }) => fingerprint(labels)));
  const added: OpenAlert[] = [];
  for (const alert of reason.alerts) {
    const key = fingerprint(alert.labels);
    if (known.has(key)) continue;
    const row = await tables(trx)
      .insertInto('run_reasons')
      .values({
        run_id: run.id,
        fingerprint: key,
        incident_id: reason.incidentId,
        policy: reason.policy,
        alertname: alert.alertname,
        labels: JSON.stringify(alert.labels) as never,
        evidence: (alert.evidence ? JSON.stringify(alert.evidence) : null) as never,
        at: now,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('run_id')
      .executeTakeFirst();
    if (row) added.push(alert);
  }
  return added;
}

/** An alert that came while a run was active and became a reason of it. */
export interface AddedReason {
  readonly incidentId: string;
  readonly policy: string;
  readonly alertname: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly at: Date;
}

/** The reasons that were added to a run, oldest first. */
export async function reasonsOf(runId: string, on: Db): Promise<readonly AddedReason[]> {
  const rows = await tables(on)
    .selectFrom('run_reasons')
    .selectAll()
    .where('run_id', '=', runId)
    .orderBy('at')
    .orderBy('fingerprint')
    .execute();
  return rows.map(({ incident_id: incidentId, policy, alertname, labels, at }) => ({
    incidentId,
    policy,
    alertname,
    labels,
    at,
  }));
}

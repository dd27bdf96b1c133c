import { type Selectable, sql } from 'kysely';
import { type Db, withTables } from '../platform/database.client.js';
import { type Asker, nameAsker } from './asker.js';
import type { Decision, Gate } from './decision.js';
import type { Incident } from './incident.js';
import type { Policy } from './policy.js';
import type { DecisionTable, RetrainingTables } from './tables.js';

const tables = (on: Db) => withTables<RetrainingTables>(on);

/** A stored decision. It held from `at` to `seen_at`, and was found the same `times` times. */
export type StoredDecision = Selectable<DecisionTable>;

/**
 * Records a decision. One that only repeats the last about this incident and policy, gate by gate, is counted there. True when it
 * is news for people: another decision, another reason, another form of the policy, or a run. What somebody asked for is always news.
 */
export async function recordDecision(
  incident: Incident,
  policy: Pick<Policy, 'name' | 'revision'>,
  decision: Decision,
  { runId, asker }: { readonly runId?: string; readonly asker?: Asker },
  now: Date,
  on: Db,
): Promise<boolean> {
  const last = await tables(on)
    .selectFrom('retraining_decisions')
    .select(['id', 'decision', 'reason', 'gates', 'policy_revision'])
    .where('incident_id', '=', incident.id)
    .where('policy', '=', policy.name)
    .where('asked_by', 'is', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const news =
    asker !== undefined ||
    last?.decision !== decision.decision ||
    last.reason !== decision.reason ||
    last.policy_revision !== policy.revision ||
    runId !== undefined;
  if (last && !news && passing(last.gates) === passing(decision.gates)) {
    await tables(on)
      .updateTable('retraining_decisions')
      .set({ seen_at: now, times: sql`times + 1`, gates: JSON.stringify(decision.gates) as never })
      .where('id', '=', last.id)
      .execute();
    return false;
  }
  await tables(on)
    .insertInto('retraining_decisions')
    .values({
      incident_id: incident.id,
      policy: policy.name,
      model: incident.model,
      at: now,
      decision: decision.decision,
      reason: decision.reason,
      gates: JSON.stringify(decision.gates) as never,
      run_id: runId ?? null,
      policy_revision: policy.revision,
      seen_at: now,
      asked_by: asker ? nameAsker(asker) : null,
    })
    .execute();
  return news;
}

function passing(gates: readonly Gate[]): string {
  return gates.map(({ gate, pass }) => `${gate} ${pass}`).join();
}

/** A model's decisions, newest first. */
export async function decisionsOf(model: string, limit: number, on: Db): Promise<StoredDecision[]> {
  return tables(on)
    .selectFrom('retraining_decisions')
    .selectAll()
    .where('model', '=', model)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** What was decided about a model at an instant: the last decision of each policy about each incident that was open then. What was asked for is told besides. */
export async function decisionsAt(model: string, at: Date, on: Db): Promise<StoredDecision[]> {
  const { rows } = await sql<StoredDecision>`
    select * from (
      select distinct on (d.incident_id, d.policy, d.asked_by) d.* from retraining_decisions d
      join incidents i on i.id = d.incident_id
      where d.model = ${model} and d.at <= ${at} and (i.closed_at is null or i.closed_at > ${at})
      order by d.incident_id, d.policy, d.asked_by, d.id desc
    ) valid order by id desc`.execute(on);
  return rows;
}

/** What was decided about a model last before an instant, and first after it; for whoever asks about a quiet time. */
export async function decisionsAround(
  model: string,
  at: Date,
  on: Db,
): Promise<{ readonly before?: StoredDecision; readonly after?: StoredDecision }> {
  const ofModel = tables(on).selectFrom('retraining_decisions').selectAll().where('model', '=', model);
  const before = await ofModel.where('at', '<=', at).orderBy('id', 'desc').limit(1).executeTakeFirst();
  const after = await ofModel.where('at', '>', at).orderBy('id').limit(1).executeTakeFirst();
  return { ...(before && { before }), ...(after && { after }) };
}

/** Whether anything was ever decided about a model. */
export async function wasDecided(model: string, on: Db): Promise<boolean> {
  const row = await tables(on)
    .selectFrom('retraining_decisions')
    .select('id')
    .where('model', '=', model)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

import { type Selectable, sql } from 'kysely';
import { type Db, withTables } from '../platform/database.client.js';
import type { PastRun } from './circuit.js';
import type { RetrainingTables, RunTable } from './tables.js';

/** What later decisions care about; requests and baselines are long. */
const COLUMNS = [
  'id',
  'state',
  'reason',
  'created_at',
  'sent_at',
  'ended_at',
  'incident_id',
  'cost_reported',
  'cost_reserved',
  'rolls_back',
] as const;
type Row = Pick<Selectable<RunTable>, (typeof COLUMNS)[number]>;

/** A model's runs as far as decisions care: since `since`, and the last hundred whatever their age; oldest first. */
export async function pastRuns(model: string, since: Date, on: Db): Promise<readonly PastRun[]> {
  const columns = sql.join(COLUMNS.map((column) => sql.ref(column)));
  const { rows } = await sql<Row>`
    select ${columns} from runs where model = ${model} and (created_at >= ${since} or id in (
      select id from runs where model = ${model} order by created_at desc limit 100))
    order by created_at`.execute(on);
  return rows.map(toPastRun);
}

/** The run of an incident that was made last. */
export async function latestRunOf(incidentId: string, on: Db): Promise<PastRun | undefined> {
  const row = await withTables<RetrainingTables>(on)
    .selectFrom('runs')
    .select(COLUMNS)
    .where('incident_id', '=', incidentId)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toPastRun(row);
}

function toPastRun(row: Row): PastRun {
  const cost = row.cost_reported ?? row.cost_reserved;
  return {
    id: row.id,
    state: row.state,
    createdAt: row.created_at,
    ...(row.sent_at && { sentAt: row.sent_at }),
    ...(row.ended_at && { endedAt: row.ended_at }),
    incidentId: row.incident_id,
    ...(cost === null ? {} : { cost }),
    ...(row.rolls_back !== null && { rollback: true as const }),
    ...(row.state === 'lost' && row.reason === 'cancel_requested' && { unwanted: true as const }),
  };
}

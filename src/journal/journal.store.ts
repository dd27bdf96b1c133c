import { Injectable } from '@nestjs/common';
import { type Generated, type Selectable, sql } from 'kysely';
import { type Db, withTables } from '../platform/database.client.js';
import type { EntryKind, JournalEntry, StoredEntry } from './entry.js';

interface JournalTable {
  id: Generated<number>;
  at: Date;
  kind: EntryKind;
  summary: string;
  reason: string | null;
  model: string | null;
  rule: string | null;
  fingerprint: string | null;
  receiver: string | null;
  run_id: string | null;
  details: Record<string, unknown>;
}

/** Which entries to list. `before` is the id of the last entry of the previous page. */
export interface JournalFilter {
  readonly model?: string;
  readonly kind?: EntryKind;
  readonly runId?: string;
  readonly fingerprint?: string;
  readonly before?: number;
  readonly after?: number;
  readonly limit: number;
}

/** The append-only record of what happened and why. */
@Injectable()
export class JournalStore {
  /** Appends entries; give it the transaction of the thing they tell of. */
  async append(entries: readonly JournalEntry[], on: Db): Promise<void> {
    if (entries.length === 0) return;
    const column = <Value>(pick: (entry: JournalEntry) => Value): Value[] => entries.map(pick);
    await sql`
      insert into journal (at, kind, summary, reason, model, rule, fingerprint, receiver, run_id, details)
      select * from unnest(
        ${column((entry) => entry.at)}::timestamptz[], ${column((entry) => entry.kind)}::text[],
        ${column((entry) => entry.summary)}::text[], ${column((entry) => entry.reason ?? null)}::text[],
        ${column((entry) => entry.model ?? null)}::text[], ${column((entry) => entry.rule ?? null)}::text[],
        ${column((entry) => entry.fingerprint ?? null)}::text[], ${column((entry) => entry.receiver ?? null)}::text[],
        ${column((entry) => entry.runId ?? null)}::text[],
        ${column((entry) => JSON.stringify(entry.details ?? {}))}::jsonb[])`.execute(on);
  }

  /** Entries, newest first; with `after`, oldest first from there (following along). */
  async list(filter: JournalFilter, on: Db): Promise<StoredEntry[]> {
    let query = withTables<{ journal: JournalTable }>(on).selectFrom('journal').selectAll();
    if (filter.model !== undefined) query = query.where('model', '=', filter.model);
    if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
    if (filter.runId !== undefined) query = query.where('run_id', '=', filter.runId);
    if (filter.fingerprint !== undefined) query = query.where('fingerprint', '=', filter.fingerprint);
    if (filter.before !== undefined) query = query.where('id', '<', filter.before);
    if (filter.after !== undefined) query = query.where('id', '>', filter.after);
    const order = filter.after === undefined ? 'desc' : 'asc';
    return (await query.orderBy('id', order).limit(filter.limit).execute()).map(toEntry);
  }
}

function toEntry(row: Selectable<JournalTable>): StoredEntry {
  return {
    id: row.id,
    at: row.at,
    kind: row.kind,
    summary: row.summary,
    details: row.details,
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.model !== null && { model: row.model }),
    ...(row.rule !== null && { rule: row.rule }),
    ...(row.fingerprint !== null && { fingerprint: row.fingerprint }),
    ...(row.receiver !== null && { receiver: row.receiver }),
    ...(row.run_id !== null && { runId: row.run_id }),
  };
}

import { Injectable } from '@nestjs/common';
import type { Selectable } from 'kysely';
import type { Labels } from '../alerts/labels.js';
import { type Db, withTables } from '../platform/database.client.js';
import { compileSilenceMatchers } from './save-silence.js';
import { type Silence, toSilenceMatcher } from './silence.js';
import type { SilenceMatcher } from './silence.schema.js';

/** Rows of `silences`. */
interface SilenceTable {
  id: string;
  matchers: SilenceMatcher[];
  starts_at: Date;
  ends_at: Date;
  created_by: string;
  comment: string;
  annotations: Labels;
  updated_at: Date;
}

/** Silences as they are stored. What may become of one is decided by `saveSilence` and `expireSilence`; this holds the outcome. */
@Injectable()
export class SilenceStore {
  /** By id; compiled once, for patterns are dear and every flush asks. */
  private compiled = new Map<string, Silence['matchers']>();

  /**
   * Silences that hold at `now`, whatever their scope. For notifications and, through `stopsRetraining`, for retraining: ask
   * in the transaction that decides, and match with `silencedBy`.
   */
  async active(now: Date, on: Db): Promise<readonly Silence[]> {
    const rows = await tables(on)
      .selectFrom('silences')
      .selectAll()
      .where('starts_at', '<=', now)
      .where('ends_at', '>', now)
      .orderBy('ends_at')
      .orderBy('id')
      .execute();
    return this.toSilences(rows);
  }

  /** Silences that end, or ended, after `since`. */
  async endingAfter(since: Date, on: Db): Promise<readonly Silence[]> {
    const rows = await tables(on).selectFrom('silences').selectAll().where('ends_at', '>', since).execute();
    return this.toSilences(rows);
  }

  /** Every silence that retention has not taken yet. */
  async list(on: Db): Promise<readonly Silence[]> {
    return this.toSilences(await tables(on).selectFrom('silences').selectAll().orderBy('id').execute());
  }

  /** The silence of that id. */
  async find(id: string, on: Db): Promise<Silence | undefined> {
    const row = await tables(on).selectFrom('silences').selectAll().where('id', '=', id).executeTakeFirst();
    return row && this.toSilences([row])[0];
  }

  /** The silence of that id, locked until the transaction ends. */
  async lock(id: string, on: Db): Promise<Silence | undefined> {
    const row = await tables(on)
      .selectFrom('silences')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    return row && this.toSilences([row])[0];
  }

  /** Stores a silence, new or changed. */
  async save(silence: Silence, on: Db): Promise<void> {
    const row = {
      id: silence.id,
      matchers: JSON.stringify(silence.matchers.map(toSilenceMatcher)) as never,
      starts_at: silence.startsAt,
      ends_at: silence.endsAt,
      created_by: silence.createdBy,
      comment: silence.comment,
      annotations: JSON.stringify(silence.annotations) as never,
      updated_at: silence.updatedAt,
    };
    await tables(on)
      .insertInto('silences')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute();
  }

  /** Forgets silences that ended before `before`. */
  async prune(before: Date, on: Db): Promise<void> {
    await tables(on).deleteFrom('silences').where('ends_at', '<', before).execute();
    this.compiled = new Map();
  }

  private toSilences(rows: readonly Selectable<SilenceTable>[]): readonly Silence[] {
    return rows.map((row) => {
      // Of one id only times and words ever change.
      const matchers = this.compiled.get(row.id) ?? compile(row);
      this.compiled.set(row.id, matchers);
      return toSilence(row, matchers);
    });
  }
}

function compile(row: Selectable<SilenceTable>): Silence['matchers'] {
  // The names were checked by the mode in force when the silence was made; all that matters now is what they match.
  const compiled = compileSilenceMatchers(row.matchers, 'utf8');
  if (!compiled.ok) throw new Error(`stored silence ${row.id} cannot be read: ${compiled.error.message}`);
  return compiled.matchers;
}

function toSilence(row: Selectable<SilenceTable>, matchers: Silence['matchers']): Silence {
  return {
    id: row.id,
    matchers,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    createdBy: row.created_by,
    comment: row.comment,
    annotations: row.annotations,
    updatedAt: row.updated_at,
  };
}

const tables = (on: Db) => withTables<{ silences: SilenceTable }>(on);

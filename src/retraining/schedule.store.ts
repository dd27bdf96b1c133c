import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { type Db, withTables } from '../platform/database.client.js';
import type { RetrainingTables } from './tables.js';

const tables = (on: Db) => withTables<RetrainingTables>(on);

/** A policy's next time, as it is stored. */
export interface ScheduleRow {
  readonly policy: string;
  /** What `nextAt` follows from; see `scheduleKey`. */
  readonly pattern: string;
  readonly nextAt: Date;
  /** Until then people are told what the last time led to. */
  readonly toldUntil?: Date;
}

/** When policies ask for runs by themselves. */
@Injectable()
export class ScheduleStore {
  /** Sets the next time of a policy that has none yet, or had another schedule; else everything stays. */
  async ensure(policy: string, pattern: string, nextAt: Date, on: Db): Promise<void> {
    await sql`
      insert into retraining_schedules (policy, pattern, next_at, check_at)
      values (${policy}, ${pattern}, ${nextAt}, ${nextAt})
      on conflict (policy) do update set pattern = excluded.pattern, next_at = excluded.next_at, check_at = excluded.check_at
      where retraining_schedules.pattern <> excluded.pattern`.execute(on);
  }

  /** Takes the rows of these policies that are due; if this process dies they are due again at `retryAt`. */
  async claimDue(policies: readonly string[], now: Date, retryAt: Date, on: Db): Promise<ScheduleRow[]> {
    const { rows } = await sql<{ policy: string; pattern: string; next_at: Date; told_until: Date | null }>`
      update retraining_schedules set check_at = ${retryAt} where policy in (
        select policy from retraining_schedules where check_at <= ${now} and policy = any(${policies})
        order by check_at for update skip locked
      ) returning policy, pattern, next_at, told_until`.execute(on);
    return rows.map((row) => ({
      policy: row.policy,
      pattern: row.pattern,
      nextAt: row.next_at,
      ...(row.told_until && { toldUntil: row.told_until }),
    }));
  }

  /** Goes on from one time to the next. False when somebody else has done so: then this time is theirs. */
  async settle(
    row: ScheduleRow,
    next: { readonly nextAt: Date; readonly toldUntil?: Date },
    on: Db,
  ): Promise<boolean> {
    const { nextAt, toldUntil } = next;
    const settled = await tables(on)
      .updateTable('retraining_schedules')
      .set({
        next_at: nextAt,
        check_at: toldUntil && toldUntil < nextAt ? toldUntil : nextAt,
        told_until: toldUntil ?? null,
      })
      .where('policy', '=', row.policy)
      .where('pattern', '=', row.pattern)
      .where('next_at', '=', row.nextAt)
      .returning('policy')
      .executeTakeFirst();
    return settled !== undefined;
  }

  /** When the next row of these policies is due. */
  async nextDue(policies: readonly string[], on: Db): Promise<Date | undefined> {
    if (policies.length === 0) return undefined;
    const row = await tables(on)
      .selectFrom('retraining_schedules')
      .select(sql<Date | null>`min(check_at)`.as('at'))
      .where('policy', 'in', policies as string[])
      .executeTakeFirst();
    return row?.at ?? undefined;
  }
}

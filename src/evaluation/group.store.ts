import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { type Db, withTables } from '../platform/database.client.js';
import type { RuleGroup } from '../rules/rule.js';
import { HISTORY_LENGTH, resultKey, type StoredResults } from './evaluation-record.js';
import type { RuleHealth } from './rule-health.js';
import { nextSlot, slotOffset } from './slots.js';
import type { EvaluationTables } from './tables.js';

/** A slot taken for evaluation; nobody else will evaluate it. */
export interface ClaimedSlot {
  readonly key: string;
  readonly slot: Date;
  /** Slots that passed unevaluated since the last one: counted, never caught up. */
  readonly missed: number;
  /** The slot whose results are stored; it stays so until this one is finished. */
  readonly lastSlot: Date | null;
  /** Where its slots lie within the interval; milliseconds. */
  readonly offsetMs: number;
}

/** Another place for the slots of a group. */
export interface SlotPlace {
  /** 0 ≤ offset < interval, in milliseconds. */
  readonly offsetMs: number;
  /** The first slot there; later than any that was evaluated. */
  readonly nextDueAt: Date;
}

/** What is stored of every evaluation. */
export interface FinishedSlot {
  readonly key: string;
  readonly slot: Date;
  readonly durationMs: number;
  readonly missed: number;
  readonly results: StoredResults;
  readonly place?: SlotPlace;
}

/** How a rule stands, as the API shows it. */
export interface RuleStatus {
  readonly health: RuleHealth;
  readonly lastError: string | null;
  readonly warning: string | null;
  /** The slot that began this health. */
  readonly since: Date | null;
  readonly lastSlot: Date | null;
  /** Series the last evaluation judged, and the worst value among them. */
  readonly series: number;
  readonly worst: number | null;
}

/** A group as the API shows it. */
export interface GroupStatus {
  readonly key: string;
  readonly lastSlot: Date | null;
  readonly nextDueAt: Date;
  readonly missedTotal: number;
  readonly lastDurationMs: number | null;
}

/** A holder that has not finished this long after its evaluation's budget is dead. */
const LEASE_MARGIN_MS = 2000;

/** Where the last stored slot of a group stands in its history. */
const POSITION = sql.raw(
  `(floor(extract(epoch from last_slot) * 1000 / interval_ms)::bigint % ${HISTORY_LENGTH})::smallint`,
);

/** When each group is due, who evaluates it, and how its rules fare. */
@Injectable()
export class GroupStore {
  /** Makes the stored groups those in force; a group whose interval is unchanged keeps its schedule. */
  async sync(groups: readonly RuleGroup[], now: Date, on: Db): Promise<void> {
    const tables = withTables<EvaluationTables>(on);
    const keys = groups.map((group) => group.key);
    await tables
      .updateTable('rule_groups')
      .set({ active: false })
      .where(sql<boolean>`not (key = any(${keys}))`)
      .execute();
    for (const group of groups) {
      const offset = slotOffset(group.key, group.intervalMs);
      const fresh = {
        next_due_at: nextSlot(now, group.intervalMs, offset),
        interval_ms: group.intervalMs,
        offset_ms: offset,
      };
      await tables
        .insertInto('rule_groups')
        .values({ key: group.key, ...fresh, missed_total: 0, active: true })
        .onConflict((conflict) => conflict.column('key').doUpdateSet({ active: true }))
        .execute();
      await tables
        .updateTable('rule_groups')
        .set(fresh)
        .where('key', '=', group.key)
        .where((where) =>
          where.or([
            where('interval_ms', '<>', group.intervalMs),
            // It had been moved, and is to stay where the hash puts it.
            ...(group.slots === 'hash' ? [where('offset_ms', '<>', offset)] : []),
          ]),
        )
        .execute();
    }
    const rules = groups.flatMap((group) => group.rules.map((rule) => rule.key));
    await tables
      .deleteFrom('rule_health')
      .where(sql<boolean>`not (rule_key = any(${rules}))`)
      .execute();
    await tables
      .deleteFrom('evaluation_history')
      .where(sql<boolean>`not (group_key = any(${keys}))`)
      .execute();
  }

  /**
   * Takes up to `limit` groups of `keys` whose slot lies before `horizon`. A future slot is taken as it is; of past ones
   * the newest. `budget` bounds how long one evaluation may take: its interval, within these bounds. A group that is being evaluated is left alone until its holder is done or counts as dead.
   */
  async claim(
    keys: readonly string[],
    now: Date,
    horizon: Date,
    budget: { readonly shortestMs: number; readonly longestMs: number },
    limit: number,
    on: Db,
  ): Promise<ClaimedSlot[]> {
    const rows = await sql<ClaimedSlot>`
      with due as (
        select key, next_due_at, interval_ms,
          greatest(0, floor(extract(epoch from (${now}::timestamptz - next_due_at)) * 1000 / interval_ms))::bigint as late
        from rule_groups
        where active and next_due_at <= ${horizon} and key = any(${keys})
          and (running_until is null or running_until <= ${now})
        order by next_due_at limit ${limit} for update skip locked
      ), slots as (
        select key, late, interval_ms, next_due_at + late * interval_ms * interval '1 millisecond' as slot from due
      )
      update rule_groups g set running_slot = s.slot,
        running_until = greatest(s.slot, ${now}::timestamptz) + interval '1 millisecond' *
          (least(${budget.longestMs}, greatest(${budget.shortestMs}, s.interval_ms)) + ${LEASE_MARGIN_MS}),
        next_due_at = s.slot + s.interval_ms * interval '1 millisecond', missed_total = g.missed_total + s.late
      from slots s where g.key = s.key
      returning g.key, s.slot, s.late as missed, g.last_slot as "lastSlot",
        g.offset_ms as "offsetMs"`.execute(on);
    return rows.rows;
  }

  /**
   * The fence, first statement of the transaction that stores a slot's results: false when a newer slot is stored already
   * or the slot was taken over, and then nothing may be stored. Writes the history in the same breath, over what was there
   * a hundred slots ago.
   */
  async finish({ key, slot, durationMs, missed, results, place }: FinishedSlot, on: Db): Promise<boolean> {
    const rows = await sql`
      with fence as (
        update rule_groups set last_slot = ${slot}, running_slot = null, running_until = null,
          last_duration_ms = ${durationMs}, offset_ms = coalesce(${place?.offsetMs ?? null}::bigint, offset_ms),
          next_due_at = coalesce(${place?.nextDueAt ?? null}::timestamptz, next_due_at)
        where key = ${key} and running_slot = ${slot} and (last_slot is null or last_slot < ${slot})
        returning key, ${POSITION} as position
      )
      insert into evaluation_history (group_key, position, slot, duration_ms, missed, rules)
      select key, position, ${slot}, ${durationMs}, ${missed}, ${JSON.stringify(results)}::jsonb from fence
      on conflict (group_key, position) do update set slot = excluded.slot, duration_ms = excluded.duration_ms,
        missed = excluded.missed, rules = excluded.rules
      returning position`.execute(on);
    return rows.rows.length > 0;
  }

  /** Gives a slot back unevaluated; it counts as missed. */
  async release(key: string, slot: Date, on: Db): Promise<void> {
    await withTables<EvaluationTables>(on)
      .updateTable('rule_groups')
      .set((row) => ({ running_slot: null, running_until: null, missed_total: row('missed_total', '+', 1) }))
      .where('key', '=', key)
      .where('running_slot', '=', slot)
      .execute();
  }

  /** Schedule of the active groups. */
  async statuses(on: Db): Promise<GroupStatus[]> {
    const rows = await withTables<EvaluationTables>(on)
      .selectFrom('rule_groups')
      .selectAll()
      .where('active', '=', true)
      .execute();
    return rows.map((row) => ({
      key: row.key,
      lastSlot: row.last_slot,
      nextDueAt: row.next_due_at,
      missedTotal: row.missed_total,
      lastDurationMs: row.last_duration_ms,
    }));
  }

  /** How every rule stands, by rule key. */
  async health(on: Db): Promise<Map<string, RuleStatus>> {
    const rows = await sql<StatusRow>`
      select h.rule_key, h.group_key, h.health, h.last_error, h.warning, h.since, g.last_slot
      from rule_health h join rule_groups g on g.key = h.group_key`.execute(on);
    const last = await sql<{ key: string; rules: StoredResults }>`
      select g.key, e.rules from rule_groups g join evaluation_history e
        on e.group_key = g.key and e.position = ${POSITION} and e.slot = g.last_slot
      where g.active`.execute(on);
    const results = new Map(last.rows.map(({ key, rules }) => [key, rules]));
    return new Map(
      rows.rows.map((row) => {
        const result = results.get(row.group_key)?.[resultKey(row.group_key, row.rule_key)];
        return [
          row.rule_key,
          {
            health: row.health,
            lastError: row.last_error,
            warning: row.warning,
            since: row.since,
            lastSlot: row.last_slot,
            series: result?.n ?? 0,
            worst: result?.v ?? null,
          },
        ];
      }),
    );
  }
}

type StatusRow = EvaluationTables['rule_health'] & Pick<EvaluationTables['rule_groups'], 'last_slot'>;

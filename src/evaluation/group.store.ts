import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { type Db, withTables } from '../platform/database.client.js';
import type { RuleGroup } from '../rules/rule.js';
import type { RuleHealth } from './evaluate-rule.js';
import { nextSlot, slotOffset } from './slots.js';

/** A slot taken for evaluation; nobody else will evaluate it. */
export interface ClaimedSlot {
  readonly key: string;
  readonly slot: Date;
  /** Slots that passed unevaluated since the last one: counted, never caught up. */
  readonly missed: number;
}

/** What is stored of a rule's health after an evaluation. */
export interface RuleHealthRow {
  readonly ruleKey: string;
  readonly groupKey: string;
  readonly health: RuleHealth;
  readonly lastError: string | null;
  readonly series: number;
}

/** A group as the API shows it. */
export interface GroupStatus {
  readonly key: string;
  readonly lastSlot: Date | null;
  readonly nextDueAt: Date;
  readonly missedTotal: number;
  readonly lastDurationMs: number | null;
}

interface Tables {
  rule_groups: {
    key: string;
    interval_ms: number;
    offset_ms: number;
    next_due_at: Date;
    running_slot: Date | null;
    running_until: Date | null;
    last_slot: Date | null;
    missed_total: number;
    last_duration_ms: number | null;
    active: boolean;
  };
  rule_health: {
    rule_key: string;
    group_key: string;
    health: RuleHealth;
    last_error: string | null;
    last_slot: Date | null;
    duration_ms: number | null;
    series: number;
  };
}

/** A holder that has not finished this long after its evaluation's budget is dead. */
const LEASE_MARGIN_MS = 2000;

/** When each group is due, who evaluates it, and how its rules fare. */
@Injectable()
export class GroupStore {
  /** Makes the stored groups those in force; a group whose interval is unchanged keeps its schedule. */
  async sync(groups: readonly RuleGroup[], now: Date, on: Db): Promise<void> {
    const tables = withTables<Tables>(on);
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
        .where('interval_ms', '<>', group.intervalMs)
        .execute();
    }
    const rules = groups.flatMap((group) => group.rules.map((rule) => rule.key));
    await tables
      .deleteFrom('rule_health')
      .where(sql<boolean>`not (rule_key = any(${rules}))`)
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
      returning g.key, s.slot, s.late as missed`.execute(on);
    return rows.rows;
  }

  /**
   * The fence, first statement of the transaction that stores a slot's results: false when a newer slot is stored already
   * or the slot was taken over, and then nothing may be stored.
   */
  async finish(key: string, slot: Date, durationMs: number, on: Db): Promise<boolean> {
    const done = await withTables<Tables>(on)
      .updateTable('rule_groups')
      .set({ last_slot: slot, running_slot: null, running_until: null, last_duration_ms: durationMs })
      .where('key', '=', key)
      .where('running_slot', '=', slot)
      .where((where) => where.or([where('last_slot', 'is', null), where('last_slot', '<', slot)]))
      .returning('key')
      .executeTakeFirst();
    return done !== undefined;
  }

  /** Gives a slot back unevaluated; it counts as missed. */
  async release(key: string, slot: Date, on: Db): Promise<void> {
    await withTables<Tables>(on)
      .updateTable('rule_groups')
      .set((row) => ({ running_slot: null, running_until: null, missed_total: row('missed_total', '+', 1) }))
      .where('key', '=', key)
      .where('running_slot', '=', slot)
      .execute();
  }

  /** Stores the health of a group's rules; returns the rules whose health changed, with what it was. */
  async saveHealth(
    rows: readonly RuleHealthRow[],
    slot: Date,
    on: Db,
  ): Promise<{ ruleKey: string; before: RuleHealth | null }[]> {
    if (rows.length === 0) return [];
    const tables = withTables<Tables>(on);
    const known = await tables
      .selectFrom('rule_health')
      .select(['rule_key', 'health'])
      .where('group_key', '=', rows[0]?.groupKey as string)
      .execute();
    await tables
      .insertInto('rule_health')
      .values(
        rows.map((row) => ({
          rule_key: row.ruleKey,
          group_key: row.groupKey,
          health: row.health,
          last_error: row.lastError,
          last_slot: slot,
          series: row.series,
        })),
      )
      .onConflict((conflict) =>
        conflict.column('rule_key').doUpdateSet((row) => ({
          group_key: row.ref('excluded.group_key'),
          health: row.ref('excluded.health'),
          last_error: row.ref('excluded.last_error'),
          last_slot: row.ref('excluded.last_slot'),
          series: row.ref('excluded.series'),
        })),
      )
      .execute();
    const before = new Map(known.map((row) => [row.rule_key, row.health]));
    return rows
      .filter((row) => (before.get(row.ruleKey) ?? 'ok') !== row.health)
      .map((row) => ({ ruleKey: row.ruleKey, before: before.get(row.ruleKey) ?? null }));
  }

  /** Schedule of the active groups. */
  async statuses(on: Db): Promise<GroupStatus[]> {
    const rows = await withTables<Tables>(on)
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

  /** Health of all rules by rule key. */
  async health(
    on: Db,
  ): Promise<
    Map<string, { health: RuleHealth; lastError: string | null; lastSlot: Date | null; series: number }>
  > {
    const rows = await withTables<Tables>(on).selectFrom('rule_health').selectAll().execute();
    return new Map(
      rows.map((row) => [
        row.rule_key,
        { health: row.health, lastError: row.last_error, lastSlot: row.last_slot, series: row.series },
      ]),
    );
  }
}

import { Injectable } from '@nestjs/common';
import { type Selectable, sql } from 'kysely';
import { type Db, withTables } from '../platform/database.client.js';
import { type EvaluationEntry, entryOf, resultKey } from './evaluation-record.js';
import type { RuleStanding } from './rule-health.js';
import type { EvaluationHistoryTable, EvaluationTables, RuleHealthTable } from './tables.js';

/** How the rules of a group stand, by rule key. */
export type Standings = ReadonlyMap<string, RuleStanding>;

const tables = (on: Db) => withTables<EvaluationTables>(on);

/** How rules stand between two evaluations, and how the last ones went. */
@Injectable()
export class RuleStandingStore {
  /** How the rules of one group stand. */
  async ofGroup(groupKey: string, on: Db): Promise<Standings> {
    const rows = await tables(on)
      .selectFrom('rule_health')
      .selectAll()
      .where('group_key', '=', groupKey)
      .execute();
    return new Map(rows.map((row) => [row.rule_key, toStanding(row)]));
  }

  /** Stores how some rules of a group stand now. */
  async save(groupKey: string, standings: Standings, on: Db): Promise<void> {
    if (standings.size === 0) return;
    const all = [...standings];
    const column = <Value>(pick: (standing: RuleStanding) => Value): Value[] =>
      all.map(([, standing]) => pick(standing));
    await sql`
      insert into rule_health (rule_key, group_key, health, last_error, warning, since, evaluations)
      select rule_key, ${groupKey}, health, last_error, warning, since, evaluations from unnest(
        ${all.map(([key]) => key)}::text[], ${column(({ health }) => health)}::text[],
        ${column(({ error }) => error ?? null)}::text[], ${column(({ warning }) => warning ?? null)}::text[],
        ${column(({ since }) => since)}::timestamptz[], ${column(({ evaluations }) => evaluations)}::integer[]
      ) as standing (rule_key, health, last_error, warning, since, evaluations)
      on conflict (rule_key) do update set group_key = excluded.group_key, health = excluded.health,
        last_error = excluded.last_error, warning = excluded.warning, since = excluded.since,
        evaluations = excluded.evaluations`.execute(on);
  }

  /** The evaluations of one rule that are remembered, newest first. */
  async history(groupKey: string, ruleKey: string, on: Db): Promise<EvaluationEntry[]> {
    const key = resultKey(groupKey, ruleKey);
    const rows = await sql<Selectable<EvaluationHistoryTable>>`
      select slot, duration_ms, missed, jsonb_build_object(${key}::text, rules -> ${key}::text) as rules
      from evaluation_history where group_key = ${groupKey} and rules ? ${key}::text
      order by slot desc`.execute(on);
    return rows.rows.flatMap((row) => entryOf(row, key) ?? []);
  }
}

function toStanding(row: Selectable<RuleHealthTable>): RuleStanding {
  return {
    health: row.health,
    since: row.since ?? new Date(0),
    evaluations: row.evaluations,
    ...(row.last_error === null ? {} : { error: row.last_error }),
    ...(row.warning === null ? {} : { warning: row.warning }),
  };
}

import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { AlertTables } from '../alerts/tables.js';
import { type Matcher, matchesAll } from '../alerts/matcher.js';
import { type Db, withTables } from '../platform/database.client.js';
import type { HeartbeatWatch } from './expected-heartbeat.js';
import { HEARTBEAT_SOURCE } from './sent-heartbeat.js';
import type { HeartbeatTables } from './tables.js';

/** When expected heartbeats were last seen. */
@Injectable()
export class HeartbeatStore {
  /** One process at a time looks, until the transaction ends: two must not raise the same alert at once. */
  async takeTurn(on: Db): Promise<void> {
    await sql`select pg_advisory_xact_lock(hashtext(${`retune ${HEARTBEAT_SOURCE}`}))`.execute(on);
  }

  /** All watches by the name of their heartbeat. */
  async watches(on: Db): Promise<Map<string, HeartbeatWatch>> {
    const rows = await withTables<HeartbeatTables>(on).selectFrom('heartbeat_watches').selectAll().execute();
    return new Map(
      rows.map(({ name, since, checked_at, last_seen }) => [
        name,
        { since, checkedAt: checked_at, ...(last_seen && { lastSeen: last_seen }) },
      ]),
    );
  }

  /** Stores the watches in force and forgets all others. */
  async replace(watches: ReadonlyMap<string, HeartbeatWatch>, on: Db): Promise<void> {
    const tables = withTables<HeartbeatTables>(on);
    const names = [...watches.keys()];
    await tables
      .deleteFrom('heartbeat_watches')
      .where(sql<boolean>`not (name = any(${names}))`)
      .execute();
    for (const [name, watch] of watches) {
      const row = { since: watch.since, checked_at: watch.checkedAt, last_seen: watch.lastSeen ?? null };
      await tables
        .insertInto('heartbeat_watches')
        .values({ name, ...row })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
        .execute();
    }
  }

  /** When a firing alert that satisfies the matchers last arrived, or was last found true; our own heartbeats do not count. */
  async lastSeen(matchers: readonly Matcher[], on: Db): Promise<Date | undefined> {
    // Labels with a value that must be equal narrow it down; the matchers themselves decide.
    const equal = matchers.filter(({ operator, value }) => operator === '=' && value !== '');
    const labels = JSON.stringify(Object.fromEntries(equal.map(({ name, value }) => [name, value])));
    const rows = await withTables<AlertTables>(on)
      .selectFrom('alerts')
      .select(['labels', 'evaluated_at'])
      .where('state', '=', 'firing')
      .where('source', '<>', HEARTBEAT_SOURCE)
      .where(sql<boolean>`labels @> ${labels}::jsonb`)
      .orderBy('evaluated_at', 'desc')
      .execute();
    return rows.find((row) => matchesAll(matchers, row.labels))?.evaluated_at;
  }
}

import { Injectable } from '@nestjs/common';
import { type Selectable, sql } from 'kysely';
import type { TransitionRow } from '../alerts/alert.js';
import { type Db, withTables } from '../platform/database.client.js';
import type { FlushMember } from './pick-late.js';
import type { GroupAlertTable, GroupTable, NotificationTables } from './tables.js';

/** A group whose time to flush has come; locked until the transaction ends. */
export type DueGroup = Selectable<GroupTable>;

/** An alert in a group, with what a message shows of it. */
export interface GroupMember extends FlushMember {
  readonly source: string;
}

/** Which alerts each route's groups hold, and when each group speaks next. */
@Injectable()
export class NotificationGroupStore {
  /** An alert whose labels changed while it fires leaves the groups that are no longer its own: it is over there, and not told late. */
  async leaveOthers(row: TransitionRow, ownGroupIds: readonly string[], on: Db): Promise<void> {
    await withTables<NotificationTables>(on)
      .updateTable('group_alerts')
      .set({ status: 'resolved', ends_at: row.at, transition_id: row.id, hushed: true })
      .where('source', '=', row.source)
      .where('fingerprint', '=', row.fingerprint)
      .where('status', '=', 'firing')
      .where('transition_id', '<', row.id)
      .where(sql<boolean>`not (group_id = any(${ownGroupIds as string[]}))`)
      .execute();
  }

  /** Takes up to `limit` groups that are due, longest overdue first. */
  async claimDue(now: Date, limit: number, on: Db): Promise<DueGroup[]> {
    return withTables<NotificationTables>(on)
      .selectFrom('notification_groups')
      .selectAll()
      .where('next_flush_at', '<=', now)
      .orderBy('next_flush_at')
      .limit(limit)
      .forUpdate()
      .skipLocked()
      .execute();
  }

  /** How many groups there are. */
  async count(on: Db): Promise<number> {
    const row = await withTables<NotificationTables>(on)
      .selectFrom('notification_groups')
      .select(sql<string>`count(*)`.as('count'))
      .executeTakeFirstOrThrow();
    return Number(row.count);
  }

  /** When the next group is due, if any. */
  async nextDue(on: Db): Promise<Date | undefined> {
    const row = await withTables<NotificationTables>(on)
      .selectFrom('notification_groups')
      .select(sql<Date | null>`min(next_flush_at)`.as('at'))
      .executeTakeFirst();
    return row?.at ?? undefined;
  }

  /** The groups that hold an alert, in the order of their receivers. */
  async ofAlert(source: string, fingerprint: string, on: Db): Promise<DueGroup[]> {
    return withTables<NotificationTables>(on)
      .selectFrom('notification_groups')
      .selectAll()
      .where(
        sql<boolean>`id in (select group_id from group_alerts where source = ${source} and fingerprint = ${fingerprint})`,
      )
      .orderBy('receiver')
      .orderBy('id')
      .execute();
  }

  /** The group's alerts, with the value and annotations they have by now. One label set from two sources is one member. */
  async members(groupId: string, on: Db): Promise<GroupMember[]> {
    const rows = await sql<Selectable<GroupAlertTable>>`
      select m.group_id, m.source, m.fingerprint, m.episode, m.status, m.labels, m.transition_id,
        m.hushed, m.untold,
        coalesce(a.fired_at, m.starts_at) as starts_at,
        case when m.status = 'resolved' then coalesce(a.resolved_at, m.ends_at) end as ends_at,
        coalesce(a.annotations, m.annotations) as annotations, coalesce(a.value, m.value) as value,
        coalesce(a.evidence, m.evidence) as evidence,
        case when a.source is null then m.generator_url else a.generator_url end as generator_url
      from group_alerts m
      left join alerts a on a.source = m.source and a.fingerprint = m.fingerprint and a.episode = m.episode
      where m.group_id = ${groupId} order by m.status, m.transition_id`.execute(on);
    const byFingerprint = new Map<string, GroupMember>();
    for (const row of rows.rows.map(toMember)) {
      if (!byFingerprint.has(row.fingerprint)) byFingerprint.set(row.fingerprint, row);
    }
    return [...byFingerprint.values()];
  }

  /** Notes that something keeps these alerts quiet in this firing period: nobody is told of it late. */
  async hush(groupId: string, fingerprints: readonly string[], on: Db): Promise<void> {
    if (fingerprints.length === 0) return;
    await withTables<NotificationTables>(on)
      .updateTable('group_alerts')
      .set({ hushed: true })
      .where('group_id', '=', groupId)
      .where('fingerprint', 'in', fingerprints as string[])
      .where('hushed', '=', false)
      .execute();
  }

  /** Forgets how many firing periods nobody was told of: the alerts fire, and that is told or known. */
  async forgetUntold(groupId: string, fingerprints: readonly string[], on: Db): Promise<void> {
    if (fingerprints.length === 0) return;
    await withTables<NotificationTables>(on)
      .updateTable('group_alerts')
      .set({ untold: 0 })
      .where('group_id', '=', groupId)
      .where('fingerprint', 'in', fingerprints as string[])
      .where('status', '=', 'firing')
      .execute();
  }

  /** After a flush: members that are over and told leave, an empty group goes, any other speaks again at `next`. */
  async settle(
    groupId: string,
    goneFingerprints: readonly string[],
    tick: Date,
    next: Date,
    on: Db,
  ): Promise<void> {
    const tables = withTables<NotificationTables>(on);
    if (goneFingerprints.length > 0) {
      await tables
        .deleteFrom('group_alerts')
        .where('group_id', '=', groupId)
        .where('status', '=', 'resolved')
        .where('fingerprint', 'in', goneFingerprints as string[])
        .execute();
    }
    const left = await tables
      .selectFrom('group_alerts')
      .select('fingerprint')
      .where('group_id', '=', groupId)
      .limit(1)
      .executeTakeFirst();
    if (!left) await tables.deleteFrom('notification_groups').where('id', '=', groupId).execute();
    else {
      await tables
        .updateTable('notification_groups')
        .set({ next_flush_at: next, flushed_at: tick })
        .where('id', '=', groupId)
        .execute();
    }
  }

  /** Drops the groups of routes that are no longer in force; their alerts are routed anew by the caller. */
  async dropUnknownRoutes(routeIds: readonly string[], on: Db): Promise<number> {
    const rows = await withTables<NotificationTables>(on)
      .deleteFrom('notification_groups')
      .where(sql<boolean>`not (route_id = any(${routeIds as string[]}))`)
      .returning('id')
      .execute();
    return rows.length;
  }
}

function toMember(row: Selectable<GroupAlertTable>): GroupMember {
  return {
    source: row.source,
    fingerprint: row.fingerprint,
    episode: row.episode,
    status: row.status,
    labels: row.labels,
    annotations: row.annotations,
    value: row.value,
    startsAt: row.starts_at.toISOString(),
    ...(row.ends_at && { endsAt: row.ends_at.toISOString() }),
    ...(row.evidence && { evidence: row.evidence }),
    ...(row.generator_url && { generatorUrl: row.generator_url }),
    ...(row.hushed && { hushed: true }),
    ...(row.untold > 0 && { untold: row.untold }),
  };
}

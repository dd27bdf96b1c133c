import { Injectable } from '@nestjs/common';
import { type Selectable, sql } from 'kysely';
import { type Db, withTables } from '../platform/database.client.js';
import type { LoggedNotification } from '../routing/decide-notification.js';
import type { ToldChannel } from './explain-group.js';
import type { NotificationLogTable, NotificationTables } from './tables.js';

/** What a channel was last told about a group. */
export type LogEntry = LoggedNotification;

const RETENTION_MS = 120 * 3_600_000;

/** The memory of what was told to whom: what makes a notification new, a repeat, or unnecessary. */
@Injectable()
export class NotificationLogStore {
  /** Entries of one group by channel, however old: as long as the group lives, what was announced may have to be closed. */
  async of(groupId: string, on: Db): Promise<Map<string, LogEntry>> {
    const rows = await withTables<NotificationTables>(on)
      .selectFrom('notification_log as l')
      .leftJoin('deliveries as d', 'd.id', 'l.delivery_id')
      .selectAll('l')
      .select('d.created_at as made_at')
      .where('l.group_id', '=', groupId)
      .execute();
    return new Map(
      rows.map(({ made_at, ...row }) => [
        row.channel,
        { ...toEntry(row), ...(made_at && { madeAt: made_at }) },
      ]),
    );
  }

  /** The same with why each channel was told, and how that message fares. */
  async toldOf(groupId: string, on: Db): Promise<Map<string, ToldChannel>> {
    const rows = await withTables<NotificationTables>(on)
      .selectFrom('notification_log as l')
      .leftJoin('deliveries as d', 'd.id', 'l.delivery_id')
      .selectAll('l')
      .select(['d.state', 'd.attempts', 'd.next_attempt_at', 'd.finished_at', 'd.detail'])
      .where('l.group_id', '=', groupId)
      .execute();
    return new Map(
      rows.map((row) => [
        row.channel,
        {
          ...toEntry(row),
          reason: row.reason,
          delivery: row.state && {
            state: row.state,
            attempts: row.attempts ?? 0,
            nextAttemptAt: row.finished_at ? null : (row.next_attempt_at?.toISOString() ?? null),
            detail: row.detail,
          },
        },
      ]),
    );
  }

  /** Notes what a channel is being told; kept for 120 h, or twice the repeat interval if that is longer. */
  async record(
    entry: LogEntry & {
      groupId: string;
      channel: string;
      receiver: string;
      reason: string;
      deliveryId: string;
    },
    repeatIntervalMs: number,
    on: Db,
  ): Promise<void> {
    const row = {
      group_id: entry.groupId,
      channel: entry.channel,
      receiver: entry.receiver,
      firing: [...entry.firing],
      resolved: [...entry.resolved],
      open: [...(entry.open ?? [])],
      escalated: [...(entry.escalated ?? [])],
      reason: entry.reason,
      delivery_id: entry.deliveryId,
      notified_at: entry.notifiedAt,
      expires_at: new Date(entry.notifiedAt.getTime() + Math.max(RETENTION_MS, 2 * repeatIntervalMs)),
    };
    await withTables<NotificationTables>(on)
      .insertInto('notification_log')
      .values(row)
      .onConflict((conflict) => conflict.columns(['group_id', 'channel']).doUpdateSet(row))
      .execute();
  }

  /** Notes that an alert has become worse than the channels of these groups were told, or that it has not after all. */
  async markEscalated(
    groupIds: readonly string[],
    fingerprint: string,
    escalated: boolean,
    on: Db,
  ): Promise<void> {
    const others = sql<string[]>`array_remove(escalated, ${fingerprint})`;
    await withTables<NotificationTables>(on)
      .updateTable('notification_log')
      .set({ escalated: escalated ? sql<string[]>`array_append(${others}, ${fingerprint})` : others })
      .where(sql<boolean>`group_id = any(${groupIds as string[]})`)
      .where(sql<boolean>`${fingerprint} = any(${sql.ref(escalated ? 'firing' : 'escalated')})`)
      .execute();
  }

  /** Takes back what a delivery that died was to tell: the next flush then finds it untold. */
  async forget(deliveryId: string, on: Db): Promise<void> {
    await withTables<NotificationTables>(on)
      .deleteFrom('notification_log')
      .where('delivery_id', '=', deliveryId)
      .execute();
  }

  /** Removes expired entries of groups that are gone. */
  async prune(now: Date, on: Db): Promise<void> {
    await withTables<NotificationTables>(on)
      .deleteFrom('notification_log')
      .where('expires_at', '<=', now)
      .where(
        sql<boolean>`not exists (select 1 from notification_groups g where g.id = notification_log.group_id)`,
      )
      .execute();
  }
}

function toEntry(row: Selectable<NotificationLogTable>): LogEntry {
  return {
    firing: row.firing,
    resolved: row.resolved,
    open: row.open,
    escalated: row.escalated,
    notifiedAt: row.notified_at,
  };
}

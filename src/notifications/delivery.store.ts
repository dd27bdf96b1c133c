import { Injectable } from '@nestjs/common';
import { type Selectable, sql } from 'kysely';
import { type Db, withTables } from '../platform/database.client.js';
import { SignalsClient } from '../platform/signals.client.js';
import type { Message } from './message.js';
import type { DeliveryState, DeliveryTable, NotificationTables } from './tables.js';

/** One stored delivery. */
export type Delivery = Selectable<DeliveryTable>;

/** Topic of the hint that deliveries may be ready to enqueue. */
export const DELIVERIES_TOPIC = 'deliveries';

/** Deliveries enqueued so long ago without an end are offered to the queue again: it may have lost them. */
const REOFFER_AFTER_MS = 15 * 60_000;

/** One message to one target: the row is the truth, the queue carries its id. */
@Injectable()
export class DeliveryStore {
  constructor(private readonly signals: SignalsClient) {}

  /**
   * Stores a decided message; it is enqueued after the commit. `onlyIfLate`: for who asked for no word of the end, and gets it
   * only if the message before it does not arrive.
   */
  async add(
    message: Message,
    channel: string,
    channelType: string,
    now: Date,
    on: Db,
    onlyIfLate = false,
  ): Promise<void> {
    await withTables<NotificationTables>(on)
      .insertInto('deliveries')
      .values({
        id: message.id,
        group_id: message.groupId,
        channel,
        channel_type: channelType,
        receiver: message.receiver,
        order_key: orderKey(channel, message.groupId),
        status: message.status,
        state: 'queued',
        message: JSON.stringify(message) as never,
        attempts: 0,
        created_at: now,
        only_if_late: onlyIfLate,
      })
      .execute();
    await this.signals.send(DELIVERIES_TOPIC, on);
  }

  /** Whether a message of this group to this channel is still on its way. */
  async isUnfinished(channel: string, groupId: string, on: Db): Promise<boolean> {
    const row = await withTables<NotificationTables>(on)
      .selectFrom('deliveries')
      .select('id')
      .where('order_key', '=', orderKey(channel, groupId))
      .where('finished_at', 'is', null)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /**
   * Locks deliveries that may go to the queue: not enqueued yet (or not heard of for long), and none before them with the
   * same order key is unfinished, so that a resolve never overtakes its trigger.
   */
  async lockReady(now: Date, limit: number, on: Db): Promise<{ id: string; attempts: number }[]> {
    const rows = await sql<{ id: string; attempts: number }>`
      select id, attempts from deliveries d where finished_at is null
        and (enqueued_at is null or (greatest(enqueued_at, coalesce(next_attempt_at, enqueued_at)) < ${new Date(now.getTime() - REOFFER_AFTER_MS)}
          and (claimed_until is null or claimed_until < ${now})))
        and not exists (select 1 from deliveries e where e.order_key = d.order_key and e.finished_at is null and e.seq < d.seq)
      order by seq limit ${limit} for update skip locked`.execute(on);
    return rows.rows;
  }

  /** Marks deliveries as handed to the queue. */
  async markEnqueued(ids: readonly string[], now: Date, on: Db): Promise<void> {
    await withTables<NotificationTables>(on)
      .updateTable('deliveries')
      .set({ enqueued_at: now })
      .where('id', 'in', ids as string[])
      .execute();
  }

  /** Offers what waits for a channel's next attempt to the queue at once: the channel has just taken something again. */
  async hurry(channel: string, now: Date, on: Db): Promise<void> {
    await withTables<NotificationTables>(on)
      .updateTable('deliveries')
      .set({ enqueued_at: null, next_attempt_at: now })
      .where('channel', '=', channel)
      .where('state', '=', 'retrying')
      .where('finished_at', 'is', null)
      .execute();
    await this.signals.send(DELIVERIES_TOPIC, on);
  }

  /**
   * Takes a delivery for one attempt until `until`. `busyUntil` when somebody else's attempt may still be under way, or the
   * next one is not due (a job may be there twice), `finished` when there is nothing left to do.
   */
  async claim(
    id: string,
    now: Date,
    until: Date,
    on: Db,
  ): Promise<Delivery | { busyUntil: Date } | 'finished'> {
    const tables = withTables<NotificationTables>(on);
    const taken = await tables
      .updateTable('deliveries')
      .set((row) => ({ state: 'sending', attempts: row('attempts', '+', 1), claimed_until: until }))
      .where('id', '=', id)
      .where('finished_at', 'is', null)
      .where((where) => where.or([where('claimed_until', 'is', null), where('claimed_until', '<=', now)]))
      .where((where) => where.or([where('next_attempt_at', 'is', null), where('next_attempt_at', '<=', now)]))
      .returningAll()
      .executeTakeFirst();
    if (taken) return taken;
    const row = await tables.selectFrom('deliveries').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row || row.finished_at !== null) return 'finished';
    return { busyUntil: row.claimed_until ?? row.next_attempt_at ?? now };
  }

  /** Stores what an attempt came to. An end wakes the next delivery of the same order key. */
  async conclude(
    id: string,
    end: {
      state: DeliveryState;
      outcome: string;
      reason?: string;
      detail?: string;
      externalId?: string;
      nextAttemptAt?: Date;
    },
    now: Date,
    on: Db,
  ): Promise<void> {
    const finished = end.state === 'delivered' || end.state === 'dead' || end.state === 'superseded';
    await withTables<NotificationTables>(on)
      .updateTable('deliveries')
      .set({
        state: end.state,
        outcome: end.outcome,
        reason: end.reason ?? null,
        detail: end.detail ?? null,
        external_id: end.externalId ?? null,
        claimed_until: null,
        next_attempt_at: end.nextAttemptAt ?? null,
        finished_at: finished ? now : null,
      })
      .where('id', '=', id)
      .execute();
    if (finished) await this.signals.send(DELIVERIES_TOPIC, on);
  }

  /** Newest deliveries first; for the API. */
  async list(limit: number, on: Db): Promise<Delivery[]> {
    return withTables<NotificationTables>(on)
      .selectFrom('deliveries')
      .selectAll()
      .orderBy('seq', 'desc')
      .limit(limit)
      .execute();
  }

  /** How many are unfinished and how many were given up. */
  async counts(on: Db): Promise<{ pending: number; dead: number }> {
    const row = await sql<{ pending: number; dead: number }>`
      select count(*) filter (where finished_at is null) as pending, count(*) filter (where state = 'dead') as dead
      from deliveries`.execute(on);
    return row.rows[0] ?? { pending: 0, dead: 0 };
  }

  /** Removes what was finished before `before`. */
  async prune(before: Date, on: Db): Promise<void> {
    await withTables<NotificationTables>(on)
      .deleteFrom('deliveries')
      .where('finished_at', '<', before)
      .execute();
  }
}

/** What is delivered in order: the messages of one group to one channel. */
export const orderKey = (channel: string, groupId: string): string => `${channel}|${groupId}`;

import { randomUUID } from 'node:crypto';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Counter } from 'prom-client';
import type { Alert, TransitionRow } from '../alerts/alert.js';
import { AlertStore, TRANSITIONS_TOPIC } from '../alerts/alert.store.js';
import { JournalStore } from '../journal/journal.store.js';
import type { Db } from '../platform/database.client.js';
import type { Log } from '../platform/log.js';
import { Loop, type NextRound } from '../platform/loop.scheduler.js';
import { Platform } from '../platform/platform.module.js';
import { matchRoutes } from '../routing/compile-routes.js';
import { groupOf } from '../routing/grouping.js';
import { buildInhibitionIndex } from '../routing/inhibition.js';
import { absorbTransitions } from './absorb-transitions.store.js';
import { composeMessage } from './compose-message.js';
import { type ChannelDecision, flushGroup } from './flush-group.js';
import { flushInput, type Quieting } from './flush-input.js';
import type { MessageAlert } from './message.js';
import type { DueGroup, GroupMember } from './notification-group.store.js';
import { markHushed } from './hushed-past.store.js';
import { NotificationStores } from './notification-stores.store.js';
import { RoutingTable } from './routing-table.store.js';
import { tellNoRoute, tellNotified, tellSuppressed } from './tell-notification.js';

const POLL_MS = 1000;
const TRANSITIONS_PER_ROUND = 500;
const GROUPS_PER_ROUND = 50;

/**
 * Turns transitions into messages: takes each new one into the groups of its routes, and lets the groups that are due
 * speak. Every step is a transaction over claimed rows; replicas share the work and repeat none of it.
 */
@Injectable()
export class NotificationDispatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log: Log;
  private readonly decisions: Counter<'reason'>;
  private readonly loop: Loop;

  constructor(
    private readonly platform: Platform,
    private readonly alerts: AlertStore,
    private readonly journal: JournalStore,
    private readonly stores: NotificationStores,
    private readonly table: RoutingTable,
  ) {
    this.log = platform.logs.for('notifications');
    this.decisions = platform.metrics.counter(
      'retune_notification_decisions_total',
      'Group flushes by reason',
      ['reason'],
    );
    this.loop = new Loop(() => this.round(), POLL_MS, this.log, 'routing notifications');
  }

  onApplicationBootstrap(): void {
    this.platform.signals.on(TRANSITIONS_TOPIC, () => this.loop.wake());
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /** One round: route what is new, flush what is due. */
  async round(): Promise<NextRound> {
    const { clock, database } = this.platform;
    const routed = await database.transaction((trx) => this.routeTransitions(trx, clock.now()));
    const flushed = await database.transaction((trx) => this.flushDue(trx, clock.now()));
    if (routed === TRANSITIONS_PER_ROUND || flushed === GROUPS_PER_ROUND) return 'again';
    const next = await this.stores.groups.nextDue(database.db);
    return next ? next.getTime() - clock.now().getTime() : POLL_MS;
  }

  /** After a reload: groups of routes that are gone are dropped, and every firing alert is routed by the new tree. */
  async reroute(now: Date): Promise<void> {
    await this.platform.database.transaction(async (trx) => {
      await this.stores.groups.dropUnknownRoutes(this.table.routeIds(), trx);
      const firing = await this.alerts.firing(trx);
      await this.absorb(
        firing.map((alert) => asTransition(alert, now)),
        now,
        trx,
      );
    });
    this.loop.wake();
  }

  private async routeTransitions(trx: Db, now: Date): Promise<number> {
    const rows = await this.alerts.claimTransitions('routed_at', now, TRANSITIONS_PER_ROUND, trx);
    const untold = await this.absorb(rows, now, trx);
    await this.journal.append(
      untold.filter(({ to }) => to === 'firing').map((row) => tellNoRoute(row, now)),
      trx,
    );
    return rows.length;
  }

  /** Takes state changes into the groups of their routes; gives back those that no route takes. */
  private async absorb(
    rows: readonly TransitionRow[],
    now: Date,
    trx: Db,
  ): Promise<readonly TransitionRow[]> {
    const root = this.table.current.route;
    const routed = rows.map((row) => ({
      row,
      groups: (root ? matchRoutes(root, row.labels) : []).map((route) => ({
        row,
        route,
        group: groupOf(route, row.labels),
      })),
    }));
    await absorbTransitions(
      routed.flatMap(({ groups }) => groups),
      now,
      trx,
    );
    for (const { row, groups } of routed) {
      if (row.reason !== 'escalated' && row.reason !== 'deescalated') continue;
      const own = groups.map(({ group }) => group.id);
      await this.stores.groups.leaveOthers(row, own, trx);
      await this.stores.log.markEscalated(own, row.fingerprint, row.reason === 'escalated', trx);
    }
    return routed.filter(({ groups }) => groups.length === 0).map(({ row }) => row);
  }

  private async flushDue(trx: Db, now: Date): Promise<number> {
    const due = await this.stores.groups.claimDue(now, GROUPS_PER_ROUND, trx);
    if (due.length === 0) return 0;
    const { inhibitRules } = this.table.current;
    const inhibition = buildInhibitionIndex(
      inhibitRules,
      inhibitRules.length > 0 ? await this.alerts.firing(trx) : [],
    );
    const silences = await this.stores.silences.active(now, trx);
    for (const group of due) await this.flush(group, { inhibition, silences }, now, trx);
    return due.length;
  }

  private async flush(group: DueGroup, quieting: Quieting, now: Date, trx: Db): Promise<void> {
    const route = this.table.route(group.route_id);
    const receiver = this.table.receiver(group.receiver);
    if (!route || !receiver) return; // a reload is under way; reroute() settles it
    const tick = group.next_flush_at;
    const members = await markHushed(
      await this.stores.groups.members(group.id, trx),
      { ...this.table.current, route, tick },
      this.stores.silences,
      trx,
    );
    const log = await this.stores.log.of(group.id, trx);
    const outcome = flushGroup(
      flushInput({ route, receiver, members, log }, this.table.current, quieting, tick),
    );
    const quiet = outcome.suppressed.map(({ fingerprint }) => fingerprint);
    await this.stores.groups.hush(group.id, quiet, trx);
    const heard = members.filter(
      ({ status, untold = 0, fingerprint }) =>
        status === 'firing' && untold > 0 && !quiet.includes(fingerprint),
    );
    await this.stores.groups.forgetUntold(
      group.id,
      heard.map(({ fingerprint }) => fingerprint),
      trx,
    );
    for (const decision of outcome.channels)
      await this.act(decision, group, members, now, route.repeatIntervalMs, trx);
    const after = new Date(tick.getTime() + route.groupIntervalMs);
    const next = after > now ? after : new Date(now.getTime() + route.groupIntervalMs);
    await this.stores.groups.settle(group.id, outcome.gone, tick, next, trx);
  }

  private async act(
    decision: ChannelDecision,
    group: DueGroup,
    members: readonly GroupMember[],
    now: Date,
    repeatIntervalMs: number,
    trx: Db,
  ): Promise<void> {
    // While the last message has not arrived there is nobody to remind.
    const waits =
      decision.reason === 'repeat' &&
      (await this.stores.deliveries.isUnfinished(decision.channel, group.id, trx));
    this.decisions.inc({ reason: waits ? 'undelivered' : decision.reason });
    if (waits) return;
    if (!decision.send) {
      if (decision.reason.endsWith('_by'))
        await this.journal.append([tellSuppressed(decision, group, members, now)], trx);
      return;
    }
    const frame = {
      id: randomUUID(),
      receiver: group.receiver,
      groupId: group.id,
      groupKey: group.display_key,
      reason: decision.reason,
      groupLabels: group.group_labels,
      externalUrl: this.table.current.externalUrl,
      at: now.toISOString(),
    };
    await this.stores.log.record(
      { ...decision.entry, ...frame, channel: decision.channel, deliveryId: frame.id },
      repeatIntervalMs,
      trx,
    );
    const [, type = ''] = decision.channel.split('/').slice(-3);
    const add = (alerts: readonly MessageAlert[], onlyIfLate: boolean): Promise<void> =>
      this.stores.deliveries.add(composeMessage(frame, alerts), decision.channel, type, now, trx, onlyIfLate);
    if (!decision.deliver) {
      // Nobody asked for the end; but nobody must hear of the beginning after it either.
      if (
        decision.closed.length > 0 &&
        (await this.stores.deliveries.isUnfinished(decision.channel, group.id, trx))
      )
        await add(decision.closed, true);
      return;
    }
    await add(decision.alerts, false);
    await this.journal.append([tellNotified(decision, group, frame.id, now)], trx);
  }
}

/** A firing alert as the transition that made it fire; id 0 never overwrites what a newer row said. */
function asTransition(alert: Alert, now: Date): TransitionRow {
  return {
    id: 0,
    source: alert.source,
    fingerprint: alert.fingerprint,
    episode: alert.episode,
    labels: alert.labels,
    annotations: alert.annotations,
    from: 'pending',
    to: 'firing',
    reason: 'held_for',
    at: now,
    value: alert.value,
    startsAt: alert.firedAt ?? alert.activeAt,
    ...(alert.evidence && { evidence: alert.evidence }),
    ...(alert.generatorUrl && { generatorUrl: alert.generatorUrl }),
  };
}

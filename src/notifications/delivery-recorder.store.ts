import { Injectable } from '@nestjs/common';
import { AlertStore } from '../alerts/alert.store.js';
import { ALERT_NAME, MODEL_NAME } from '../alerts/labels.js';
import type { OwnAlert } from '../alerts/raise-alert.js';
import type { JournalEntry } from '../journal/entry.js';
import { JournalStore } from '../journal/journal.store.js';
import { standEach } from '../journal/stand-alerts.store.js';
import { DatabaseClient, type Db } from '../platform/database.client.js';
import { CHANNEL_SOURCE, channelTroubles, DELIVERY_FAILED_ALERT } from './channel-troubles.js';
import type { DeliveryResult } from './channels/channel.js';
import type { AttemptDecision } from './decide-attempt.js';
import { type Delivery, DeliveryStore } from './delivery.store.js';
import { type Lateness, overtake } from './late-delivery.store.js';
import { NotificationLogStore } from './notification-log.store.js';

/**
 * Records what an attempt came to, in one transaction: the row, the journal, and the alert about a target that fails. Nothing
 * ends silently: a delivery that dies is forgotten by the notification log, so that the group's next flush tells it anew.
 */
@Injectable()
export class DeliveryRecorder {
  constructor(
    readonly deliveries: DeliveryStore,
    private readonly log: NotificationLogStore,
    readonly alerts: AlertStore,
    readonly journal: JournalStore,
    private readonly database: DatabaseClient,
  ) {}

  async record(
    delivery: Delivery,
    result: DeliveryResult,
    decision: AttemptDecision,
    now: Date,
  ): Promise<void> {
    await this.database.transaction(async (trx) => {
      const told = 'reason' in result ? { reason: result.reason, detail: result.detail } : {};
      const state = decision.kind === 'retry' ? 'retrying' : decision.kind;
      const end = {
        state,
        outcome: result.outcome,
        ...told,
        ...(result.outcome === 'delivered' && result.externalId ? { externalId: result.externalId } : {}),
        ...(decision.kind === 'retry' ? { nextAttemptAt: new Date(now.getTime() + decision.afterMs) } : {}),
      } as const;
      await this.deliveries.conclude(delivery.id, end, now, trx);
      if (decision.kind === 'dead') await this.log.forget(delivery.id, trx);
      const alarm = decision.kind === 'dead' || (decision.kind === 'retry' && decision.alarm);
      if (alarm || result.outcome === 'delivered')
        await this.alarm(delivery, channelTroubles(delivery, result, alarm), now, trx);
      // A first retry is routine; the journal is for what people want to know afterwards.
      if (decision.kind !== 'retry' || alarm)
        await this.journal.append([tellDelivery(delivery, result, decision, now)], trx);
    });
  }

  /** Whether a claimed delivery is not to be sent, because all it tells of is over; what follows from that is stored then. */
  async isOvertaken(delivery: Delivery, lateness: Lateness, now: Date): Promise<boolean> {
    // Most deliveries are sent at once, and ask nothing of the database first.
    const may = delivery.status === 'firing' && (lateness.late || lateness.pages);
    if (!may && !delivery.only_if_late) return false;
    return this.database.transaction(async (trx) => {
      const overtaken = await overtake(delivery, lateness, now, trx);
      if (!overtaken) return false;
      for (const id of overtaken.ids)
        await this.deliveries.conclude(
          id,
          { state: 'superseded', outcome: 'superseded', reason: 'late' },
          now,
          trx,
        );
      if (overtaken.entry) await this.journal.append([overtaken.entry], trx);
      return true;
    });
  }

  /** Raises the alerts about what is wrong with a target, and settles those about what no longer is. */
  private async alarm(delivery: Delivery, about: readonly OwnAlert[], now: Date, trx: Db): Promise<void> {
    const changes = await standEach(CHANNEL_SOURCE, about, this, now, trx);
    const works = changes.some(
      ({ alert, transition }) =>
        transition?.to === 'resolved' && alert.labels[ALERT_NAME] === DELIVERY_FAILED_ALERT,
    );
    if (works) await this.deliveries.hurry(delivery.channel, now, trx);
  }
}

function tellDelivery(
  delivery: Delivery,
  result: DeliveryResult,
  decision: AttemptDecision,
  now: Date,
): JournalEntry {
  const model = delivery.message.commonLabels[MODEL_NAME];
  const why = 'detail' in result ? `${result.reason}: ${result.detail}` : '';
  const faults = (result.outcome === 'delivered' && result.templateFaults) || [];
  const summary = {
    delivered: `${delivery.channel} was told (${delivery.message.reason}, attempt ${delivery.attempts})${faults.length > 0 ? `, in our own words: a template failed (${faults[0]})` : ''}`,
    retry: `${delivery.channel} was not told yet, trying on (${why})`,
    dead: `${delivery.channel} was not told, given up (${why})`,
  }[decision.kind];
  return {
    at: now,
    kind: decision.kind === 'delivered' ? 'delivered' : 'delivery_failed',
    summary,
    reason: 'reason' in result ? result.reason : delivery.message.reason,
    receiver: delivery.receiver,
    ...(model ? { model } : {}),
    details: {
      channel: delivery.channel,
      deliveryId: delivery.id,
      attempts: delivery.attempts,
      status: delivery.status,
      ...(faults.length > 0 && { templateFaults: faults }),
    },
  };
}

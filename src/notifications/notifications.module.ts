import { Module } from '@nestjs/common';
import { AlertsModule } from '../alerts/alerts.module.js';
import { JournalModule } from '../journal/journal.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import { AlertExplainer } from './alert-explainer.store.js';
import { DeliveryRecorder } from './delivery-recorder.store.js';
import { DeliveryStore } from './delivery.store.js';
import { DeliveryWorker, OutboundClients } from './delivery.worker.js';
import { NotificationGroupStore } from './notification-group.store.js';
import { NotificationLogStore } from './notification-log.store.js';
import { NotificationStores } from './notification-stores.store.js';
import { NotificationDispatcher } from './notification.dispatcher.js';
import { RoutingTable } from './routing-table.store.js';

/** From transitions to told people. */
@Module({
  imports: [AlertsModule, JournalModule, RoutingModule],
  providers: [
    RoutingTable,
    NotificationGroupStore,
    NotificationLogStore,
    DeliveryStore,
    NotificationStores,
    NotificationDispatcher,
    AlertExplainer,
    OutboundClients,
    DeliveryRecorder,
    DeliveryWorker,
  ],
  exports: [
    RoutingTable,
    AlertExplainer,
    NotificationDispatcher,
    DeliveryStore,
    NotificationGroupStore,
    NotificationLogStore,
  ],
})
export class NotificationsModule {}

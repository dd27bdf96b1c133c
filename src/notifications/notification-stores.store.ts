import { Injectable } from '@nestjs/common';
import { DeliveryStore } from './delivery.store.js';
import { NotificationGroupStore } from './notification-group.store.js';
import { NotificationLogStore } from './notification-log.store.js';

/** The three tables a flush writes together. */
@Injectable()
export class NotificationStores {
  constructor(
    readonly groups: NotificationGroupStore,
    readonly log: NotificationLogStore,
    readonly deliveries: DeliveryStore,
  ) {}
}

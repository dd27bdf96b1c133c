import { Injectable } from '@nestjs/common';
import { SilenceStore } from '../routing/silence.store.js';
import { DeliveryStore } from './delivery.store.js';
import { NotificationGroupStore } from './notification-group.store.js';
import { NotificationLogStore } from './notification-log.store.js';

/** The three tables a flush writes together, and the silences it heeds. */
@Injectable()
export class NotificationStores {
  constructor(
    readonly groups: NotificationGroupStore,
    readonly log: NotificationLogStore,
    readonly deliveries: DeliveryStore,
    readonly silences: SilenceStore,
  ) {}
}

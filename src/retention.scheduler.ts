import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { schedule, type ScheduledTask } from 'node-cron';
import { AlertStore } from './alerts/alert.store.js';
import { DeliveryStore } from './notifications/delivery.store.js';
import { NotificationLogStore } from './notifications/notification-log.store.js';
import { SilenceStore } from './routing/silence.store.js';
import { Platform } from './platform/platform.module.js';

const DAY_MS = 86_400_000;
/** Resolved alerts, routed transitions and finished deliveries are kept this long; the journal and runs for good. */
const KEEP_MS = 30 * DAY_MS;

/** As long as Alertmanager keeps them unless told otherwise: 120 h after their end. */
const KEEP_SILENCES_MS = 5 * DAY_MS;

/** Once a day forgets what nobody needs any more. Replicas may all do it: what is gone is gone. */
@Injectable()
export class RetentionScheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private task: ScheduledTask | undefined;

  constructor(
    private readonly platform: Platform,
    private readonly alerts: AlertStore,
    private readonly deliveries: DeliveryStore,
    private readonly log: NotificationLogStore,
    private readonly silences: SilenceStore,
  ) {}

  onApplicationBootstrap(): void {
    this.task = schedule('17 3 * * *', () => this.prune(), {
      name: 'retention',
      timezone: 'Etc/UTC',
      noOverlap: true,
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.task?.destroy();
  }

  /** Prunes everything that is too old now. Never rejects. */
  async prune(): Promise<void> {
    const now = this.platform.clock.now();
    const before = new Date(now.getTime() - KEEP_MS);
    try {
      await this.platform.database.transaction(async (trx) => {
        await this.alerts.prune(before, trx);
        await this.deliveries.prune(before, trx);
        await this.log.prune(now, trx);
        await this.silences.prune(new Date(now.getTime() - KEEP_SILENCES_MS), trx);
      });
    } catch (error) {
      this.platform.logs
        .for('retention')
        .warn('could not forget old rows; tomorrow is another try', { detail: (error as Error).message });
    }
  }
}

import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AlertStore } from '../alerts/alert.store.js';
import { JournalStore } from '../journal/journal.store.js';
import { tellTransition } from '../journal/tell-transition.js';
import { Loop, type NextRound } from '../platform/loop.scheduler.js';
import { Platform } from '../platform/platform.module.js';
import { expireAlert } from './receive-posted.js';

const POLL_MS = 1000;
const ALERTS_PER_ROUND = 500;

/** Resolves received alerts whose end has come: nobody sent them again. Replicas share the work; each alert ends once. */
@Injectable()
export class ExpiryScheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: Loop;

  constructor(
    private readonly platform: Platform,
    private readonly alerts: AlertStore,
    private readonly journal: JournalStore,
  ) {
    this.loop = new Loop(
      () => this.round(),
      POLL_MS,
      platform.logs.for('intake'),
      'ending alerts that are not sent any more',
    );
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  private async round(): Promise<NextRound> {
    const { clock, database } = this.platform;
    const now = clock.now();
    const ended = await database.transaction(async (trx) => {
      const due = await this.alerts.claimEnded(now, ALERTS_PER_ROUND, trx);
      if (due.length === 0) return 0;
      const changes = due.map((alert) => expireAlert(alert, now));
      await this.alerts.save(changes, trx);
      const told = changes.flatMap(({ alert, transition }) =>
        transition ? [tellTransition(alert, transition)] : [],
      );
      await this.journal.append(told, trx);
      return due.length;
    });
    if (ended === ALERTS_PER_ROUND) return 'again';
    const next = await this.alerts.nextEnd(database.db);
    return next ? next.getTime() - clock.now().getTime() : POLL_MS;
  }
}

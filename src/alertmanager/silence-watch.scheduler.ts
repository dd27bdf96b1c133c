import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { sql } from 'kysely';
import { AlertStore } from '../alerts/alert.store.js';
import type { Labels } from '../alerts/labels.js';
import { JournalStore } from '../journal/journal.store.js';
import { standAlerts } from '../journal/stand-alerts.store.js';
import { RoutingTable } from '../notifications/routing-table.store.js';
import { Loop, type NextRound } from '../platform/loop.scheduler.js';
import { Platform } from '../platform/platform.module.js';
import { matchRoutes } from '../routing/compile-routes.js';
import { SilenceBook } from '../routing/silence-book.store.js';
import { SilenceStore } from '../routing/silence.store.js';
import type { Silences } from '../routing/silences.schema.js';
import { expiringAlert, expiringSilences, hiddenBy, nextExpiry, SILENCE_SOURCE } from './expiring-silence.js';

const POLL_MS = 5000;

/** What the watch reads besides the settings. */
@Injectable()
export class WatchedSilences {
  constructor(
    readonly silences: SilenceStore,
    readonly book: SilenceBook,
    readonly table: RoutingTable,
  ) {}
}

/** Warns of silences that end soon while something they hide fires; the warning ends with either of these, and when they are extended. */
@Injectable()
export class SilenceWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: Loop;
  /** Settings under which nobody is warned, and for which nothing is left to settle: the database is asked nothing. */
  private idle: Silences | undefined;

  constructor(
    private readonly platform: Platform,
    private readonly alerts: AlertStore,
    private readonly journal: JournalStore,
    private readonly watched: WatchedSilences,
  ) {
    this.loop = new Loop(() => this.round(), POLL_MS, platform.logs.for('silences'), 'watching silences');
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /** One look: each silence that has to be warned of has its alert afterwards, and no other. */
  async round(): Promise<NextRound> {
    const { database, clock } = this.platform;
    const { silences, book } = this.watched;
    const settings = book.current;
    if (settings === this.idle) return POLL_MS;
    const lead = settings.warn_before;
    const waitMs = await database.transaction(async (trx) => {
      // One process at a time looks: two must not raise the same alert at once.
      await sql`select pg_advisory_xact_lock(hashtext('retune silences'))`.execute(trx);
      const now = clock.now();
      const standing = lead === undefined ? [] : await silences.endingAfter(now, trx);
      const active = standing.filter(({ startsAt }) => startsAt <= now);
      const expiring = expiringSilences(active, lead ?? 0, now);
      const firing = expiring.length === 0 ? [] : (await this.alerts.firing(trx)).map(({ labels }) => labels);
      const told = firing.filter((labels) => this.isTold(labels));
      const wanted = expiring.flatMap((silence) => {
        const hidden = hiddenBy(silence, standing, told);
        return hidden.length === 0 ? [] : [expiringAlert(silence, hidden, lead ?? 0)];
      });
      await standAlerts(SILENCE_SOURCE, wanted, { alerts: this.alerts, journal: this.journal }, now, trx);
      const next = nextExpiry(active, lead ?? 0, now);
      return next ? Math.min(POLL_MS, +next - +now) : POLL_MS;
    });
    this.idle = lead === undefined ? settings : undefined;
    return waitMs;
  }

  /** Whether anybody would hear of such an alert if nothing hid it, and whether silences hide it at all. */
  private isTold(labels: Labels): boolean {
    const root = this.watched.table.current.route;
    return root !== undefined && matchRoutes(root, labels).some(({ alwaysSpeaks }) => !alwaysSpeaks);
  }
}

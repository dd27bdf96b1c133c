import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Gauge } from 'prom-client';
import { AlertStore, TRANSITIONS_TOPIC } from '../alerts/alert.store.js';
import { JournalStore } from '../journal/journal.store.js';
import { standAlerts } from '../journal/stand-alerts.store.js';
import type { Db } from '../platform/database.client.js';
import { Loop, type NextRound } from '../platform/loop.scheduler.js';
import { Platform } from '../platform/platform.module.js';
import { dueAt, type HeartbeatWatch, missingAlert, stepWatch } from './expected-heartbeat.js';
import { HeartbeatBook } from './heartbeat-book.store.js';
import { HeartbeatStore } from './heartbeat.store.js';
import type { ExpectedHeartbeat, Heartbeats } from './heartbeats.schema.js';
import { HEARTBEAT_SOURCE, heartbeatAlert } from './sent-heartbeat.js';

const POLL_MS = 5000;

/** Keeps the alerts firing that are sent as heartbeats, and raises one for each expected heartbeat that does not come. */
@Injectable()
export class HeartbeatScheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: Loop;
  private missing = 0;
  /** Settings without any heartbeat for which nothing is left to settle: nothing is asked of the database while they are in force. */
  private idle: Heartbeats | undefined;
  private readonly seenAt: Gauge<'heartbeat'>;

  constructor(
    private readonly platform: Platform,
    private readonly alerts: AlertStore,
    private readonly journal: JournalStore,
    private readonly book: HeartbeatBook,
    private readonly store: HeartbeatStore,
  ) {
    this.loop = new Loop(() => this.round(), POLL_MS, platform.logs.for('heartbeats'), 'watching heartbeats');
    this.seenAt = platform.metrics.gauge(
      'retune_heartbeat_last_seen_timestamp_seconds',
      'When an expected heartbeat was last seen',
      ['heartbeat'],
    );
  }

  onApplicationBootstrap(): void {
    // What was missing may be there again; as long as nothing is, a flood of alerts is of no interest.
    this.platform.signals.on(TRANSITIONS_TOPIC, () => this.missing > 0 && this.loop.wake());
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /** One look: what must fire fires afterwards, and nothing else of ours. */
  async round(): Promise<NextRound> {
    const { database, clock } = this.platform;
    const heartbeats = this.book.current;
    if (heartbeats === this.idle) return POLL_MS;
    const { send, expect } = heartbeats;
    const watches = await database.transaction(async (trx) => {
      await this.store.takeTurn(trx);
      const now = clock.now();
      const looked = await this.look(expect, now, trx);
      const missing = expect.flatMap((expected) => {
        const watch = looked.get(expected.name) as HeartbeatWatch;
        return dueAt(watch, expected.within) <= now ? [missingAlert(expected, watch)] : [];
      });
      const stores = { alerts: this.alerts, journal: this.journal };
      await standAlerts(HEARTBEAT_SOURCE, [...send.map(heartbeatAlert), ...missing], stores, now, trx);
      this.missing = missing.length;
      return looked;
    });
    this.idle = send.length + expect.length === 0 ? heartbeats : undefined;
    this.seenAt.reset();
    for (const [heartbeat, { lastSeen }] of watches)
      if (lastSeen) this.seenAt.set({ heartbeat }, lastSeen.getTime() / 1000);
    const waits = expect
      .map(({ name, within }) => +dueAt(watches.get(name) as HeartbeatWatch, within) - +clock.now())
      .filter((ms) => ms > 0);
    return Math.min(POLL_MS, ...waits);
  }

  private async look(
    expect: readonly ExpectedHeartbeat[],
    now: Date,
    trx: Db,
  ): Promise<Map<string, HeartbeatWatch>> {
    const known = await this.store.watches(trx);
    const looked = new Map<string, HeartbeatWatch>();
    for (const { name, matchers } of expect)
      looked.set(name, stepWatch(known.get(name), await this.store.lastSeen(matchers, trx), now));
    if (known.size > 0 || looked.size > 0) await this.store.replace(looked, trx);
    return looked;
  }
}

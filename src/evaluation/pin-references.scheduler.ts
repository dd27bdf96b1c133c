import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import pLimit from 'p-limit';
import { Loop } from '../platform/loop.scheduler.js';
import { Platform } from '../platform/platform.module.js';
import type { SnapshotRequest } from '../rules/snapshot.js';
import { keyOf, PinnedReferenceStore, REFERENCES_TOPIC } from './pinned-reference.store.js';
import { PinReferencesWorker } from './pin-references.worker.js';
import { RuleBook } from './rule-book.store.js';

const SHORTEST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** Looks within the time a version takes to settle. */
const LOOKS = 20;
/** Snapshots that are looked at together. */
const CONCURRENCY = 4;

/**
 * Looks every minute, more often where versions settle faster, at the versions whose counts rules want frozen, and keeps
 * what is frozen in memory. Replicas all look; each reference is stored once.
 */
@Injectable()
export class PinReferencesScheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: Loop;
  private unsubscribe: (() => void) | undefined;

  constructor(
    private readonly platform: Platform,
    private readonly book: RuleBook,
    private readonly pins: PinnedReferenceStore,
    private readonly worker: PinReferencesWorker,
  ) {
    const log = platform.logs.for('references');
    this.loop = new Loop(() => this.round(), LONGEST_PAUSE_MS, log, 'looking at references');
  }

  /** Reads what is frozen before the first evaluation needs it. */
  async onApplicationBootstrap(): Promise<void> {
    await this.pins.refresh(this.requests(), this.platform.database.db).catch(() => undefined);
    this.unsubscribe = this.platform.signals.on(REFERENCES_TOPIC, () => this.loop.wake());
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.unsubscribe?.();
    await this.loop.stop();
  }

  /** One look at everything; resolves to the pause until the next. */
  async round(): Promise<number> {
    const requests = this.requests();
    if (requests.length === 0) return LONGEST_PAUSE_MS;
    const { db } = this.platform.database;
    await this.platform.database.transaction((trx) => this.pins.takeRepins(this.platform.clock.now(), trx));
    const pins = await this.pins.refresh(requests, db);
    const settling = await this.pins.settling(requests, db);
    const limit = pLimit(CONCURRENCY);
    const now = this.platform.clock.now();
    await Promise.all(requests.map((request) => limit(() => this.worker.look(request, pins, settling, now))));
    await this.pins.refresh(requests, db);
    const shortest = Math.min(
      ...requests.map(({ span }) => (span.kind === 'settled' ? span.settleMs : LONGEST_PAUSE_MS * LOOKS)),
    );
    return Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, shortest / LOOKS));
  }

  /** What the rules in force want frozen, each snapshot once, with the most events that one of them needs. */
  private requests(): readonly SnapshotRequest[] {
    const requests = new Map<string, SnapshotRequest>();
    for (const { snapshot } of this.book.groups.flatMap(({ rules }) => rules)) {
      if (!snapshot) continue;
      const known = requests.get(keyOf(snapshot));
      if (!known || known.needed < snapshot.needed) requests.set(keyOf(snapshot), snapshot);
    }
    return [...requests.values()];
  }
}

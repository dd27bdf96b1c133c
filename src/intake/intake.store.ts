import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { z } from 'zod';
import { fingerprint } from '../alerts/fingerprint.js';
import { AlertStore, type AlertChange } from '../alerts/alert.store.js';
import { prolongAlerts } from '../alerts/write-alerts.store.js';
import type { JournalEntry } from '../journal/entry.js';
import { JournalStore } from '../journal/journal.store.js';
import { tellTransition } from '../journal/tell-transition.js';
import { Platform } from '../platform/platform.module.js';
import { GroupCommit } from './group-commit.js';
import { receiveBatch, type Received } from './received.js';
import type { PostedAlert } from './posted-alert.js';
import { ALERTMANAGER_SOURCE, receivedFingerprint } from './receive-alert.js';
import { Repetitions } from './repetitions.js';
import { type AlertmanagerWebhook, ReceivedAlert } from './webhook.schema.js';

// One number for all replicas of this service; the migrations use the one before.
const ONE_AT_A_TIME = 0x7e7e_0002;

/** What became of a batch. */
export interface IntakeReport {
  readonly stored: number;
  readonly unchanged: number;
  /** Reasons of the alerts that were refused, with their place in the batch. */
  readonly invalid: readonly string[];
}

/** A batch that waits to be stored. */
interface Batch {
  readonly received: readonly Received[];
  readonly invalid: readonly string[];
  readonly now: Date;
  /** Nobody waits for it any more: it must not begin. */
  readonly isLate: () => boolean;
}

/** A sender waits 10 s for an answer; it is told before that a database that hangs has not taken its alerts. */
const PATIENCE_MS = 8000;

/** Batches that wait for their turn; beyond that a sender is told to come again, before memory runs out. */
const MOST_WAITING = 100;
/** Batches that are stored together. */
const MOST_TOGETHER = 16;

/**
 * Takes batches of alerts: valid ones are stored in one transaction, invalid ones are named. One transaction at a time, over
 * all replicas: two senders that tell of one new alert at once must not both begin it. What only repeats what is stored is
 * answered at once, and its new end is stored within a second.
 */
@Injectable()
export class IntakeStore {
  private readonly commits = new GroupCommit<Batch, number>((batches) => this.store(batches), MOST_TOGETHER);
  private readonly repetitions = new Repetitions();

  constructor(
    private readonly platform: Platform,
    private readonly alerts: AlertStore,
    private readonly journal: JournalStore,
  ) {}

  /** Stores a batch. Rejects when the database does not take it: then the sender must try again. */
  async receive(batch: AlertmanagerWebhook): Promise<IntakeReport> {
    const now = this.platform.clock.now();
    const invalid: string[] = [];
    const valid = new Map<string, Received>();
    batch.alerts.forEach((raw, index) => {
      const parsed = ReceivedAlert.safeParse(raw);
      if (!parsed.success)
        invalid.push(`alerts[${index}]: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`);
      else {
        const key = receivedFingerprint(parsed.data);
        valid.set(key, { key, webhook: parsed.data });
      }
    });
    return this.take([...valid.values()], invalid, now);
  }

  /** Stores what was posted to Alertmanager's API; rejects like {@link receive}. */
  async accept(
    alerts: readonly PostedAlert[],
    invalid: readonly string[],
    receivedAt: Date,
  ): Promise<IntakeReport> {
    const fresh = new Map<string, Received>();
    for (const posted of alerts) {
      const key = fingerprint(posted.labels);
      if (!fresh.has(key) && this.repetitions.note(key, posted, receivedAt)) continue;
      fresh.set(key, { key, posted });
    }
    return this.take([...fresh.values()], invalid, receivedAt);
  }

  /** Stores the ends that repetitions have moved; what was no repetition after all is received in full. */
  async storeRepetitions(): Promise<void> {
    const now = this.platform.clock.now();
    const noted = this.repetitions.take(now);
    if (noted.length === 0) return;
    try {
      const kept = await prolongAlerts(ALERTMANAGER_SOURCE, noted, this.platform.database.db);
      // Somebody else ended these, or they began anew: by the rules, then.
      const others = noted.filter(({ fingerprint: key }) => !kept.has(key));
      for (const { fingerprint: key } of others) this.repetitions.forget(key);
      if (others.length > 0)
        await this.take(
          others.map(({ fingerprint: key, posted }) => ({ key, posted })),
          [],
          now,
        );
    } catch (error) {
      this.repetitions.putBack(noted);
      throw error;
    }
  }

  private async take(
    received: readonly Received[],
    invalid: readonly string[],
    now: Date,
  ): Promise<IntakeReport> {
    if (received.length === 0 && invalid.length === 0) return { stored: 0, unchanged: 0, invalid };
    if (this.commits.pendingCount >= MOST_WAITING) throw new Error('too many batches are waiting');
    const stored = await inTime((isLate) => this.commits.add({ received, invalid, now, isLate }));
    return { stored, unchanged: received.length - stored, invalid };
  }

  /** How many alerts of each batch changed. */
  private async store(batches: readonly Batch[]): Promise<readonly number[]> {
    const inTimeStill = batches.filter(({ isLate }) => !isLate());
    const keys = new Set(inTimeStill.flatMap(({ received }) => received.map(({ key }) => key)));
    const { changes: made, standing: known } = await this.platform.database.transaction(async (trx) => {
      // Where the database answers and only somebody holds the lock, the wait ends there as well, and nothing is stored late.
      await sql`select set_config('lock_timeout', ${String(PATIENCE_MS)}, true)`.execute(trx);
      await sql`select pg_advisory_xact_lock(${ONE_AT_A_TIME})`.execute(trx);
      const standing = await this.alerts.lockAll(ALERTMANAGER_SOURCE, [...keys].toSorted(), trx);
      const changes = new Map<Batch, readonly AlertChange[]>();
      for (const batch of inTimeStill) changes.set(batch, receiveBatch(standing, batch.received, batch.now));
      await this.alerts.save([...changes.values()].flat(), trx);
      await this.journal.append(
        inTimeStill.flatMap((batch) => tellBatch(changes.get(batch) ?? [], batch)),
        trx,
      );
      return { changes, standing };
    });
    for (const key of keys) this.repetitions.remember(key, known.get(key));
    return batches.map((batch) => made.get(batch)?.length ?? 0);
  }
}

function tellBatch(changes: readonly AlertChange[], { invalid, now }: Batch): readonly JournalEntry[] {
  return [
    ...changes.flatMap(({ alert, transition }) => (transition ? [tellTransition(alert, transition)] : [])),
    ...invalid.slice(0, 20).map((why) => tellRefused(why, now)),
  ];
}

function tellRefused(why: string, at: Date): JournalEntry {
  return { at, kind: 'transition', summary: `a received alert was refused: ${why}`, reason: 'invalid' };
}

/**
 * The outcome of `work`, or an error once patience has ended. What is under way by then may still be stored: the sender sends it
 * again, and that changes nothing. What has not begun by then must not begin.
 */
async function inTime<Result>(work: (isLate: () => boolean) => Promise<Result>): Promise<Result> {
  let late = false;
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, fail) => {
    timer = setTimeout(() => {
      late = true;
      fail(new Error(`the database did not take the alerts in ${PATIENCE_MS / 1000} s`));
    }, PATIENCE_MS);
  });
  try {
    return await Promise.race([work(() => late), deadline]);
  } finally {
    clearTimeout(timer);
  }
}

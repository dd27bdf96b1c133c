import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import pLimit from 'p-limit';
import { z } from 'zod';
import type { Alert } from '../alerts/alert.js';
import { fingerprint } from '../alerts/fingerprint.js';
import { AlertStore, type AlertChange } from '../alerts/alert.store.js';
import type { JournalEntry } from '../journal/entry.js';
import { JournalStore } from '../journal/journal.store.js';
import { tellTransition } from '../journal/tell-transition.js';
import { Platform } from '../platform/platform.module.js';
import { ALERTMANAGER_SOURCE, receiveAlert, receivedFingerprint } from './receive-alert.js';
import type { PostedAlert } from './posted-alert.js';
import { receivePosted } from './receive-posted.js';
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

/** What receiving an alert changes. */
type Step<Received> = (existing: Alert | undefined, received: Received, now: Date) => AlertChange | undefined;

/** A sender waits 10 s for an answer; it is told before that a database that hangs has not taken its alerts. */
const PATIENCE_MS = 8000;

/** Batches that wait for their turn; beyond that a sender is told to come again, before memory runs out. */
const MOST_WAITING = 100;

/**
 * Takes batches of alerts: valid ones are stored in one transaction, invalid ones are named. One batch at a time, over all replicas:
 * two senders that tell of one new alert at once must not both begin it.
 */
@Injectable()
export class IntakeStore {
  private readonly turn = pLimit(1);

  constructor(
    private readonly platform: Platform,
    private readonly alerts: AlertStore,
    private readonly journal: JournalStore,
  ) {}

  /** Stores a batch. Rejects when the database does not take it: then the sender must try again. */
  async receive(batch: AlertmanagerWebhook): Promise<IntakeReport> {
    const now = this.platform.clock.now();
    const invalid: string[] = [];
    const valid = new Map<string, ReceivedAlert>();
    batch.alerts.forEach((raw, index) => {
      const parsed = ReceivedAlert.safeParse(raw);
      if (!parsed.success)
        invalid.push(`alerts[${index}]: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`);
      else valid.set(receivedFingerprint(parsed.data), parsed.data);
    });
    return this.inTurn([...valid], receiveAlert, invalid, now);
  }

  /** Stores what was posted to Alertmanager's API; rejects like {@link receive}. */
  async accept(
    alerts: readonly PostedAlert[],
    invalid: readonly string[],
    receivedAt: Date,
  ): Promise<IntakeReport> {
    const valid = new Map(alerts.map((alert) => [fingerprint(alert.labels), alert]));
    return this.inTurn([...valid], receivePosted, invalid, receivedAt);
  }

  private async inTurn<Received>(
    valid: readonly (readonly [string, Received])[],
    step: Step<Received>,
    invalid: readonly string[],
    now: Date,
  ): Promise<IntakeReport> {
    if (valid.length === 0 && invalid.length === 0) return { stored: 0, unchanged: 0, invalid };
    if (this.turn.pendingCount >= MOST_WAITING) throw new Error('too many batches are waiting');
    const stored = await inTime((isLate) =>
      this.turn(() => (isLate() ? 0 : this.store(valid, step, invalid, now))),
    );
    return { stored, unchanged: valid.length - stored, invalid };
  }

  private async store<Received>(
    valid: readonly (readonly [string, Received])[],
    step: Step<Received>,
    invalid: readonly string[],
    now: Date,
  ): Promise<number> {
    return this.platform.database.transaction(async (trx) => {
      // Where the database answers and only somebody holds the lock, the wait ends there as well, and nothing is stored late.
      await sql`select set_config('lock_timeout', ${String(PATIENCE_MS)}, true)`.execute(trx);
      await sql`select pg_advisory_xact_lock(${ONE_AT_A_TIME})`.execute(trx);
      const known = await this.alerts.lockAll(ALERTMANAGER_SOURCE, valid.map(([key]) => key).toSorted(), trx);
      const changes = valid.flatMap(([key, received]): AlertChange[] => {
        const change = step(known.get(key), received, now);
        return change ? [change] : [];
      });
      await this.alerts.save(changes, trx);
      const told = changes.flatMap(({ alert, transition }) =>
        transition ? [tellTransition(alert, transition)] : [],
      );
      await this.journal.append([...told, ...invalid.slice(0, 20).map((why) => tellRefused(why, now))], trx);
      return changes.length;
    });
  }
}

function tellRefused(why: string, at: Date): JournalEntry {
  return { at, kind: 'transition', summary: `a received alert was refused: ${why}`, reason: 'invalid' };
}

/**
 * The outcome of `work`, or an error once patience has ended. What is under way by then may still be stored: the sender sends it
 * again, and that changes nothing. What has not begun by then must not begin.
 */
async function inTime<Outcome>(work: (isLate: () => boolean) => Promise<Outcome>): Promise<Outcome> {
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

import { readFile } from 'node:fs/promises';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { HttpClient } from '../platform/http.client.js';
import type { Log } from '../platform/log.js';
import { Loop, type NextRound } from '../platform/loop.scheduler.js';
import { Platform } from '../platform/platform.module.js';
import { type JobOutcome, QueueClient } from '../platform/queue.client.js';
import { SmtpClient } from '../platform/smtp.client.js';
import type { DeliveryResult } from './channels/channel.js';
import { channelOf } from './channels/index.js';
import { decideAttempt } from './decide-attempt.js';
import { DeliveryRecorder } from './delivery-recorder.store.js';
import { type Delivery, DELIVERIES_TOPIC } from './delivery.store.js';
import { RoutingTable } from './routing-table.store.js';

/** The BullMQ queue of deliveries. */
export const DELIVERY_QUEUE = 'deliveries';
const CONCURRENCY = 16;
const POLL_MS = 2000;
const BATCH = 200;
/** Longer than any channel's own timeout: after that the process that held the attempt is taken for dead. */
const ATTEMPT_LEASE_MS = 25_000;

/** The two ways out of the house. */
@Injectable()
export class OutboundClients {
  constructor(
    readonly http: HttpClient,
    readonly mail: SmtpClient,
  ) {}
}

/** Hands stored deliveries to the queue and carries them out: one attempt per job run, the outcome decides what follows. */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log: Log;
  private readonly attempts: Counter<'channel' | 'outcome'>;
  private readonly loop: Loop;

  constructor(
    private readonly platform: Platform,
    private readonly queue: QueueClient,
    private readonly clients: OutboundClients,
    private readonly recorder: DeliveryRecorder,
    private readonly table: RoutingTable,
  ) {
    this.log = platform.logs.for('notifications');
    this.attempts = platform.metrics.counter('retune_delivery_attempts_total', 'Delivery attempts', [
      'channel',
      'outcome',
    ]);
    this.loop = new Loop(() => this.enqueue(), POLL_MS, this.log, 'enqueueing deliveries');
  }

  onApplicationBootstrap(): void {
    this.queue.work(DELIVERY_QUEUE, CONCURRENCY, (id) => this.attempt(id));
    this.platform.signals.on(DELIVERIES_TOPIC, () => this.loop.wake());
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /** Enqueue, then mark, then commit: a crash in between repeats the enqueue, and the id absorbs it. */
  async enqueue(): Promise<NextRound> {
    const now = this.platform.clock.now();
    const count = await this.platform.database.transaction(async (trx) => {
      const ready = await this.recorder.deliveries.lockReady(now, BATCH, trx);
      if (ready.length === 0) return 0;
      // The attempt count makes a re-offered delivery a new job, should the queue still know the old one.
      await this.queue.add(
        DELIVERY_QUEUE,
        ready.map(({ id, attempts }) => ({ id: `${id}-${attempts}`, rowId: id })),
      );
      await this.recorder.deliveries.markEnqueued(
        ready.map(({ id }) => id),
        now,
        trx,
      );
      return ready.length;
    });
    return count === BATCH ? 'again' : POLL_MS;
  }

  /** One job run. */
  async attempt(id: string): Promise<JobOutcome> {
    const { clock, database } = this.platform;
    const started = clock.now();
    const until = new Date(started.getTime() + ATTEMPT_LEASE_MS);
    const claimed = await this.recorder.deliveries.claim(id, started, until, database.db);
    if (claimed === 'finished') return { kind: 'done' };
    if ('busyUntil' in claimed) {
      const afterMs = Math.max(100, claimed.busyUntil.getTime() - started.getTime());
      return { kind: 'again', afterMs, why: 'another attempt may still be under way' };
    }
    const lateness = {
      late: this.table.integration(claimed.channel)?.config.send_late ?? false,
      pages: channelOf(claimed.channel_type)?.pages ?? false,
    };
    if (await this.recorder.isOvertaken(claimed, lateness, started)) return { kind: 'done' };
    const result = await this.send(claimed, started);
    const now = clock.now();
    const age = now.getTime() - claimed.created_at.getTime();
    const decision = decideAttempt(result, claimed.attempts, age, Math.random());
    this.attempts.inc({ channel: claimed.channel_type, outcome: result.outcome });
    this.tell(claimed, result, decision.kind, now.getTime() - started.getTime());
    await this.recorder.record(claimed, result, decision, now);
    if (decision.kind === 'retry') return { kind: 'again', afterMs: decision.afterMs, why: result.outcome };
    return decision.kind === 'dead' ? { kind: 'dead', why: decision.why } : { kind: 'done' };
  }

  private async send(delivery: Delivery, now: Date): Promise<DeliveryResult> {
    const integration = this.table.integration(delivery.channel);
    const channel = channelOf(delivery.channel_type);
    if (!integration || !channel) {
      return {
        outcome: 'rejected',
        reason: 'recipient',
        detail: `${delivery.channel} is no longer configured`,
      };
    }
    const io = {
      http: this.clients.http,
      mail: this.clients.mail,
      reveal: async (secret: { reveal(read: (path: string) => Promise<string>): Promise<string> }) =>
        secret.reveal((path) => readFile(path, 'utf8')),
      now,
    };
    try {
      return await channel.send(delivery.message, integration.config, this.table.current.channelDefaults, io);
    } catch (error) {
      return explainThrow(error as NodeJS.ErrnoException);
    }
  }

  private tell(delivery: Delivery, result: DeliveryResult, decision: string, durationMs: number): void {
    const fields = {
      receiver: delivery.receiver,
      channel: delivery.channel,
      deliveryId: delivery.id,
      attempt: delivery.attempts,
      durationMs,
      ...('reason' in result ? { reason: result.reason, detail: result.detail } : {}),
    };
    if (result.outcome === 'delivered' && result.templateFaults)
      this.log.warn('a template of the receiver failed; the message went out in our own words', {
        ...fields,
        detail: result.templateFaults.join('; ').slice(0, 1000),
      });
    if (decision === 'delivered') this.log.info('notification delivered', fields);
    else if (decision === 'retry')
      this.log.warn('notification not delivered; it will be tried again', fields);
    else this.log.error('notification given up', fields);
  }
}

/** A missing secret file is the operator's to mend; anything else thrown is our mistake, and may pass. */
function explainThrow(error: NodeJS.ErrnoException): DeliveryResult {
  if (error.code === 'ENOENT' || error.code === 'EACCES') {
    const detail = `cannot read the secret file ${error.path ?? ''}: ${error.code}`;
    return { outcome: 'target_broken', reason: 'unauthorized', detail };
  }
  return { outcome: 'retry', reason: 'network', detail: `unexpected failure (${error.name})` };
}

import { readFile } from 'node:fs/promises';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpClient } from '../platform/http.client.js';
import { Platform } from '../platform/platform.module.js';
import { type JobOutcome, QueueClient } from '../platform/queue.client.js';
import type { Secret } from '../schema/secret.js';
import { CallbackTokens } from './callback-tokens.store.js';
import type { CiTarget } from './ci.schema.js';
import type { CiIo } from './ci/ci-provider.js';
import { verifySpanMs } from './measured.js';
import { ModelMeter } from './model-meter.client.js';
import { PolicyBook } from './policy-book.store.js';
import { RETRAINING_QUEUE } from './retraining.dispatcher.js';
import type { RunEvent } from './run-event.js';
import { cancelRequested } from './run-progress.js';
import { RunRecorder } from './run-recorder.store.js';
import type { Run } from './run.js';
import { verifyRun } from './verify-run.js';

const CONCURRENCY = 8;
/** Longer than any request a step makes; after that the process that held the run is taken for dead. */
const LEASE_MS = 60_000;

/** The clients a step may use. */
@Injectable()
export class RunClients {
  constructor(
    readonly http: HttpClient,
    readonly meter: ModelMeter,
    readonly tokens: CallbackTokens,
  ) {}
}

/** Takes a run one step further: send it, look for it, ask how it is, or measure what came of it. */
@Injectable()
export class RetrainingWorker implements OnApplicationBootstrap {
  constructor(
    private readonly platform: Platform,
    private readonly queue: QueueClient,
    private readonly recorder: RunRecorder,
    private readonly book: PolicyBook,
    private readonly clients: RunClients,
  ) {}

  onApplicationBootstrap(): void {
    this.queue.work(RETRAINING_QUEUE, CONCURRENCY, (id) => this.advance(id));
  }

  /** One job run: claims the run, does what its state asks for, and lets go. A run somebody else holds is left to them. */
  async advance(id: string): Promise<JobOutcome> {
    const { clock, database } = this.platform;
    const now = clock.now();
    const until = new Date(now.getTime() + LEASE_MS);
    const run = await this.recorder.stores.runs.claim(id, now, until, database.db);
    if (!run) return { kind: 'done' };
    try {
      await this.step(run);
    } finally {
      await this.recorder.stores.runs.release(id, until, database.db);
    }
    return { kind: 'done' };
  }

  private async step(run: Run): Promise<void> {
    const target = this.book.target(run.ci);
    switch (run.state) {
      case 'queued':
        return target ? this.send(run, target) : this.refuse(run);
      case 'triggering':
        // The lease was free although the request had left: whoever sent it died before it knew.
        return this.apply(run, { type: 'interrupted', attempt: run.attempt });
      case 'ambiguous':
        if (target) await this.search(run, target);
        return this.apply(run, { type: 'clock' });
      case 'dispatched':
      case 'running':
        if (target) await this.follow(run, target);
        return this.apply(run, { type: 'clock' });
      case 'succeeded':
      case 'soaking':
        await this.verify(run);
        return this.apply(run, { type: 'clock' });
      default:
        return this.apply(run, { type: 'clock' });
    }
  }

  /** Intent first: `triggering` is committed before the request leaves, so that a crash is never followed by a blind repeat. */
  private async send(run: Run, { provider, config }: CiTarget): Promise<void> {
    const sending = await this.recorder.apply(run.id, { type: 'sending' });
    if (!sending?.changed) return this.apply(run, { type: 'clock' });
    const callback = await this.clients.tokens.callbackOf(run.id);
    const result = await provider
      .trigger({ ...run.request, callback }, config, this.io())
      .catch((error: Error) => ({
        kind: 'ambiguous' as const,
        detail: `unexpected failure (${error.name})`,
      }));
    await this.apply(run, { type: 'answered', attempt: sending.run.attempt, result });
  }

  /** The CI target a queued run names is gone from the configuration. */
  private async refuse(run: Run): Promise<void> {
    const sending = await this.recorder.apply(run.id, { type: 'sending' });
    const detail = `ci target ${run.ci} is no longer configured`;
    const result = { kind: 'refused', reason: 'not_found', retryable: false, detail } as const;
    await this.apply(run, { type: 'answered', attempt: sending?.run.attempt ?? run.attempt, result });
  }

  private async search(run: Run, { provider, config }: CiTarget): Promise<void> {
    const { settleMs } = provider;
    const idempotency = provider.idempotencyOf?.(config) ?? provider.idempotency;
    const found = provider.find
      ? await provider.find(run.id, run.sentAt ?? run.createdAt, config, this.io()).catch(() => undefined)
      : [];
    // A search that failed proves nothing.
    if (found) await this.apply(run, { type: 'searched', found, idempotency, settleMs });
  }

  private async follow(run: Run, { provider, config }: CiTarget): Promise<void> {
    if (!run.ref) return provider.find ? this.search(run, { name: run.ci, provider, config }) : undefined;
    if (cancelRequested(run)) await provider.cancel?.(run.ref, config, this.io()).catch(() => undefined);
    const status = await provider.status(run.ref, run.id, config, this.io()).catch(() => undefined);
    if (status) await this.apply(run, { type: 'polled', status });
  }

  private async verify(run: Run): Promise<void> {
    const now = this.platform.clock.now();
    const measured = await this.clients.meter.measure(run.model, verifySpanMs(run, now), now);
    await this.recorder.apply(run.id, (fresh): RunEvent | undefined => {
      const outcome = verifyRun(fresh, measured, this.platform.clock.now());
      if (outcome.kind === 'version_seen') return { type: 'version_seen', version: outcome.version };
      if (outcome.kind === 'decided') return { type: 'judged', verification: outcome.verification };
      return undefined;
    });
  }

  private async apply(run: Run, event: RunEvent): Promise<void> {
    await this.recorder.apply(run.id, event);
  }

  private io(): CiIo {
    return {
      http: this.clients.http,
      reveal: (secret: Secret) => secret.reveal((path) => readFile(path, 'utf8')),
      now: this.platform.clock.now(),
    };
  }
}

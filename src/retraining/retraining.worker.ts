import { readFile } from 'node:fs/promises';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpClient } from '../platform/http.client.js';
import type { Log } from '../platform/log.js';
import { Platform } from '../platform/platform.module.js';
import { type JobOutcome, QueueClient } from '../platform/queue.client.js';
import type { Secret } from '../schema/secret.js';
import { blackoutUntil } from './blackout.js';
import { CallbackTokens } from './callback-tokens.store.js';
import type { CiTarget } from './ci.schema.js';
import type { CiIo, CiRef } from './ci/ci-provider.js';
import { verifySpanMs } from './measured.js';
import { ModelMeter } from './model-meter.client.js';
import { PolicyBook } from './policy-book.store.js';
import { RETRAINING_QUEUE } from './retraining.dispatcher.js';
import type { RunEvent, RunStep } from './run-event.js';
import { mayArriveLate } from './run-deadline.js';
import { cancelRequested, isOver } from './run-progress.js';
import { RunRecorder } from './run-recorder.store.js';
import type { Run } from './run.js';
import { stepRun } from './step-run.js';
import { verifyRun } from './verify-run.js';

const CONCURRENCY = 8;
/** Longer than any request a step makes; after that the process that held the run is taken for dead. */
const LEASE_MS = 60_000;
/** How long after a run's end its duplicates are asked to stop; no pipeline takes longer. */
const GIVE_UP_MS = 7 * 86_400_000;

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
  private readonly log: Log;

  constructor(
    private readonly platform: Platform,
    private readonly queue: QueueClient,
    private readonly recorder: RunRecorder,
    private readonly book: PolicyBook,
    private readonly clients: RunClients,
  ) {
    this.log = platform.logs.for('retraining');
  }

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
    if (run.duplicates) await this.cancelDuplicates(run, run.duplicates, target);
    switch (run.state) {
      case 'queued':
        return target ? this.send(run, target) : this.refuse(run);
      case 'triggering':
        // The lease was free although the request had left: whoever sent it died before it knew.
        await this.apply(run, { type: 'interrupted', attempt: run.attempt });
        if (target) await this.search(run, target);
        return;
      case 'ambiguous':
        // What was just found is asked how it is before time may judge it.
        if (target && (await this.search(run, target))?.run.state === 'dispatched') return;
        return this.apply(run, { type: 'clock' });
      case 'dispatched':
      case 'running':
        if (target) {
          await this.follow(run, target);
          return this.judgeTime(run, target);
        }
        return this.apply(run, { type: 'clock' });
      case 'succeeded':
      case 'soaking':
        await this.verify(run);
        return this.apply(run, { type: 'clock' });
      default:
        // Also of a run that is over a request may arrive that was taken for lost.
        if (target) await this.searchLate(run, target);
        return this.apply(run, { type: 'clock' });
    }
  }

  /** Intent first: `triggering` is committed before the request leaves, so that a crash is never followed by a blind repeat. */
  private async send(run: Run, { provider, config }: CiTarget): Promise<void> {
    const blackout = run.rollsBack === undefined ? (this.book.policy(run.policy)?.blackout ?? []) : [];
    const until = blackoutUntil(blackout, this.platform.clock.now());
    // An approval may come, or a target may recover, at a time at which nothing is to start.
    if (until) return this.apply(run, { type: 'deferred', until });
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

  private async search(run: Run, { provider, config }: CiTarget): Promise<RunStep | undefined> {
    const { settleMs } = provider;
    // After a resend the first request may be the one that arrived.
    const since = run.attempt > 1 ? run.createdAt : (run.sentAt ?? run.createdAt);
    const idempotency = provider.idempotencyOf?.(config) ?? provider.idempotency;
    const found = provider.find
      ? await provider.find(run.id, since, config, this.io()).catch((error: Error) => {
          this.warn(run, 'a run could not be looked for; it will be tried again', error);
          // A search that failed proves nothing, but where a repetition is harmless nothing needs proof.
          return idempotency === 'native' ? [] : undefined;
        })
      : [];
    return found && this.recorder.apply(run.id, { type: 'searched', found, idempotency, settleMs });
  }

  private async follow(run: Run, { provider, config }: CiTarget): Promise<void> {
    if (!run.ref) {
      if (provider.find) await this.search(run, { name: run.ci, provider, config });
      return;
    }
    await this.searchLate(run, { name: run.ci, provider, config });
    if (cancelRequested(run)) await this.cancel(run, run.ref, { name: run.ci, provider, config });
    const status = await provider.status(run.ref, run.id, config, this.io()).catch(() => undefined);
    if (status) await this.apply(run, { type: 'polled', status });
  }

  /** Looks for a request that was taken for lost and arrived after all. */
  private async searchLate(run: Run, target: CiTarget): Promise<void> {
    const { provider, config } = target;
    const searchable = (provider.idempotencyOf?.(config) ?? provider.idempotency) === 'searchable';
    if (searchable && mayArriveLate(run, this.platform.clock.now())) await this.search(run, target);
  }

  /** What time does to a run in the CI system; one that is too late is asked to stop first, so that it does not train on unobserved. */
  private async judgeTime(run: Run, target: CiTarget): Promise<void> {
    const fresh = await this.recorder.stores.runs.get(run.id, this.platform.database.db);
    const ref = fresh?.ref;
    const late =
      fresh && !isOver(fresh) && isOver(stepRun(fresh, { type: 'clock' }, this.platform.clock.now()).run);
    const stopped = late && ref ? await this.cancel(fresh, ref, target) : true;
    await this.apply(run, { type: 'clock' });
    if (ref && !stopped) await this.apply(run, { type: 'not_stopped', ref });
  }

  /** Stops what a search found besides the adopted run; tried until it works, and until then the claim keeps them from training. */
  private async cancelDuplicates(
    run: Run,
    duplicates: readonly CiRef[],
    target: CiTarget | undefined,
  ): Promise<void> {
    const over = this.platform.clock.now().getTime() - (run.endedAt?.getTime() ?? Infinity);
    if (over > GIVE_UP_MS) return this.apply(run, { type: 'duplicates_cancelled' });
    if (!target) return;
    // A pipeline that claimed under an id of its own may be any of them; the others were turned away.
    const unknown = run.claimedBy !== undefined && target.provider.claimsWithRefId !== true;
    const others = unknown ? [] : duplicates.filter(({ id }) => isOver(run) || id !== run.ref?.id);
    const done = await Promise.all(others.map((ref) => this.cancel(run, ref, target)));
    if (!done.includes(false)) await this.apply(run, { type: 'duplicates_cancelled' });
  }

  /** False when the wish did not reach the CI system. A provider that cannot cancel has nothing to be asked. */
  private async cancel(run: Run, ref: CiRef, { provider, config }: CiTarget): Promise<boolean> {
    try {
      await provider.cancel?.(ref, config, this.io());
      return true;
    } catch (error) {
      this.warn(run, 'a run could not be cancelled in the CI system', error as Error);
      return false;
    }
  }

  private warn(run: Run, message: string, error: Error): void {
    this.log.warn(message, {
      runId: run.id,
      model: run.model,
      ciProvider: run.provider,
      detail: error.message,
    });
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

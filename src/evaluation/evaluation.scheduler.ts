import { Injectable, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import { schedule, type ScheduledTask } from 'node-cron';
import pLimit, { type LimitFunction } from 'p-limit';
import { ALERT_NAME } from '../alerts/labels.js';
import type { Log } from '../platform/log.js';
import { Platform } from '../platform/platform.module.js';
import type { RuleGroup } from '../rules/rule.js';
import { type EvaluationMetrics, evaluationMetrics } from './evaluation-metrics.js';
import { type EvaluationReport, EvaluationWorker } from './evaluation.worker.js';
import { type ClaimedSlot, GroupStore } from './group.store.js';
import { RuleBook } from './rule-book.store.js';

const LOOK_AHEAD_MS = 1000;
const CLAIM_LIMIT = 200;
/** An evaluation that takes longer is given up; its holder counts as dead soon after. */
const BUDGET = { shortestMs: 5000, longestMs: 60_000 };

/** The limits evaluation works within. */
export class EvaluationLimits {
  /** Groups evaluated at once by this process. */
  concurrency = 8;
}

/**
 * The clock of rule evaluation: a heartbeat each second takes the groups due within the next one, and each then runs at
 * its exact slot. Any number of replicas share the groups; none evaluates a slot twice.
 */
@Injectable()
export class EvaluationScheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log: Log;
  private readonly metrics: EvaluationMetrics;
  private readonly limit: LimitFunction;
  private readonly stopping = new AbortController();
  private readonly inFlight = new Set<Promise<void>>();
  private task: ScheduledTask | undefined;

  constructor(
    private readonly platform: Platform,
    private readonly worker: EvaluationWorker,
    private readonly groups: GroupStore,
    private readonly book: RuleBook,
    limits: EvaluationLimits,
  ) {
    this.log = platform.logs.for('evaluation');
    this.metrics = evaluationMetrics(platform.metrics);
    this.limit = pLimit(limits.concurrency);
  }

  onApplicationBootstrap(): void {
    this.task = schedule('* * * * * *', () => this.heartbeat(), {
      name: 'evaluation heartbeat',
      noOverlap: true,
    });
  }

  /** Takes no new slots, and lets the running evaluations end. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.task?.destroy();
    this.stopping.abort();
    await Promise.all(this.inFlight);
  }

  /** One beat: claims what is due and sets it going. Never rejects. */
  async heartbeat(): Promise<void> {
    const now = this.platform.clock.now();
    const keys = this.book.groups.map((group) => group.key);
    if (keys.length === 0 || this.stopping.signal.aborted) return;
    try {
      const horizon = new Date(now.getTime() + LOOK_AHEAD_MS);
      const claimed = await this.groups.claim(
        keys,
        now,
        horizon,
        BUDGET,
        CLAIM_LIMIT,
        this.platform.database.db,
      );
      for (const claim of claimed) {
        const run = this.run(claim).finally(() => this.inFlight.delete(run));
        this.inFlight.add(run);
      }
    } catch (error) {
      this.log.warn('could not claim due groups; the next beat tries again', {
        detail: (error as Error).message,
      });
    }
  }

  private async run(claim: ClaimedSlot): Promise<void> {
    const { metrics } = this;
    const { clock } = this.platform;
    if (claim.missed > 0) {
      metrics.missed.inc(claim.missed);
      this.log.warn('evaluation slots missed', { ruleGroup: claim.key, count: claim.missed });
    }
    await clock.until(claim.slot, this.stopping.signal);
    const group = this.book.group(claim.key);
    if (this.stopping.signal.aborted || !group) {
      await this.groups.release(claim.key, claim.slot, this.platform.database.db).catch(() => undefined);
      return;
    }
    await this.limit(() => this.evaluate(group, claim));
    // The next beat would find a group as fast as the heartbeat late: its slot lies between the beats.
    if (group.intervalMs < 2 * LOOK_AHEAD_MS) await this.heartbeat();
  }

  private async evaluate(group: RuleGroup, claim: ClaimedSlot): Promise<void> {
    const { clock, database } = this.platform;
    const elapsedMs = (): number => clock.now().getTime() - claim.slot.getTime();
    const budget = Math.min(BUDGET.longestMs, Math.max(BUDGET.shortestMs, group.intervalMs));
    try {
      const report = await this.worker.evaluate(group, claim, elapsedMs, AbortSignal.timeout(budget));
      this.tell(report, group, claim);
      this.metrics.seconds.observe(elapsedMs() / 1000);
    } catch (error) {
      this.log.warn('evaluation failed; alerts keep their state', {
        ruleGroup: group.key,
        slot: claim.slot.toISOString(),
        detail: (error as Error).message,
      });
      await this.groups.release(claim.key, claim.slot, database.db).catch(() => undefined);
    }
  }

  private tell(report: EvaluationReport, group: RuleGroup, claim: ClaimedSlot): void {
    const { metrics } = this;
    if (!report.stored) {
      metrics.discarded.inc();
      this.log.warn('a newer evaluation is stored; this one is discarded', {
        ruleGroup: group.key,
        slot: claim.slot.toISOString(),
      });
      return;
    }
    for (const { health } of report.outcomes.values()) metrics.evaluations.inc({ outcome: health });
    for (const { alert, transition } of report.changes) {
      if (!transition) continue;
      metrics.transitions.inc({ to: transition.to, reason: transition.reason });
      this.log.info('alert changed state', {
        rule: alert.labels[ALERT_NAME] ?? '',
        ruleGroup: group.key,
        fingerprint: alert.fingerprint,
        from: transition.from,
        to: transition.to,
        reason: transition.reason,
      });
    }
    metrics.prometheusUp.set(report.answered ? 1 : 0);
  }
}

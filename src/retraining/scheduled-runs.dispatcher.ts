import { Injectable } from '@nestjs/common';
import { JournalStore } from '../journal/journal.store.js';
import { Platform } from '../platform/platform.module.js';
import { AskedRuns } from './asked-runs.dispatcher.js';
import { PolicyBook } from './policy-book.store.js';
import type { Policy } from './policy.js';
import { type ScheduleRow, ScheduleStore } from './schedule.store.js';
import { LATEST_MS, lastOccurrence, nextOccurrence, scheduleKey, type ScheduleSpec } from './schedule.js';

/** If a process dies with a row, or Prometheus gives no answer, it is due again after this. */
const RETRY_MS = 30_000;
/** What a schedule led to is told for so long at most; a later time ends it sooner. */
const TOLD_MS = 86_400_000;

type Scheduled = Policy & { readonly schedule: ScheduleSpec };

/** Asks for the runs of policies with a `schedule`: each time once over all processes, and a time that was missed never in a burst. */
@Injectable()
export class ScheduledRuns {
  /** Policies, as a reload put them in force, whose rows are known to be there. */
  private ensured: readonly Policy[] | undefined;

  constructor(
    private readonly platform: Platform,
    private readonly book: PolicyBook,
    private readonly schedules: ScheduleStore,
    private readonly asked: AskedRuns,
    private readonly journal: JournalStore,
  ) {}

  /** Decides whatever is due; when to look again, if any policy has a schedule. */
  async round(): Promise<Date | undefined> {
    const { database, clock } = this.platform;
    const policies = this.book.policies.filter(
      (policy): policy is Scheduled => policy.schedule !== undefined,
    );
    if (policies.length === 0) return undefined;
    const now = clock.now();
    if (this.ensured !== this.book.policies) {
      const inForce = this.book.policies;
      for (const { name, schedule } of policies)
        await this.schedules.ensure(name, scheduleKey(schedule), nextOccurrence(schedule, now), database.db);
      this.ensured = inForce;
    }
    const names = policies.map(({ name }) => name);
    const retryAt = new Date(now.getTime() + RETRY_MS);
    const due = await this.schedules.claimDue(names, now, retryAt, database.db);
    for (const row of due) {
      const policy = policies.find(({ name }) => name === row.policy);
      // Another process may have read other rules than this one, and be right.
      if (!policy || scheduleKey(policy.schedule) !== row.pattern) continue;
      await (row.nextAt <= now ? this.decide(policy, row, now) : this.untell(policy, row));
    }
    return this.schedules.nextDue(names, database.db);
  }

  private async decide(policy: Scheduled, row: ScheduleRow, now: Date): Promise<void> {
    const { database } = this.platform;
    const last = lastOccurrence(policy.schedule, now);
    const at = last < row.nextAt ? row.nextAt : last;
    const nextAt = nextOccurrence(policy.schedule, now);
    if (now.getTime() - at.getTime() > LATEST_MS) {
      await database.transaction(async (trx) => {
        if (!(await this.schedules.settle(row, { nextAt }, trx))) return;
        await this.asked.untell(policy, trx);
        const summary = `not retraining ${policy.model} by policy ${policy.name}: the run scheduled for ${at.toISOString()} is missed, the next is at ${nextAt.toISOString()}`;
        await this.journal.append(
          [{ at: now, kind: 'decision', summary, reason: 'schedule_missed', model: policy.model }],
          trx,
        );
      });
      return;
    }
    await this.asked.ask(policy, { kind: 'schedule', at }, ({ decision }, trx) =>
      this.schedules.settle(
        row,
        // A run tells of itself.
        decision.decision === 'suggest' || decision.decision === 'hold'
          ? { nextAt, toldUntil: new Date(now.getTime() + TOLD_MS) }
          : { nextAt },
        trx,
      ),
    );
  }

  private async untell(policy: Scheduled, row: ScheduleRow): Promise<void> {
    await this.platform.database.transaction(async (trx) => {
      if (await this.schedules.settle(row, { nextAt: row.nextAt }, trx)) await this.asked.untell(policy, trx);
    });
  }
}

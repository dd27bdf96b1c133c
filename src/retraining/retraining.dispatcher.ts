import { randomBytes } from 'node:crypto';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { TRANSITIONS_TOPIC } from '../alerts/alert.store.js';
import type { Db } from '../platform/database.client.js';
import type { Log } from '../platform/log.js';
import { Loop, type NextRound } from '../platform/loop.scheduler.js';
import { Platform } from '../platform/platform.module.js';
import { QueueClient } from '../platform/queue.client.js';
import { IncidentDecider } from './incident-decider.dispatcher.js';
import { incidentKey, stepIncident } from './incident.js';
import { ID_BYTES, newIncidentId } from './run-id.js';
import { RETRAINING_TOPIC, RetrainingStores } from './run-recorder.store.js';
import { ScheduledRuns } from './scheduled-runs.dispatcher.js';

/** The BullMQ queue of retraining work: each job carries a run's id. */
export const RETRAINING_QUEUE = 'retraining';
const POLL_MS = 2000;
const BATCH = 200;
/** If a job is lost with its queue, or a process with its decision, the row is due again after this. */
const RETRY_MS = 60_000;

/**
 * Takes transitions into incidents, lets due incidents decide, and hands due runs to the queue. Rows are claimed, so replicas
 * share the work and none does it twice.
 */
@Injectable()
export class RetrainingDispatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: Loop;
  private readonly log: Log;

  constructor(
    private readonly platform: Platform,
    private readonly queue: QueueClient,
    private readonly stores: RetrainingStores,
    private readonly decider: IncidentDecider,
    private readonly schedules: ScheduledRuns,
  ) {
    this.log = platform.logs.for('retraining');
    this.loop = new Loop(() => this.round(), POLL_MS, this.log, 'looking after incidents and runs');
  }

  onApplicationBootstrap(): void {
    this.platform.signals.on(TRANSITIONS_TOPIC, () => this.loop.wake());
    this.platform.signals.on(RETRAINING_TOPIC, () => this.loop.wake());
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /** One round: transitions, schedules, incidents, runs. */
  async round(): Promise<NextRound> {
    const { database, clock } = this.platform;
    const taken = await database.transaction((trx) => this.takeTransitions(trx));
    const scheduled = await this.schedules.round();
    const now = clock.now();
    const retryAt = new Date(now.getTime() + RETRY_MS);
    const incidents = await database.transaction((trx) =>
      this.stores.incidents.claimDue(now, retryAt, BATCH, trx),
    );
    for (const incident of incidents) await this.decider.decide(incident);
    const runs = await this.enqueueDueRuns();
    if ([taken, incidents.length, runs].includes(BATCH)) return 'again';
    const next = [
      scheduled,
      await this.stores.incidents.nextDue(database.db),
      await this.stores.runs.nextDue(database.db),
    ];
    const waits = next.flatMap((at) => (at ? [at.getTime() - clock.now().getTime()] : []));
    return Math.min(POLL_MS, ...waits);
  }

  private async takeTransitions(trx: Db): Promise<number> {
    const now = this.platform.clock.now();
    const rows = await this.stores.alerts.claimTransitions('considered_at', now, BATCH, trx);
    for (const row of rows) {
      const key = incidentKey(row.labels);
      const open = key && (await this.stores.incidents.open(key, trx));
      const known = open && (await this.stores.incidents.alert(open.id, row.source, row.fingerprint, trx));
      const step = stepIncident(row, open, known, newIncidentId(now, randomBytes(ID_BYTES)));
      if (step.kind === 'ignored' || !key) continue;
      if (step.kind === 'opened') {
        await this.stores.incidents.insert(step.incident, trx);
        const version = key.modelVersion ? ` version ${key.modelVersion}` : '';
        await this.stores.journal.append(
          [
            {
              at: now,
              kind: 'incident',
              summary: `incident ${step.incident.id} opened for ${key.model}${version}`,
              reason: 'opened',
              model: key.model,
              details: { incidentId: step.incident.id },
            },
          ],
          trx,
        );
      }
      await this.stores.incidents.saveAlert(step.alert, trx);
      await this.stores.incidents.checkModelAt(key.model, now, trx);
    }
    return rows.length;
  }

  /** Enqueue, then commit the mark: a crash in between repeats the enqueue, and the job's id absorbs it. */
  private async enqueueDueRuns(): Promise<number> {
    const now = this.platform.clock.now();
    return this.platform.database.transaction(async (trx) => {
      const due = await this.stores.runs.claimDue(now, new Date(now.getTime() + RETRY_MS), BATCH, trx);
      await this.queue.add(
        RETRAINING_QUEUE,
        due.map(({ id, checks }) => ({ id: `${id}-${checks}`, rowId: id })),
      );
      return due.length;
    });
  }
}

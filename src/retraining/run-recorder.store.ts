import { Injectable } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { AlertStore } from '../alerts/alert.store.js';
import { ALERT_NAME, MODEL_NAME } from '../alerts/labels.js';
import { raisedFingerprint, settleAlert } from '../alerts/raise-alert.js';
import { JournalStore } from '../journal/journal.store.js';
import { saveChanges, standEach } from '../journal/stand-alerts.store.js';
import type { Db } from '../platform/database.client.js';
import type { Log } from '../platform/log.js';
import { Platform } from '../platform/platform.module.js';
import { OWN_SOURCE } from './incident.js';
import { IncidentStore } from './incident.store.js';
import { nextCheckAt } from './next-check.js';
import { PolicyBook } from './policy-book.store.js';
import { DID_NOT_HELP, runAlerts } from './run-alerts.js';
import type { RunEvent, RunStep } from './run-event.js';
import { askRepin, earlierTellings, offerRollback } from './run-outcome.store.js';
import { isOver } from './run-progress.js';
import { RunStore } from './run.store.js';
import type { Run } from './run.js';
import { stepRun } from './step-run.js';
import { tellRun, type ToldStep } from './tell-run.js';

/** Topic of the hint that runs or incidents may be due. */
export const RETRAINING_TOPIC = 'retraining';

/** The stores a step of a run writes. */
@Injectable()
export class RetrainingStores {
  constructor(
    readonly runs: RunStore,
    readonly incidents: IncidentStore,
    readonly alerts: AlertStore,
    readonly journal: JournalStore,
  ) {}
}

/**
 * The only way a run changes: lock it, step it with the event, and store run, journal, alerts and incident in one transaction.
 * Polls, callbacks, people and clocks all come through here.
 */
@Injectable()
export class RunRecorder {
  private readonly log: Log;
  private readonly states: Counter<'state'>;

  constructor(
    private readonly platform: Platform,
    readonly stores: RetrainingStores,
    private readonly book: PolicyBook,
  ) {
    this.log = platform.logs.for('retraining');
    this.states = platform.metrics.counter('retune_runs_total', 'Runs that reached a state', ['state']);
  }

  /** Applies an event; undefined when there is no such run. `event` may depend on the run as it is now. */
  async apply(
    id: string,
    event: RunEvent | ((run: Run) => RunEvent | undefined),
  ): Promise<RunStep | undefined> {
    return this.platform.database.transaction((trx) => this.applyIn(id, event, trx));
  }

  /** The same within a transaction that has begun. */
  async applyIn(
    id: string,
    event: RunEvent | ((run: Run) => RunEvent | undefined),
    trx: Db,
  ): Promise<RunStep | undefined> {
    const before = await this.stores.runs.lock(id, trx);
    if (!before) return undefined;
    const now = this.platform.clock.now();
    const happened = typeof event === 'function' ? event(before) : event;
    const step: RunStep = happened
      ? stepRun(before, happened, now)
      : { run: before, changed: false, reason: 'no_news' };
    await this.stores.runs.save(step.run, nextCheckAt(step.run, now), trx);
    if (step.changed) await this.tell(before, step, now, trx);
    return step;
  }

  /** Closes a model's circuit by a person's word, and lets its incidents decide anew. */
  async resetCircuit(model: string, by: string): Promise<void> {
    await this.platform.database.transaction(async (trx) => {
      const now = this.platform.clock.now();
      await this.stores.runs.resetCircuit(model, by, now, trx);
      const summary = `${by} lets ${model} be retrained again`;
      await this.stores.journal.append(
        [{ at: now, kind: 'operator', summary, reason: 'circuit_reset', model }],
        trx,
      );
      await this.stores.incidents.checkModelAt(model, now, trx);
      await this.platform.signals.send(RETRAINING_TOPIC, trx);
    });
  }

  /** Journal, alerts, incident and hints of a run that changed; also used for a run that was just made. */
  async tell(before: Run | undefined, step: ToldStep, now: Date, trx: Db): Promise<void> {
    const { run } = step;
    await this.stores.journal.append([tellRun(before, step, now)], trx);
    await this.raise(run, now, trx);
    if (before?.state !== run.state) await this.follow(run, now, trx);
    if (before?.state !== run.state) this.states.inc({ state: run.state });
    // Whatever ended, the incident decides anew: close, wait out a cooldown, or ask for more.
    if (isOver(run)) await this.stores.incidents.checkModelAt(run.model, now, trx);
    // Commits that notify wait for each other, so there is a hint only where there is something to do at once.
    const due = nextCheckAt(run, now);
    if (isOver(run) || (due && due <= now)) await this.platform.signals.send(RETRAINING_TOPIC, trx);
    this.log.info('run changed', {
      runId: run.id,
      model: run.model,
      policy: run.policy,
      ciProvider: run.provider,
      to: run.state,
      reason: step.reason,
    });
  }

  /** What an end leads to besides being told: the new version's reference, or the way back. */
  private async follow(run: Run, now: Date, trx: Db): Promise<void> {
    await askRepin(run, now, trx);
    const target = (name: string) => this.book.target(name);
    const made = await offerRollback(run, target, this.book.externalUrl, now, this.stores.runs, trx);
    if (made) await this.tell(undefined, { run: made, reason: 'decided' }, now, trx);
  }

  private async raise(run: Run, now: Date, trx: Db): Promise<void> {
    const about = runAlerts(run, this.book.externalUrl);
    const didNotHelp = about.filter(({ raised }) => raised.labels[ALERT_NAME] === DID_NOT_HELP);
    if (didNotHelp.length > 0) {
      // Labels are the policy's choice, so an earlier end may have been told under others.
      const kept = didNotHelp.map(({ raised }) => raisedFingerprint(raised));
      const open = await this.stores.alerts.firingWith(MODEL_NAME, run.model, trx);
      const over = earlierTellings(run, open, kept).flatMap((alert) => settleAlert(alert, now) ?? []);
      await saveChanges(over, this.stores, trx);
    }
    await standEach(OWN_SOURCE, about, this.stores, now, trx);
  }
}

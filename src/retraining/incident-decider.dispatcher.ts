import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Db } from '../platform/database.client.js';
import { Platform } from '../platform/platform.module.js';
import { type Asked, DecisionReader } from './decision-reader.store.js';
import { decideRetraining } from './decide-retraining.js';
import { lockAdmission } from './admission.store.js';
import { carryOn, type CloseReason, type Incident, type IncidentAlert, stepClose } from './incident.js';
import { ID_BYTES, newIncidentId } from './run-id.js';
import { tellOpened } from './tell-incident.js';
import { ModelMeter } from './model-meter.client.js';
import { latestRunOf } from './past-runs.store.js';
import { PolicyBook } from './policy-book.store.js';
import type { Policy } from './policy.js';
import { RunAdmitter } from './run-admitter.store.js';
import { RetrainingStores } from './run-recorder.store.js';

/** A firing incident is thought over at least this often: a `sustained` may have been reached. */
const RECHECK_MS = 60_000;
const METER_RETRY_MS = 10_000;

/** Decides, for an incident that is due, whether to close it and whether to retrain; every decision is a record. */
@Injectable()
export class IncidentDecider {
  constructor(
    private readonly platform: Platform,
    private readonly stores: RetrainingStores,
    private readonly book: PolicyBook,
    private readonly meter: ModelMeter,
    private readonly admitter: RunAdmitter,
  ) {}

  private get reader(): DecisionReader {
    return this.admitter.reader;
  }

  /** Looks at one incident now and sets when to look again. */
  async decide(incident: Incident): Promise<void> {
    const { database, clock } = this.platform;
    const asked = new Map<string, Asked>();
    // The network is asked before any transaction; what a run is decided by is read again inside.
    for (const policy of this.book.forModel(incident.model))
      asked.set(policy.name, await this.reader.ask(incident, policy));
    const acting = await database.transaction((trx) => this.look(incident, asked, trx));
    for (const policy of acting) {
      const measured = await this.meter.measure(incident.model, policy.verify.windowMs, clock.now());
      if (!measured) continue;
      await database.transaction(async (trx) => {
        const { run } = await this.admitter.admit(
          incident,
          policy,
          asked.get(policy.name) ?? {},
          measured,
          trx,
        );
        const next = new Date(clock.now().getTime() + (run ? RECHECK_MS : METER_RETRY_MS));
        await this.stores.incidents.checkAt(incident.id, next, trx);
      });
    }
  }

  /** Closes the incident, or decides by every policy of its model; those that may make a run, for which Prometheus has to be asked. */
  private async look(
    incident: Incident,
    asked: ReadonlyMap<string, Asked>,
    trx: Db,
  ): Promise<readonly Policy[]> {
    const { incidents } = this.stores;
    // Whoever decides about a model takes this first: incident, decisions and alerts are then locked by one at a time.
    await lockAdmission(incident.model, undefined, trx);
    const now = this.platform.clock.now();
    const policies = this.book.forModel(incident.model);
    const alerts = await incidents.alertsOf(incident.id, trx);
    const closing = await this.closing(incident, alerts, trx);
    if (closing.close) {
      await this.close(incident, closing.close, trx);
      if (closing.close === 'run_verified') await this.carryOn(incident, alerts, trx);
      return [];
    }
    const acting: Policy[] = [];
    const due = [new Date(now.getTime() + RECHECK_MS)];
    if (closing.checkAt) due.push(closing.checkAt);
    // Without alerts it is there for the run that a schedule or a person asked for.
    for (const policy of alerts.length > 0 ? policies : []) {
      const input = await this.reader.read(incident, policy, asked.get(policy.name) ?? {}, trx);
      const decision = decideRetraining(input, now);
      if (decision.decision === 'dispatch' || decision.decision === 'await_approval') {
        acting.push(policy);
        due.push(new Date(now.getTime() + METER_RETRY_MS));
        continue;
      }
      await this.admitter.record(incident, policy, decision, {}, trx);
      if (decision.recheckAt) due.push(decision.recheckAt);
    }
    const next = Math.min(...due.map((at) => at.getTime()));
    await incidents.checkAt(incident.id, new Date(next), trx);
    return acting;
  }

  private async close(incident: Incident, reason: CloseReason, trx: Db): Promise<void> {
    const { incidents, journal } = this.stores;
    const now = this.platform.clock.now();
    await incidents.close(incident.id, reason, now, trx);
    await journal.append(
      [
        {
          at: now,
          kind: 'incident',
          summary: `incident ${incident.id} of ${incident.model} closed: ${reason.replaceAll('_', ' ')}`,
          reason,
          model: incident.model,
          details: { incidentId: incident.id },
        },
      ],
      trx,
    );
    for (const policy of this.book.forModel(incident.model))
      await this.admitter.tellPeople(incident, policy, undefined, trx);
  }

  /**
   * What still fires about the model, whatever its version, is not over with the version that was replaced: it belongs to an incident
   * of its own, and counts from now on. Alerts that name the old version are of no interest any more.
   */
  private async carryOn(incident: Incident, alerts: readonly IncidentAlert[], trx: Db): Promise<void> {
    const now = this.platform.clock.now();
    const next = carryOn(incident, alerts, newIncidentId(now, randomBytes(ID_BYTES)), now);
    if (!next) return;
    const { incidents, journal } = this.stores;
    await incidents.insert([next.incident], trx);
    await incidents.saveAlerts(next.alerts, trx);
    await incidents.checkAt(next.incident.id, now, trx);
    await journal.append([tellOpened(next.incident, now)], trx);
  }

  private async closing(
    incident: Incident,
    alerts: readonly IncidentAlert[],
    trx: Db,
  ): Promise<ReturnType<typeof stepClose>> {
    const latest = await latestRunOf(incident.id, trx);
    const run = !latest
      ? 'none'
      : latest.endedAt === undefined
        ? 'active'
        : latest.state === 'verified' && latest.rollback === undefined
          ? 'verified'
          : 'none';
    return stepClose(alerts, run, this.platform.clock.now());
  }
}

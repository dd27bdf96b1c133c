import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { raiseAlert, raisedFingerprint, settleAlert } from '../alerts/raise-alert.js';
import { tellTransition } from '../journal/tell-transition.js';
import type { Db } from '../platform/database.client.js';
import { Platform } from '../platform/platform.module.js';
import { attachReasons, lockAdmission } from './admission.store.js';
import { buildRun, evidenceOf } from './build-run.js';
import type { Decision } from './decision.js';
import { recordDecision } from './decision-log.store.js';
import { type Asked, DecisionReader } from './decision-reader.store.js';
import { decideRetraining } from './decide-retraining.js';
import { type Incident, OWN_SOURCE, stepClose } from './incident.js';
import type { Measured } from './measured.js';
import { ModelMeter } from './model-meter.client.js';
import { PolicyBook } from './policy-book.store.js';
import type { Policy } from './policy.js';
import { ID_BYTES, newRunId } from './run-id.js';
import { RunRecorder } from './run-recorder.store.js';
import type { OpenAlert } from './signal.js';
import { decisionAlerts, tellDecision } from './tell-decision.js';

/** A firing incident is thought over at least this often: a `sustained` may have been reached. */
const RECHECK_MS = 60_000;
const METER_RETRY_MS = 10_000;

/** Decides, for an incident that is due, whether to close it and whether to retrain; every decision is a record. */
@Injectable()
export class IncidentDecider {
  private readonly decisions: Counter<'decision' | 'reason'>;

  constructor(
    private readonly platform: Platform,
    private readonly recorder: RunRecorder,
    private readonly book: PolicyBook,
    private readonly meter: ModelMeter,
    private readonly reader: DecisionReader,
  ) {
    this.decisions = platform.metrics.counter('retune_retraining_decisions_total', 'Decisions', [
      'decision',
      'reason',
    ]);
  }

  /** Looks at one incident now and sets when to look again. */
  async decide(incident: Incident): Promise<void> {
    if (await this.platform.database.transaction((trx) => this.closeIfOver(incident, trx))) return;
    let next = new Date(this.platform.clock.now().getTime() + RECHECK_MS);
    for (const policy of this.book.forModel(incident.model)) {
      const at = await this.decidePolicy(incident, policy);
      if (at && at < next) next = at;
    }
    await this.platform.database.transaction((trx) => this.checkAgain(incident, next, trx));
  }

  private async closeIfOver(incident: Incident, trx: Db): Promise<boolean> {
    const { incidents, journal } = this.recorder.stores;
    const now = this.platform.clock.now();
    const close = await this.closing(incident, now, trx);
    if (!close.close) return false;
    await incidents.close(incident.id, close.close, now, trx);
    await journal.append(
      [
        {
          at: now,
          kind: 'incident',
          summary: `incident ${incident.id} of ${incident.model} closed: ${close.close.replaceAll('_', ' ')}`,
          reason: close.close,
          model: incident.model,
          details: { incidentId: incident.id },
        },
      ],
      trx,
    );
    for (const policy of this.book.forModel(incident.model))
      await this.tellPeople(incident, policy, undefined, now, trx);
    return true;
  }

  private async closing(incident: Incident, now: Date, trx: Db): Promise<ReturnType<typeof stepClose>> {
    const { incidents, runs } = this.recorder.stores;
    const [alerts, [latest]] = [
      await incidents.alertsOf(incident.id, trx),
      await runs.ofIncident(incident.id, trx),
    ];
    const run = !latest
      ? 'none'
      : latest.endedAt === undefined
        ? 'active'
        : latest.state === 'verified' && latest.rollsBack === undefined
          ? 'verified'
          : 'none';
    return stepClose(alerts, run, now);
  }

  private async checkAgain(incident: Incident, next: Date, trx: Db): Promise<void> {
    const now = this.platform.clock.now();
    const closing = await this.closing(incident, now, trx);
    const quietAt = closing.close === undefined ? closing.checkAt : now;
    await this.recorder.stores.incidents.checkAt(
      incident.id,
      quietAt && quietAt < next ? quietAt : next,
      trx,
    );
  }

  /** Decides by one policy; when to look again, if sooner than usual. `scheduledAt`: the schedule asks, not the alerts. */
  async decidePolicy(incident: Incident, policy: Policy, scheduledAt?: Date): Promise<Date | undefined> {
    const { database, clock } = this.platform;
    const asked = await this.reader.ask(incident, policy, scheduledAt);
    const first = decideRetraining(await this.reader.read(incident, policy, asked, database.db), clock.now());
    if (first.decision === 'hold' || first.decision === 'suggest') {
      await database.transaction((trx) => this.record(incident, policy, first, undefined, trx));
      return first.recheckAt;
    }
    // The network is asked before the transaction; what it is decided by is read again inside.
    const measured = await this.meter.measure(incident.model, policy.verify.windowMs, clock.now());
    if (!measured) return new Date(clock.now().getTime() + METER_RETRY_MS);
    return database.transaction((trx) => this.admit(incident, policy, asked, measured, trx));
  }

  private async admit(
    incident: Incident,
    policy: Policy,
    asked: Asked,
    measured: Measured,
    trx: Db,
  ): Promise<Date | undefined> {
    await lockAdmission(incident.model, policy.group?.name, trx);
    const now = this.platform.clock.now();
    const decision = decideRetraining(await this.reader.read(incident, policy, asked, trx), now);
    const target = this.book.target(policy.run);
    if ((decision.decision !== 'dispatch' && decision.decision !== 'await_approval') || !target) {
      await this.record(incident, policy, decision, undefined, trx);
      return decision.decision === 'hold' ? decision.recheckAt : undefined;
    }
    const run = buildRun(
      {
        id: newRunId(now, randomBytes(ID_BYTES)),
        incident,
        policy,
        provider: target.provider.type,
        alerts: decision.alerts,
        measured,
        decision: { decision: decision.decision, reason: decision.reason },
        externalUrl: this.book.externalUrl,
        ...(asked.scheduledAt ? { scheduledAt: asked.scheduledAt } : {}),
      },
      now,
    );
    if (!(await this.recorder.stores.runs.insert(run, now, trx)))
      return new Date(now.getTime() + METER_RETRY_MS);
    await this.record(incident, policy, decision, run.id, trx);
    await this.recorder.tell(undefined, { run, reason: 'decided' }, now, trx);
    return undefined;
  }

  /** What fires while a run is active becomes a reason of that run, where the policy wants it so. */
  private async coalesce(
    incident: Incident,
    policy: Policy,
    alerts: readonly OpenAlert[],
    trx: Db,
  ): Promise<void> {
    const now = this.platform.clock.now();
    const run = await this.recorder.stores.runs.lockActive(incident.model, trx);
    if (!run) return;
    const reason = { incidentId: incident.id, policy: policy.name, alerts };
    const added = await attachReasons(run, reason, now, trx);
    if (added.length === 0) return;
    await this.recorder.applyIn(run.id, { type: 'reason_added', evidence: evidenceOf(added) }, trx);
  }

  private async record(
    incident: Incident,
    policy: Policy,
    decision: Decision,
    runId: string | undefined,
    trx: Db,
  ): Promise<void> {
    const now = this.platform.clock.now();
    const { journal } = this.recorder.stores;
    await this.tellPeople(incident, policy, decision, now, trx);
    if (decision.reason === 'coalesced') await this.coalesce(incident, policy, decision.alerts ?? [], trx);
    if (!(await recordDecision(incident, policy, decision, runId, now, trx))) return;
    this.decisions.inc({ decision: decision.decision, reason: decision.reason });
    await journal.append([tellDecision(incident, policy, decision, runId, now)], trx);
  }

  /** What people are told of a decision are alerts: they fire while it stands, and end with any other. */
  private async tellPeople(
    incident: Incident,
    policy: Policy,
    decision: Decision | undefined,
    now: Date,
    trx: Db,
  ): Promise<void> {
    const { alerts, journal } = this.recorder.stores;
    const standing = decisionAlerts(incident, policy, decision, this.book.externalUrl);
    const keys = standing.map(({ raised }) => raisedFingerprint(raised));
    const existing = await alerts.lockAll(OWN_SOURCE, keys, trx);
    for (const [index, { fires, raised }] of standing.entries()) {
      const before = existing.get(keys[index] as string);
      const change = fires ? raiseAlert(before, raised, now) : settleAlert(before, now);
      if (!change) continue;
      await alerts.save([change], trx);
      if (change.transition) await journal.append([tellTransition(change.alert, change.transition)], trx);
    }
  }
}

import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { ALERT_NAME, MODEL_NAME } from '../alerts/labels.js';
import { raiseAlert, raisedFingerprint, settleAlert } from '../alerts/raise-alert.js';
import { tellTransition } from '../journal/tell-transition.js';
import type { Db } from '../platform/database.client.js';
import { Platform } from '../platform/platform.module.js';
import { buildRun } from './build-run.js';
import { blockingAlerts } from './condition.js';
import type { Decision, DecisionInput } from './decision.js';
import { decideRetraining } from './decide-retraining.js';
import { alertsForDecision, type Incident, OWN_SOURCE, stepClose } from './incident.js';
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
const HISTORY_MS = 90 * 86_400_000;

/** Decides, for an incident that is due, whether to close it and whether to retrain; every decision is a record. */
@Injectable()
export class IncidentDecider {
  private readonly decisions: Counter<'decision' | 'reason'>;

  constructor(
    private readonly platform: Platform,
    private readonly recorder: RunRecorder,
    private readonly book: PolicyBook,
    private readonly meter: ModelMeter,
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
        : latest.state === 'verified'
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

  /** Decides by one policy; when to look again, if sooner than usual. */
  private async decidePolicy(incident: Incident, policy: Policy): Promise<Date | undefined> {
    const { database, clock } = this.platform;
    const first = decideRetraining(await this.read(incident, policy, database.db), clock.now());
    if (first.decision === 'hold' || first.decision === 'suggest') {
      await database.transaction((trx) => this.record(incident, policy, first, undefined, trx));
      return first.recheckAt;
    }
    // The network is asked before the transaction; what it is decided by is read again inside.
    const measured = await this.meter.measure(incident.model, policy.verify.windowMs, clock.now());
    if (!measured) return new Date(clock.now().getTime() + METER_RETRY_MS);
    return database.transaction(async (trx) => {
      const now = clock.now();
      const decision = decideRetraining(await this.read(incident, policy, trx), now);
      const target = this.book.target(policy.run);
      if ((decision.decision !== 'dispatch' && decision.decision !== 'await_approval') || !target) {
        await this.record(incident, policy, decision, undefined, trx);
        return decision.recheckAt;
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
        },
        now,
      );
      if (!(await this.recorder.stores.runs.insert(run, now, trx)))
        return new Date(now.getTime() + METER_RETRY_MS);
      await this.record(incident, policy, decision, run.id, trx);
      await this.recorder.tell(undefined, { run, reason: 'decided' }, now, trx);
      return undefined;
    });
  }

  private async read(incident: Incident, policy: Policy, on: Db): Promise<DecisionInput> {
    const { incidents, runs, alerts } = this.recorder.stores;
    const now = this.platform.clock.now();
    const since = new Date(now.getTime() - Math.max(policy.budget.perMs, HISTORY_MS));
    const past = await runs.past(incident.model, since, on);
    const activeRun = past.find((run) => run.endedAt === undefined);
    const resetAt = await runs.circuitResetAt(incident.model, on);
    const ofModel = await incidents.alertsOfModel(incident.model, on);
    const firing = (await alerts.firing(on)).filter(
      (alert) => alert.labels[MODEL_NAME] === incident.model && alert.source !== OWN_SOURCE,
    );
    return {
      policy,
      alerts: alertsForDecision(incident, ofModel).map(toOpenAlert),
      blocking: blockingAlerts(
        policy,
        firing.map((alert) =>
          toOpenAlert({
            ...alert,
            alertname: alert.labels[ALERT_NAME] ?? '',
            since: alert.firedAt ?? alert.activeAt,
          }),
        ),
      ),
      silenced: false,
      runs: past,
      ...(activeRun && { activeRun }),
      ...(resetAt && { circuitResetAt: resetAt }),
    };
  }

  private async record(
    incident: Incident,
    policy: Policy,
    decision: Decision,
    runId: string | undefined,
    trx: Db,
  ): Promise<void> {
    const now = this.platform.clock.now();
    const { incidents, journal } = this.recorder.stores;
    await this.tellPeople(incident, policy, decision, now, trx);
    if (!(await incidents.recordDecision(incident, policy.name, decision, runId, now, trx))) return;
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

function toOpenAlert(alert: Pick<OpenAlert, 'alertname' | 'labels' | 'since' | 'evidence'>): OpenAlert {
  const { alertname, labels, since, evidence } = alert;
  return {
    alertname,
    labels,
    since,
    ...(evidence && { evidence }),
    ...(evidence?.kind && { kind: evidence.kind }),
  };
}

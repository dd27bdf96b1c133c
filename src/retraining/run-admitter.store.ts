import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { standEach } from '../journal/stand-alerts.store.js';
import type { Db } from '../platform/database.client.js';
import { Platform } from '../platform/platform.module.js';
import { attachReasons, lockAdmission } from './admission.store.js';
import type { Asker } from './asker.js';
import { buildRun, evidenceOf } from './build-run.js';
import type { Decision } from './decision.js';
import { recordDecision } from './decision-log.store.js';
import { type Asked, DecisionReader } from './decision-reader.store.js';
import { decideRetraining } from './decide-retraining.js';
import { type Incident, OWN_SOURCE } from './incident.js';
import type { Measured } from './measured.js';
import { PolicyBook } from './policy-book.store.js';
import type { Policy } from './policy.js';
import { ID_BYTES, newRunId } from './run-id.js';
import { RunRecorder } from './run-recorder.store.js';
import type { Run } from './run.js';
import type { OpenAlert } from './signal.js';
import { decisionAlerts, tellDecision } from './tell-decision.js';

/** What an admission came to. Without a run although the decision allows one: another process made one just now. */
export interface Admission {
  readonly decision: Decision;
  readonly run?: Run;
}

/** Makes runs, one at a time per model and group, and records every decision with what people are told of it. */
@Injectable()
export class RunAdmitter {
  private readonly decisions: Counter<'decision' | 'reason'>;

  constructor(
    private readonly platform: Platform,
    private readonly recorder: RunRecorder,
    private readonly book: PolicyBook,
    readonly reader: DecisionReader,
  ) {
    this.decisions = platform.metrics.counter('retune_retraining_decisions_total', 'Decisions', [
      'decision',
      'reason',
    ]);
  }

  /** Decides anew while nobody else can admit a run of the model or its group, and makes the run if the decision allows it. */
  async admit(
    incident: Incident,
    policy: Policy,
    asked: Asked,
    measured: Measured,
    trx: Db,
  ): Promise<Admission> {
    await lockAdmission(incident.model, policy.group?.name, trx);
    const now = this.platform.clock.now();
    const decision = decideRetraining(await this.reader.read(incident, policy, asked, trx), now);
    const target = this.book.target(policy.run);
    const { asker } = asked;
    if ((decision.decision !== 'dispatch' && decision.decision !== 'await_approval') || !target) {
      await this.record(incident, policy, decision, asker ? { asker } : {}, trx);
      return { decision };
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
        ...(asker ? { asker } : {}),
      },
      now,
    );
    if (!(await this.recorder.stores.runs.insert(run, now, trx))) return { decision };
    await this.record(incident, policy, decision, { runId: run.id, ...(asker ? { asker } : {}) }, trx);
    await this.recorder.tell(undefined, { run, reason: 'decided' }, now, trx);
    return { decision, run };
  }

  /** Stores a decision, tells people of it, and makes what it coalesces a reason of the active run. */
  async record(
    incident: Incident,
    policy: Policy,
    decision: Decision,
    by: { readonly runId?: string; readonly asker?: Asker },
    trx: Db,
  ): Promise<void> {
    const now = this.platform.clock.now();
    const { journal } = this.recorder.stores;
    // Whoever asked in person has the answer.
    if (by.asker?.kind !== 'person') await this.tellPeople(incident, policy, decision, trx, by.asker);
    if (decision.reason === 'coalesced') await this.coalesce(incident, policy, decision.alerts ?? [], trx);
    if (!(await recordDecision(incident, policy, decision, by, now, trx))) return;
    this.decisions.inc({ decision: decision.decision, reason: decision.reason });
    await journal.append([tellDecision(incident, policy, decision, by, now)], trx);
  }

  /** What people are told of a decision are alerts: they fire while it stands, and end with any other. */
  async tellPeople(
    incident: Incident,
    policy: Policy,
    decision: Decision | undefined,
    trx: Db,
    asker?: Asker,
  ): Promise<void> {
    const now = this.platform.clock.now();
    const standing = decisionAlerts(incident, policy, decision, this.book.externalUrl, asker);
    await standEach(OWN_SOURCE, standing, this.recorder.stores, now, trx);
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
}

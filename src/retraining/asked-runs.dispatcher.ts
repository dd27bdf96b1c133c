import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Db } from '../platform/database.client.js';
import { Platform } from '../platform/platform.module.js';
import { lockAdmission } from './admission.store.js';
import type { Asker } from './asker.js';
import type { Incident } from './incident.js';
import { ModelMeter } from './model-meter.client.js';
import type { Policy } from './policy.js';
import { type Admission, RunAdmitter } from './run-admitter.store.js';
import { ID_BYTES, newIncidentId } from './run-id.js';
import { RetrainingStores } from './run-recorder.store.js';

/** What asking came to; `unknown`: Prometheus gives no answer, so nothing was decided and the same may be asked again. */
export type AskedRun =
  ({ readonly kind: 'decided' } & Admission) | { readonly kind: 'taken' } | { readonly kind: 'unknown' };

/** Decides about runs that a schedule or a person asks for: by the same gates, in the model's incident, or in one of their own. */
@Injectable()
export class AskedRuns {
  constructor(
    private readonly platform: Platform,
    private readonly stores: RetrainingStores,
    private readonly meter: ModelMeter,
    private readonly admitter: RunAdmitter,
  ) {}

  /**
   * Decides now, and makes the run if the gates allow it. `settle` belongs to the transaction: it runs after the decision, and
   * when it is false somebody else has decided already, and nothing is stored.
   */
  async ask(
    policy: Policy,
    asker: Asker,
    settle: (decided: Admission, trx: Db) => Promise<boolean> = async () => true,
  ): Promise<AskedRun> {
    const { database, clock } = this.platform;
    const { model, verify } = policy;
    const open = await this.stores.incidents.latestOpen(model, database.db);
    const asked = await this.admitter.reader.ask(open ?? { model, modelVersion: '' }, policy, asker);
    const measured = await this.meter.measure(model, verify.windowMs, clock.now());
    if (!measured) return { kind: 'unknown' };
    const taken = new Error('taken');
    try {
      return await database.transaction(async (trx) => {
        await lockAdmission(model, policy.group?.name, trx);
        const incident = await this.incidentOf(model, trx);
        const admission = await this.admitter.admit(incident, policy, asked, measured, trx);
        if (!(await settle(admission, trx))) throw taken;
        return { kind: 'decided', ...admission };
      });
    } catch (error) {
      if (error === taken) return { kind: 'taken' };
      throw error;
    }
  }

  /** Ends what people are told of a schedule's last decision. */
  async untell(policy: Policy, trx: Db): Promise<void> {
    const nobody = { id: '', model: policy.model, modelVersion: '', openedAt: this.platform.clock.now() };
    const asker = { kind: 'schedule', at: nobody.openedAt } as const;
    await this.admitter.tellPeople(nobody, policy, undefined, trx, asker);
  }

  /** The model's open incident, or one that is opened for this alone. */
  private async incidentOf(model: string, trx: Db): Promise<Incident> {
    const open = await this.stores.incidents.latestOpen(model, trx);
    if (open) return open;
    const now = this.platform.clock.now();
    const incident = {
      id: newIncidentId(now, randomBytes(ID_BYTES)),
      model,
      modelVersion: '',
      openedAt: now,
    };
    await this.stores.incidents.insert(incident, trx);
    // Closed by whoever looks at it next, unless a run came of it.
    await this.stores.incidents.checkAt(incident.id, now, trx);
    return incident;
  }
}

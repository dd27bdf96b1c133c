import { Injectable } from '@nestjs/common';
import { ALERT_NAME, MODEL_NAME } from '../alerts/labels.js';
import type { Db } from '../platform/database.client.js';
import { Platform } from '../platform/platform.module.js';
import { silencedBy } from '../routing/silence.js';
import { stopsRetraining } from '../routing/silence-scope.js';
import { SilenceStore } from '../routing/silence.store.js';
import { groupRuns, trainedByRun } from './admission.store.js';
import type { Asker } from './asker.js';
import { blockingAlerts } from './condition.js';
import type { DecisionInput } from './decision.js';
import { alertsForDecision, type Incident, type IncidentKey, OWN_SOURCE } from './incident.js';
import { ModelMeter } from './model-meter.client.js';
import type { NewLabels } from './new-labels.js';
import { pastRuns } from './past-runs.store.js';
import type { Policy } from './policy.js';
import { RetrainingStores } from './run-recorder.store.js';
import type { OpenAlert } from './signal.js';

/** How far back runs matter to the circuit at least. */
const HISTORY_MS = 90 * 86_400_000;

/** What was found out before a decision's transaction, and what asked for it. */
export interface Asked {
  readonly newLabels?: NewLabels;
  readonly asker?: Asker;
}

/** Gathers everything a decision rests on. */
@Injectable()
export class DecisionReader {
  constructor(
    private readonly platform: Platform,
    private readonly stores: RetrainingStores,
    private readonly meter: ModelMeter,
    private readonly silences: SilenceStore,
  ) {}

  /** Asks Prometheus what the policy wants to know; nothing is asked that it does not need. */
  async ask(incident: IncidentKey, policy: Policy, asker?: Asker): Promise<Asked> {
    const asked = asker ? { asker } : {};
    if (policy.newLabels === 0) return asked;
    const { model, modelVersion } = incident;
    const madeAt = await trainedByRun(model, modelVersion, this.platform.database.db);
    const newLabels = await this.meter.newLabels(model, modelVersion, madeAt, this.platform.clock.now());
    return { ...asked, newLabels };
  }

  /** Reads the rest, as of now and on one connection. */
  async read(incident: Incident, policy: Policy, asked: Asked, on: Db): Promise<DecisionInput> {
    const { incidents, runs } = this.stores;
    const now = this.platform.clock.now();
    const since = new Date(now.getTime() - Math.max(policy.budget.perMs, HISTORY_MS));
    const past = await pastRuns(incident.model, since, on);
    const activeRun = past.find((run) => run.endedAt === undefined);
    const resetAt = await runs.circuitResetAt(incident.model, on);
    const ofModel = await incidents.alertsOfModel(incident.model, on);
    const alerts = alertsForDecision(incident, ofModel).map(toOpenAlert);
    const silences = stopsRetraining(await this.silences.active(now, on));
    return {
      policy,
      alerts,
      blocking: blockingAlerts(policy, await this.firing(incident.model, on)),
      silenced: alerts.some(({ labels }) => silencedBy(labels, silences, now).length > 0),
      runs: past,
      incidentId: incident.id,
      ...(policy.group ? { groupRuns: await groupRuns(policy.group.name, incident.model, on) } : {}),
      ...(activeRun && { activeRun }),
      ...(resetAt && { circuitResetAt: resetAt }),
      ...asked,
    };
  }

  private async firing(model: string, on: Db): Promise<readonly OpenAlert[]> {
    const firing = await this.stores.alerts.firingWith(MODEL_NAME, model, on);
    return firing
      .filter(({ source }) => source !== OWN_SOURCE)
      .map((alert) =>
        toOpenAlert({
          ...alert,
          alertname: alert.labels[ALERT_NAME] ?? '',
          since: alert.firedAt ?? alert.activeAt,
        }),
      );
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

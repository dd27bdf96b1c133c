import { ALERT_NAME, MODEL_NAME } from '../alerts/labels.js';
import type { RaisedAlert } from '../alerts/raise-alert.js';
import type { JournalEntry } from '../journal/entry.js';
import type { Decision } from './decision.js';
import { type Incident, OWN_SOURCE } from './incident.js';
import type { Policy } from './policy.js';

const VERDICT: Readonly<Record<Decision['decision'], (model: string) => string>> = {
  dispatch: (model) => `retraining ${model}`,
  await_approval: (model) => `retraining ${model} once somebody approves`,
  suggest: (model) => `suggesting to retrain ${model}`,
  hold: (model) => `not retraining ${model}`,
};

/** The journal's entry for a decision: what, why, and the gate that decided with its number. */
export function tellDecision(
  incident: Incident,
  policy: Policy,
  decision: Decision,
  runId: string | undefined,
  now: Date,
): JournalEntry {
  const gate = decision.decision === 'hold' ? decision.gates.find(({ pass }) => !pass) : undefined;
  const why = gate
    ? `${gate.gate}: ${gate.detail}`
    : decision.gates.find((each) => each.gate === 'trigger')?.detail;
  return {
    at: now,
    kind: 'decision',
    summary: `${VERDICT[decision.decision](incident.model)} by policy ${policy.name} (${decision.reason.replaceAll('_', ' ')}): ${why ?? ''}`,
    reason: decision.reason,
    model: incident.model,
    ...(runId ? { runId } : {}),
    details: {
      incidentId: incident.id,
      policy: policy.name,
      decision: decision.decision,
      gates: decision.gates,
    },
  };
}

/** The alert that tells people of a suggestion. */
export function suggestionAlert(
  incident: Incident,
  policy: Policy,
  decision: Decision | undefined,
  externalUrl: string,
): RaisedAlert {
  const trigger = decision?.gates.find(({ gate }) => gate === 'trigger')?.detail ?? '';
  return {
    source: OWN_SOURCE,
    labels: {
      [ALERT_NAME]: 'RetrainingSuggested',
      [MODEL_NAME]: incident.model,
      policy: policy.name,
      severity: 'warning',
    },
    annotations: {
      summary: `Retraining ${incident.model} may help`,
      description: `${trigger}. Policy ${policy.name} only suggests (${decision?.reason.replaceAll('_', ' ') ?? ''}).`,
    },
    generatorUrl: `${externalUrl}/api/incidents/${incident.id}`,
  };
}

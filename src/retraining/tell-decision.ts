import { ALERT_NAME, MODEL_NAME } from '../alerts/labels.js';
import type { OwnAlert } from '../alerts/raise-alert.js';
import type { JournalEntry } from '../journal/entry.js';
import { type Asker, nameAsker } from './asker.js';
import type { Decision, GateName } from './decision.js';
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
  { runId, asker }: { readonly runId?: string; readonly asker?: Asker },
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
      ...(asker ? { askedBy: nameAsker(asker) } : {}),
    },
  };
}

/** Holds that people are told of: the model needs help, no run comes, and somebody can do something about it. */
const TOLD_HOLDS = {
  blocked: {
    why: 'its data cannot be trusted',
    remedy:
      'Training on such data would make the model worse. Put right what these alerts say; then it is decided anew.',
  },
  budget: {
    why: 'the budget is spent',
    remedy: 'Raise the budget of the policy, or retrain by hand.',
  },
} as const;

/**
 * What people are told about a policy's decision, by the same routes as everything else: that it suggests a run, or that it
 * holds one back that the model needs. Each ends with any other decision; no decision: the incident is over. What a schedule asked
 * for is told apart (`asked_by`), so that the incident's own decisions do not end it.
 */
export function decisionAlerts(
  incident: Incident,
  policy: Policy,
  decision: Decision | undefined,
  externalUrl: string,
  asker?: Asker,
): readonly OwnAlert[] {
  const detail = (name: GateName): string => decision?.gates.find(({ gate }) => gate === name)?.detail ?? '';
  const standing = (
    name: string,
    labels: Record<string, string>,
    fires: boolean,
    annotations: Record<string, string>,
  ): OwnAlert => ({
    fires,
    raised: {
      source: OWN_SOURCE,
      labels: {
        [ALERT_NAME]: name,
        [MODEL_NAME]: incident.model,
        policy: policy.name,
        severity: 'warning',
        ...(asker ? { asked_by: asker.kind } : {}),
        ...labels,
      },
      annotations,
      generatorUrl: `${externalUrl}/api/incidents/${incident.id}`,
    },
  });
  const holds = (['blocked', 'budget'] as const).map((reason) => {
    const { why, remedy } = TOLD_HOLDS[reason];
    const fires = decision?.decision === 'hold' && decision.reason === reason;
    return standing('RetrainingHeld', { reason }, fires, {
      summary: `${incident.model} is not retrained: ${why}`,
      description: `${detail('trigger')}. ${reason === 'blocked' ? 'Blocked by' : 'Spent:'} ${detail(reason === 'blocked' ? 'block_when' : 'budget')}. ${remedy}`,
    });
  });
  return [
    standing('RetrainingSuggested', {}, decision?.decision === 'suggest', {
      summary: `Retraining ${incident.model} may help`,
      description: `${detail('trigger')}. Policy ${policy.name} only suggests (${decision?.reason.replaceAll('_', ' ') ?? ''}).`,
    }),
    ...holds,
  ];
}

import { ALERT_NAME, type Labels, MODEL_NAME } from '../alerts/labels.js';
import { blockingAlerts, explainCondition, holds } from './condition.js';
import { decideRetraining } from './decide-retraining.js';
import type { Decision, Gate, GateName } from './decision.js';
import type { Condition, Policy } from './policy.js';
import type { OpenAlert } from './signal.js';

/**
 * What an alert means to a policy. `triggers`: it is enough by itself. `contributes`: it counts together with others.
 * `blocks`: while it fires there is no retraining. `none`: the policy does not heed it.
 */
export type PolicyRole = 'triggers' | 'contributes' | 'blocks' | 'none';

/** What a policy would make of an alert that fires alone, for as long as the policy asks, with no run before. */
export interface PolicyExplanation {
  readonly policy: Policy;
  readonly role: PolicyRole;
  readonly trigger: string;
  readonly decision: Decision['decision'];
  readonly reason: Decision['reason'];
  /** The gates that hold the decision, or lower it; without those that follow from a trigger that does not hold. */
  readonly failed: readonly Gate[];
}

/**
 * What the policies of an alert's model would make of it; empty when the labels name no model. `kind` is the kind of the rule
 * behind it, undefined when nobody knows. An accuracy rule is taken to rest on labels that prove the loss.
 */
export function explainPolicies(
  policies: readonly Policy[],
  labels: Labels,
  kind: string | undefined,
  now: Date,
): readonly PolicyExplanation[] {
  const model = labels[MODEL_NAME];
  return policies
    .filter((policy) => policy.model === model)
    .map((policy) => explainPolicy(policy, labels, kind, now));
}

function explainPolicy(
  policy: Policy,
  labels: Labels,
  kind: string | undefined,
  now: Date,
): PolicyExplanation {
  const alert: OpenAlert = {
    alertname: labels[ALERT_NAME] ?? '',
    labels,
    since: new Date(now.getTime() - policy.sustainedMs),
    ...(kind === undefined ? {} : { kind }),
    ...(kind === 'accuracy' ? { evidence: PROVEN } : {}),
  };
  const blocking = blockingAlerts(policy, [alert]);
  const newLabels = { kind: 'assumed' } as const;
  const input = { policy, alerts: [alert], blocking, silenced: false, runs: [], newLabels };
  const { decision, reason, gates } = decideRetraining(input, now);
  const triggered = holds(policy.trigger, [alert]) !== undefined;
  return {
    policy,
    role:
      blocking.length > 0
        ? 'blocks'
        : triggered
          ? 'triggers'
          : mentions(policy.trigger, alert)
            ? 'contributes'
            : 'none',
    trigger: explainCondition(policy.trigger),
    decision,
    reason,
    failed: gates.filter(({ gate, pass }) => !pass && (triggered || !OF_TRIGGER.has(gate))),
  };
}

/** Gates that judge the alerts of the trigger. */
const OF_TRIGGER: ReadonlySet<GateName> = new Set(['trigger', 'sustained', 'evidence']);

/** Evidence of an accuracy that labels prove, of any size. */
const PROVEN = { kind: 'accuracy', measure: 'accuracy', value: null, threshold: null, n: 1 } as const;

/** Whether any part of a condition holds with this alert. */
function mentions(condition: Condition, alert: OpenAlert): boolean {
  return 'of' in condition
    ? condition.of.some((part) => mentions(part, alert))
    : holds(condition, [alert]) !== undefined;
}

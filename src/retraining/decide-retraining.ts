import { type Asker, tellAsker } from './asker.js';
import { circuitOf } from './circuit.js';
import { explainCondition, holds } from './condition.js';
import {
  type ActReason,
  type Decision,
  type DecisionInput,
  GATES,
  type Gate,
  type GateName,
} from './decision.js';
import { judgeBlackout, judgeNewLabels, judgeSilence, judgeSustained } from './judge-circumstances.js';
import { judgeActiveRun, judgeAttempts, judgeCircuit, judgeGroup } from './judge-runs.js';
import { judgeBudget, judgeCooldown, judgeCost } from './judge-spending.js';
import type { Judged } from './judged.js';
import { type Level, type SignalCap, signalCap } from './signal-cap.js';
import { type OpenAlert, explainAlert } from './signal.js';

const LEVELS: readonly Level[] = ['suggest', 'await_approval', 'dispatch'];
const LEVEL_BY_MODE = {
  disabled: 'suggest',
  suggest: 'suggest',
  approve: 'await_approval',
  auto: 'dispatch',
} as const;

/** A schedule is the operator's own word, and so is a person's; neither is evidence of drift. */
const BY_WORD: Readonly<Record<Asker['kind'], SignalCap>> = {
  schedule: { level: 'dispatch', detail: 'the schedule asks, whatever fires' },
  person: { level: 'dispatch', detail: 'a person asks, whatever fires' },
};

/**
 * Whether a model's open alerts start a run, ask for one, suggest one, or nothing, and why. Total: every gate is judged and listed,
 * whichever of them decides. The first gate that fails holds; else the least of what mode, evidence and circuit allow happens.
 */
export function decideRetraining(input: DecisionInput, now: Date): Decision {
  const { policy, alerts, asker } = input;
  const age = (alert: OpenAlert): number => Math.max(0, now.getTime() - alert.since.getTime());
  const held = holds(policy.trigger, alerts);
  const lasting = holds(
    policy.trigger,
    alerts.filter((alert) => age(alert) >= policy.sustainedMs),
  );
  const cap = asker ? BY_WORD[asker.kind] : signalCap(lasting?.alerts ?? held?.alerts ?? []);
  const circuit = circuitOf(input.runs, input.circuitResetAt);
  // Where the policy leaves starting to people, one who asks has started; the policy's approvals still count.
  const wanted =
    policy.mode === 'suggest' && asker?.kind === 'person' ? 'await_approval' : LEVEL_BY_MODE[policy.mode];
  const limits: readonly (readonly [Level, ActReason])[] = [
    [wanted, 'policy_mode'],
    [cap.level, cap.reason ?? 'policy_mode'],
    [circuit.state === 'closed' ? 'dispatch' : 'await_approval', 'last_run_unverifiable'],
  ];
  const [level, reason] = limits.reduce((least, next) => (rank(next[0]) < rank(least[0]) ? next : least));

  const judged: Readonly<Record<GateName, Judged>> = {
    mode: { pass: policy.mode !== 'disabled', hold: 'disabled', detail: `mode is ${policy.mode}` },
    trigger: {
      pass: held !== undefined || asker !== undefined,
      hold: 'not_triggered',
      detail: asker
        ? tellAsker(asker)
        : held
          ? `${held.alerts.map(explainAlert).join(', ')} firing`
          : `needs ${explainCondition(policy.trigger)}; firing: ${names(alerts)}`,
    },
    sustained: judgeSustained(held?.since, input, lasting !== undefined, now),
    evidence: { pass: rank(cap.level) >= rank(wanted), detail: `${cap.detail}; allows at most ${cap.level}` },
    block_when: {
      pass: input.blocking.length === 0,
      hold: 'blocked',
      detail: `${input.blocking.length} firing: ${names(input.blocking)}`,
    },
    new_labels: judgeNewLabels(input),
    active_run: judgeActiveRun(input),
    group: judgeGroup(input),
    circuit: judgeCircuit(circuit, wanted),
    attempts: judgeAttempts(input),
    cooldown: judgeCooldown(input, circuit, now),
    budget: judgeBudget(input, now),
    cost: judgeCost(input, now),
    blackout: judgeBlackout(input, level, now),
    silence: judgeSilence(input, level),
  };
  const gates = GATES.map((gate): Gate => ({ gate, pass: judged[gate].pass, detail: judged[gate].detail }));
  const failed = GATES.map((gate) => judged[gate]).find((gate) => !gate.pass && gate.hold !== undefined);
  if (!failed?.hold) return { decision: level, reason, gates, alerts: lasting?.alerts ?? [] };
  const { until } = failed;
  return {
    decision: 'hold',
    reason: failed.hold,
    gates,
    ...(until ? { recheckAt: until } : {}),
    ...(failed.hold === 'coalesced' ? { alerts: lasting?.alerts ?? [] } : {}),
  };
}

function rank(level: Level): number {
  return LEVELS.indexOf(level);
}

function names(alerts: readonly OpenAlert[]): string {
  return alerts.length === 0 ? 'none' : alerts.map(explainAlert).join(', ');
}

import { formatDuration } from '../schema/duration.js';
import { type Circuit, OPEN_AFTER_FAILURES, circuitOf } from './circuit.js';
import { explainCondition, holds } from './condition.js';
import {
  type ActReason,
  type Decision,
  type DecisionInput,
  GATES,
  type Gate,
  type GateName,
  type HoldReason,
} from './decision.js';
import { type Level, signalCap } from './signal-cap.js';
import { type OpenAlert, explainAlert } from './signal.js';
import { cooldownOf, spentOf } from './spending.js';

const LEVELS: readonly Level[] = ['suggest', 'await_approval', 'dispatch'];
const LEVEL_BY_MODE = {
  disabled: 'suggest',
  suggest: 'suggest',
  approve: 'await_approval',
  auto: 'dispatch',
} as const;

interface Judged {
  readonly pass: boolean;
  readonly detail: string;
  /** The reason of the hold when the gate fails; absent for a gate that only lowers the level. */
  readonly hold?: HoldReason;
  /** When the gate opens by itself. */
  readonly until?: Date;
}

/**
 * Whether a model's open alerts start a run, ask for one, suggest one, or nothing, and why. Total: every gate is judged and listed,
 * whichever of them decides. The first gate that fails holds; else the least of what mode, evidence and circuit allow happens.
 */
export function decideRetraining(input: DecisionInput, now: Date): Decision {
  const { policy, alerts } = input;
  const age = (alert: OpenAlert): number => Math.max(0, now.getTime() - alert.since.getTime());
  const held = holds(policy.trigger, alerts);
  const lasting = holds(
    policy.trigger,
    alerts.filter((alert) => age(alert) >= policy.sustainedMs),
  );
  const cap = signalCap(lasting?.alerts ?? held?.alerts ?? []);
  const circuit = circuitOf(input.runs, input.circuitResetAt);
  const wanted = LEVEL_BY_MODE[policy.mode];
  const limits: readonly (readonly [Level, ActReason])[] = [
    [wanted, 'policy_mode'],
    [cap.level, cap.reason ?? 'policy_mode'],
    [circuit.state === 'closed' ? 'dispatch' : 'await_approval', 'last_run_unverifiable'],
  ];
  const [level, reason] = limits.reduce((least, next) => (rank(next[0]) < rank(least[0]) ? next : least));

  const judged: Readonly<Record<GateName, Judged>> = {
    mode: { pass: policy.mode !== 'disabled', hold: 'disabled', detail: `mode is ${policy.mode}` },
    trigger: {
      pass: held !== undefined,
      hold: 'not_triggered',
      detail: held
        ? `${held.alerts.map(explainAlert).join(', ')} firing`
        : `needs ${explainCondition(policy.trigger)}; firing: ${names(alerts)}`,
    },
    sustained: sustained(held?.since, policy.sustainedMs, lasting !== undefined, now),
    evidence: { pass: rank(cap.level) >= rank(wanted), detail: `${cap.detail}; allows at most ${cap.level}` },
    block_when: {
      pass: input.blocking.length === 0,
      hold: 'blocked',
      detail: `${input.blocking.length} firing: ${names(input.blocking)}`,
    },
    active_run: activeRun(input),
    circuit: judgeCircuit(circuit, wanted),
    cooldown: judgeCooldown(input, circuit, now),
    budget: judgeBudget(input, now),
    silence: judgeSilence(input.silenced, level),
  };
  const gates = GATES.map((gate): Gate => ({ gate, pass: judged[gate].pass, detail: judged[gate].detail }));
  const failed = GATES.map((gate) => judged[gate]).find((gate) => !gate.pass && gate.hold !== undefined);
  if (!failed?.hold) return { decision: level, reason, gates, alerts: lasting?.alerts ?? [] };
  const { until } = failed;
  return { decision: 'hold', reason: failed.hold, gates, ...(until ? { recheckAt: until } : {}) };
}

function rank(level: Level): number {
  return LEVELS.indexOf(level);
}

function names(alerts: readonly OpenAlert[]): string {
  return alerts.length === 0 ? 'none' : alerts.map(explainAlert).join(', ');
}

function sustained(since: Date | undefined, neededMs: number, pass: boolean, now: Date): Judged {
  const needed = formatDuration(neededMs);
  if (!since)
    return { pass: false, hold: 'not_sustained', detail: `0s of ${needed}: the trigger does not hold` };
  const heldMs = Math.max(0, now.getTime() - since.getTime());
  const seconds = Math.floor(heldMs / 1000) * 1000;
  const detail = `${formatDuration(seconds)} of ${needed}, since ${since.toISOString()}`;
  return { pass, hold: 'not_sustained', detail, until: new Date(since.getTime() + neededMs) };
}

function activeRun({ activeRun, runs }: DecisionInput): Judged {
  const active = activeRun ?? runs.find((run) => run.endedAt === undefined);
  const detail = active ? `${active.id} is ${active.state}` : '0 of 1 runs active';
  return { pass: !active, hold: 'active_run', detail };
}

function judgeCircuit({ state, failures, cause }: Circuit, wanted: Level): Judged {
  const count = `${failures} of ${OPEN_AFTER_FAILURES} failures in a row`;
  const why = cause ? `: ${cause.id} ended ${cause.state} at ${cause.endedAt.toISOString()}` : '';
  const detail = `${state}${why}, ${count}`;
  if (state === 'open')
    return { pass: false, hold: 'circuit_open', detail: `${detail}; a person has to reset it` };
  return state === 'half_open'
    ? { pass: wanted !== 'dispatch', detail: `${detail}; a person has to approve the next run` }
    : { pass: true, detail };
}

function judgeCooldown({ policy, runs }: DecisionInput, { failures }: Circuit, now: Date): Judged {
  const cooldown = cooldownOf(runs, policy.cooldownMs, failures);
  if (!cooldown) return { pass: true, hold: 'cooldown', detail: 'no run has ended yet' };
  const { until, run, lengthMs } = cooldown;
  const doubled = failures > 0 ? `, longer after ${failures} failures in a row` : '';
  const detail = `until ${until.toISOString()}: ${formatDuration(lengthMs)} after ${run.id} ended ${run.state}${doubled}`;
  return { pass: now.getTime() >= until.getTime(), hold: 'cooldown', detail, until };
}

function judgeBudget({ policy, runs, activeRun }: DecisionInput, now: Date): Judged {
  const all = activeRun && !runs.some(({ id }) => id === activeRun.id) ? [...runs, activeRun] : runs;
  const { budget } = policy;
  const spent = spentOf(all, budget.runs, budget.perMs, now);
  const pass = spent.runs < budget.runs;
  const until = pass ? undefined : spent.freesAt;
  const frees = until ? `; the next is free at ${until.toISOString()}` : '';
  const detail = `${spent.runs} of ${budget.runs} runs in ${formatDuration(budget.perMs)}${frees}`;
  return { pass, hold: 'budget', detail, ...(until ? { until } : {}) };
}

function judgeSilence(silenced: boolean, level: Level): Judged {
  if (!silenced) return { pass: true, hold: 'silenced', detail: 'no silence covers the alerts' };
  const alone = level === 'dispatch';
  const detail = alone ? 'silenced: nothing starts by itself' : 'silenced: a person decides anyway';
  return { pass: !alone, hold: 'silenced', detail };
}

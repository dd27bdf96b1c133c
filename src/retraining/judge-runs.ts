import { type Circuit, OPEN_AFTER_FAILURES } from './circuit.js';
import type { DecisionInput } from './decision.js';
import type { Judged } from './judged.js';
import type { Level } from './signal-cap.js';
import { wasStarted } from './spending.js';

/** One run of a model at a time; what a second reason does is the policy's choice. */
export function judgeActiveRun({ policy, activeRun, runs }: DecisionInput): Judged {
  const active = activeRun ?? runs.find((run) => run.endedAt === undefined);
  const detail = active ? `${active.id} is ${active.state}` : '0 of 1 runs active';
  return { pass: !active, hold: policy.onConflict === 'coalesce' ? 'coalesced' : 'active_run', detail };
}

/** A place in the group that the policy shares with other models. */
export function judgeGroup({ policy: { group }, groupRuns = [] }: DecisionInput): Judged {
  if (!group) return { pass: true, hold: 'group_full', detail: 'in no group' };
  const held = groupRuns.length === 0 ? '' : `: ${groupRuns.join(', ')}`;
  const detail = `${groupRuns.length} of ${group.limit} places in ${group.name} taken${held}`;
  return { pass: groupRuns.length < group.limit, hold: 'group_full', detail };
}

/** Whether runs still help. */
export function judgeCircuit({ state, failures, cause }: Circuit, wanted: Level): Judged {
  const count = `${failures} of ${OPEN_AFTER_FAILURES} failures in a row`;
  const why = cause ? `: ${cause.id} ended ${cause.state} at ${cause.endedAt.toISOString()}` : '';
  const detail = `${state}${why}, ${count}`;
  if (state === 'open')
    return { pass: false, hold: 'circuit_open', detail: `${detail}; a person has to reset it` };
  return state === 'half_open'
    ? { pass: wanted !== 'dispatch', detail: `${detail}; a person has to approve the next run` }
    : { pass: true, detail };
}

/** Runs of one incident that were started, since a person last reset the circuit: more of the same cures nothing. */
export function judgeAttempts({ policy, runs, incidentId, circuitResetAt }: DecisionInput): Judged {
  const since = circuitResetAt?.getTime() ?? -Infinity;
  const started = runs.filter(
    (run) =>
      incidentId !== undefined &&
      run.incidentId === incidentId &&
      run.rollback !== true &&
      wasStarted(run) &&
      run.createdAt.getTime() > since,
  ).length;
  const pass = started < policy.attempts;
  const reset = pass ? '' : '; a person has to reset the circuit';
  return { pass, hold: 'attempts', detail: `${started} of ${policy.attempts} runs of this incident${reset}` };
}

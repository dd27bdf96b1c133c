import type { Run, RunState } from './run.js';
import type { RunStep, StepReason } from './run-event.js';

const PHASES: Readonly<Record<RunState, number>> = {
  awaiting_approval: 0,
  queued: 1,
  triggering: 1,
  ambiguous: 1,
  dispatched: 2,
  running: 3,
  succeeded: 4,
  soaking: 5,
  verified: 6,
  not_improved: 6,
  regressed: 6,
  unverifiable: 6,
  rejected: 6,
  expired: 6,
  failed: 6,
  timed_out: 6,
  lost: 6,
  cancelled: 6,
};
const PHASE_WEIGHT = 1_000_000;

/** Whether a run has come to its end. */
export function isOver(run: Pick<Run, 'state'>): boolean {
  return PHASES[run.state] === 6;
}

/** Whether a trigger may have left and the CI system has not yet come to an end. */
export function isInCi(run: Run): boolean {
  return run.sentAt !== undefined && PHASES[run.state] >= 1 && PHASES[run.state] <= 3;
}

/**
 * How far a run has come; no event ever lowers it. While it is being sent, each attempt goes triggering → ambiguous → queued again,
 * and only the next attempt may trigger anew.
 */
export function progressOf(run: Pick<Run, 'state' | 'attempt'>): number {
  const phase = PHASES[run.state] * PHASE_WEIGHT;
  if (PHASES[run.state] !== 1) return phase;
  const step = { triggering: 0, ambiguous: 1, queued: 2 }[run.state as 'triggering' | 'ambiguous' | 'queued'];
  return phase + run.attempt * 3 + step;
}

/** Whether someone wants the run stopped that may still run in the CI system. */
export function cancelRequested(run: Pick<Run, 'reason'>): boolean {
  return run.reason === 'cancel_requested';
}

/** Nothing changes, for `reason`. */
export function stay(run: Run, reason: StepReason): RunStep {
  return { run, changed: false, reason };
}

/** The run in `state`, or unchanged when that would lead backwards. A wish to cancel outlives everything but an end that is known. */
export function move(
  run: Run,
  state: RunState,
  reason: StepReason,
  now: Date,
  patch: Partial<Run> = {},
): RunStep {
  if (isOver(run)) return stay(run, 'run_is_over');
  const next = { ...run, ...patch, state };
  if (progressOf(next) < progressOf(run)) return stay(run, 'comes_late');
  const over = isOver(next);
  const kept = cancelRequested(run) && (isInCi(next) || state === 'lost') ? 'cancel_requested' : reason;
  return { run: { ...next, reason: kept, ...(over ? { endedAt: now } : {}) }, changed: true, reason };
}

/** The same state with other facts. */
export function amend(run: Run, reason: StepReason, patch: Partial<Run>): RunStep {
  return { run: { ...run, ...patch }, changed: true, reason };
}

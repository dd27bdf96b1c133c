import { blackoutUntil } from '../retraining/blackout.js';
import type { PastRun } from '../retraining/circuit.js';
import type { Policy } from '../retraining/policy.js';
import type { RunState } from '../retraining/run.js';

/** What is taken for granted about runs, because no history knows it. Milliseconds. */
export interface RunAssumptions {
  /** From the start of a pipeline to its end. */
  readonly durationMs: number;
  readonly outcome: 'verified' | 'not_improved' | 'failed';
  /** How long a person takes to approve; absent: nobody ever does. */
  readonly approveAfterMs?: number;
}

/** From when a run is in a state. */
export interface RunStage {
  readonly at: Date;
  readonly state: RunState;
}

/** A run as it would have gone: all of it is known when it is decided. */
export interface SimulatedRun {
  readonly id: string;
  readonly policy: string;
  readonly model: string;
  readonly incidentId: string;
  readonly group?: string;
  /** What it is taken to cost. */
  readonly cost?: number;
  /** The alerts the decision rests on, in words. */
  readonly because: string;
  /** In order; the last is an end. */
  readonly stages: readonly RunStage[];
}

/**
 * How a run goes that is decided at `at`. A pipeline that takes longer than the policy allows is stopped. One that succeeds
 * is judged once its new version has soaked and the policy's window is full, at its deadline at the latest.
 */
export function stagesOf(
  policy: Policy,
  decision: 'dispatch' | 'await_approval',
  at: Date,
  { durationMs, outcome, approveAfterMs }: RunAssumptions,
): readonly RunStage[] {
  const after = (from: Date, ms: number): Date => new Date(from.getTime() + ms);
  const waits = decision === 'await_approval';
  const asked: readonly RunStage[] = waits ? [{ at, state: 'awaiting_approval' }] : [];
  if (waits && (approveAfterMs === undefined || approveAfterMs >= policy.approvalTimeoutMs))
    return [...asked, { at: after(at, policy.approvalTimeoutMs), state: 'expired' }];
  const asSoonAs = waits ? after(at, approveAfterMs ?? 0) : at;
  // As in the service: what is approved in a blackout waits for its end.
  const start = blackoutUntil(policy.blackout, asSoonAs) ?? asSoonAs;
  const running: readonly RunStage[] = [...asked, { at: start, state: 'running' }];
  if (durationMs > policy.finishWithinMs)
    return [...running, { at: after(start, policy.finishWithinMs), state: 'timed_out' }];
  const trained = after(start, durationMs);
  if (outcome === 'failed') return [...running, { at: trained, state: 'failed' }];
  const { soakMs, windowMs, deadlineMs } = policy.verify;
  const verdict = after(trained, Math.min(soakMs + windowMs, deadlineMs));
  return [...running, { at: trained, state: 'soaking' }, { at: verdict, state: outcome }];
}

/** When the pipeline started, if it ever did. */
export function startOf({ stages }: SimulatedRun): Date | undefined {
  return stages.find(({ state }) => state === 'running')?.at;
}

/** The run as later decisions see it at `now`. */
export function pastRunAt(run: SimulatedRun, now: Date): PastRun {
  const first = run.stages[0] as RunStage;
  const reached = run.stages.filter(({ at }) => at <= now);
  const stage = reached.at(-1) ?? first;
  const sentAt = startOf({ ...run, stages: reached });
  const over = reached.length === run.stages.length;
  return {
    id: run.id,
    state: stage.state,
    createdAt: first.at,
    ...(sentAt ? { sentAt } : {}),
    ...(over ? { endedAt: stage.at } : {}),
    incidentId: run.incidentId,
    ...(run.cost === undefined ? {} : { cost: run.cost }),
  };
}

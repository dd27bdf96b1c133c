import type { Run } from './run.js';
import { cancelRequested, isInCi, isOver } from './run-progress.js';

/** Whether a pipeline may go on. Anything but `granted` is answered with 409, and the pipeline exits before it costs anything. */
export type ClaimAnswer =
  | { readonly answer: 'granted'; readonly first: boolean }
  | {
      readonly answer: 'refused';
      readonly reason: 'run_is_over' | 'cancel_requested' | 'not_sent' | 'claimed_by_other' | 'not_ours';
    };

/**
 * The fence against duplicate runs: the first pipeline that claims a run gets it, and gets it again when it repeats the claim; any
 * other is turned away. Where pipelines claim with the id that `CiRef.id` holds (`isRefId`) a stranger is turned away even when
 * it comes first. A run that somebody wants stopped stops here at the latest. `ciRunId` is the pipeline's own id, 1 to 200 characters.
 */
export function decideClaim(run: Run, ciRunId: string, isRefId: boolean): ClaimAnswer {
  if (isOver(run)) return { answer: 'refused', reason: 'run_is_over' };
  if (cancelRequested(run)) return { answer: 'refused', reason: 'cancel_requested' };
  if (run.claimedBy !== undefined) {
    return run.claimedBy === ciRunId
      ? { answer: 'granted', first: false }
      : { answer: 'refused', reason: 'claimed_by_other' };
  }
  if (!isInCi(run)) return { answer: 'refused', reason: run.sentAt ? 'run_is_over' : 'not_sent' };
  if (isRefId && run.ref && run.ref.id !== ciRunId) return { answer: 'refused', reason: 'not_ours' };
  return { answer: 'granted', first: true };
}

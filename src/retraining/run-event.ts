import type { Ambiguous, CiProvider, CiRef, CiStatus, Refused, Triggered } from './ci/ci-provider.js';
import type { ApprovalProblem } from './approval-rule.js';
import type { Run, Verification } from './run.js';

/** Everything that can happen to a run. Any event may come late, twice, or in contradiction to what is known. */
export type RunEvent =
  | { readonly type: 'approved'; readonly by: string }
  | { readonly type: 'rejected'; readonly by: string }
  /** The policy lets nothing start before. */
  | { readonly type: 'deferred'; readonly until: Date }
  /** Alerts that would have asked for a run of their own. */
  | { readonly type: 'reason_added'; readonly evidence: Run['request']['evidence'] }
  /** What the pipeline says the run cost, in the unit of `cost_per_run`. */
  | { readonly type: 'cost_reported'; readonly cost: number }
  | { readonly type: 'cancel_requested'; readonly by: string }
  /** The intent to trigger, stored before the request leaves. */
  | { readonly type: 'sending' }
  /** How the trigger of that attempt ended. */
  | {
      readonly type: 'answered';
      readonly attempt: number;
      readonly result: Triggered | Refused | Ambiguous;
    }
  /** The sender of that attempt died before it knew. */
  | { readonly type: 'interrupted'; readonly attempt: number }
  /** A search for the correlation id that worked; `found` is oldest first. */
  | {
      readonly type: 'searched';
      readonly found: readonly CiRef[];
      readonly idempotency: CiProvider['idempotency'];
      readonly settleMs: number;
    }
  /** A CI run that should not go on, and that the wish to stop did not reach. */
  | { readonly type: 'not_stopped'; readonly ref: CiRef }
  /** What `duplicates` held was stopped in the CI system, or needs no stopping. */
  | { readonly type: 'duplicates_cancelled' }
  /** A person looked into the CI system. */
  | {
      readonly type: 'confirmed';
      readonly by: string;
      readonly outcome: 'ran' | 'did_not_run';
      readonly ref?: CiRef;
    }
  /** A pipeline was granted the claim; see `decideClaim`. `isRefId`: its id is what `CiRef.id` holds. */
  | { readonly type: 'claimed'; readonly ciRunId: string; readonly isRefId: boolean }
  /** The CI system's own word. */
  | { readonly type: 'polled'; readonly status: CiStatus }
  /** The pipeline's word, over the callback. */
  | { readonly type: 'reported'; readonly status: CiStatus }
  | { readonly type: 'version_seen'; readonly version: string }
  | { readonly type: 'judged'; readonly verification: Verification }
  /** Time went by: deadlines. */
  | { readonly type: 'clock' };

/** Why a step did, or did not, change the run; a closed set for the journal and the tests. */
export type StepReason =
  | 'approved'
  | 'approval_counted'
  | 'deferred'
  | 'reason_added'
  | 'cost_learnt'
  | 'rejected'
  | 'approval_expired'
  | 'cancelled'
  | 'cancel_requested'
  | 'sending'
  | 'triggered'
  | 'adopted'
  | 'duplicates_found'
  | 'duplicates_cancelled'
  | 'not_stopped'
  | 'refused'
  | 'refused_for_now'
  | 'answer_lost'
  | 'safe_to_resend'
  | 'ask_person'
  | 'confirmed_by_person'
  | 'claimed'
  | 'ref_learnt'
  | 'version_learnt'
  | 'queued_in_ci'
  | 'blocked_in_ci'
  | 'running_in_ci'
  | 'succeeded_in_ci'
  | 'failed_in_ci'
  | 'cancelled_in_ci'
  | 'timed_out_in_ci'
  | 'nothing_ran'
  | 'never_sent'
  | 'never_found'
  | 'not_started'
  | 'no_sign_of_life'
  | 'not_finished'
  | 'no_new_version'
  | 'version_seen'
  | 'verified'
  | 'not_improved'
  | 'regressed'
  | 'unverifiable'
  // Nothing changed, because:
  | ApprovalProblem
  | 'run_is_over'
  | 'comes_late'
  | 'not_expected'
  | 'no_news'
  | 'not_due';

/** The run after an event. `run` is the very same object when nothing changed. */
export interface RunStep {
  readonly run: Run;
  readonly changed: boolean;
  readonly reason: StepReason;
}

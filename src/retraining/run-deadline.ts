import type { Run } from './run.js';
import type { RunStep } from './run-event.js';
import { amend, cancelRequested, move, stay } from './run-progress.js';

/** How long a trigger may be under way before its sender counts as dead: well above any request timeout. */
export const TRIGGER_GRACE_MS = 2 * 60_000;

/** How long a run may be looked for before a person is asked; longer than any CI system takes to show a run. */
export const ASK_AFTER_MS = 10 * 60_000;

/**
 * When the run's present state has lasted too long, and what happens then: undefined once it is over. A run waiting for approval
 * lasts as long as approval may take; one that cannot be sent until the request's own deadline; and so on to the verification.
 */
export function deadlineOf(run: Run): Date | undefined {
  const { verify } = run;
  const after = (start: Date | undefined, ...spans: number[]): Date =>
    new Date((start ?? run.createdAt).getTime() + spans.reduce((sum, span) => sum + span, 0));
  switch (run.state) {
    case 'awaiting_approval':
      return after(run.createdAt, verify.approveWithinMs);
    case 'queued':
      return new Date(run.request.deadline);
    case 'triggering':
      return after(run.sentAt, TRIGGER_GRACE_MS);
    case 'ambiguous':
      return after(run.sentAt, verify.startWithinMs, verify.finishWithinMs);
    case 'dispatched':
      return after(run.foundAt ?? run.sentAt, verify.startWithinMs);
    case 'running':
      return after(run.startedAt ?? run.sentAt, verify.finishWithinMs);
    case 'succeeded':
      return after(run.succeededAt, verify.newVersionWithinMs);
    case 'soaking':
      return after(run.versionSeenAt, verify.deadlineMs);
    default:
      return undefined;
  }
}

/** How long a request that was taken for lost is still looked for: longer than any queue between us and a CI system holds one. */
const LATE_MS = 6 * 60 * 60_000;

/** Whether a request of this run, although taken for lost, may still arrive at the CI system and start something. */
export function mayArriveLate(run: Run, now: Date): boolean {
  return run.doubtedAt !== undefined && now.getTime() < run.doubtedAt.getTime() + LATE_MS;
}

/** Where searching fails for long, or there is no CI target left to search, nobody would ever hear of the doubt. */
function askInTime(run: Run, now: Date): RunStep {
  const waits = run.state === 'ambiguous' && run.reason !== 'ask_person' && !cancelRequested(run);
  const asked = (run.sentAt ?? run.createdAt).getTime() + ASK_AFTER_MS;
  if (!waits || now.getTime() < asked) return stay(run, 'not_due');
  return amend(run, 'ask_person', { reason: 'ask_person' });
}

/** What time alone does to a run. */
export function stepClock(run: Run, now: Date): RunStep {
  const deadline = deadlineOf(run);
  if (!deadline) return stay(run, 'run_is_over');
  if (!(now.getTime() >= deadline.getTime())) return askInTime(run, now);
  // A run that was to be stopped and did not stop in time says nothing of the training. (Nobody knows that of a lost one.)
  const unwanted = cancelRequested(run);
  switch (run.state) {
    case 'awaiting_approval':
      return move(run, 'expired', 'approval_expired', now);
    case 'queued':
      return move(run, 'failed', 'never_sent', now);
    case 'triggering':
      return move(run, 'ambiguous', 'answer_lost', now);
    case 'ambiguous':
      return move(run, 'lost', 'never_found', now, { doubtedAt: now });
    case 'dispatched':
      // A run that the CI system can show is late; one that nobody ever saw again is lost.
      return run.ref
        ? move(run, unwanted ? 'cancelled' : 'timed_out', 'not_started', now)
        : move(run, 'lost', 'no_sign_of_life', now, { doubtedAt: now });
    case 'running':
      return move(run, unwanted ? 'cancelled' : 'timed_out', 'not_finished', now);
    case 'succeeded':
      return move(run, 'unverifiable', 'no_new_version', now);
    default:
      return move(run, 'unverifiable', 'unverifiable', now);
  }
}

import { stepApproval } from './approval.js';
import type { Run } from './run.js';
import { deadlineOf, stepClock } from './run-deadline.js';
import type { RunEvent, RunStep } from './run-event.js';
import { amend, cancelRequested, isInCi, isOver, move, stay } from './run-progress.js';
import { stepCiStatus } from './step-ci.js';
import { stepDuplicatesCancelled, stepNotStopped } from './step-duplicates.js';
import { stepSearch } from './step-search.js';
import { stepAnswer, stepClaim, stepConfirmation, stepIntent, stepInterruption } from './step-sending.js';

/**
 * A run after an event. Total: any event in any state gives an answer, and none moves a run backwards, so polls, callbacks, people
 * and clocks may report in any order and as often as they like.
 */
export function stepRun(run: Run, event: RunEvent, now: Date): RunStep {
  // A pipeline may name its price last of all.
  if (event.type === 'cost_reported') {
    if (run.sentAt === undefined || run.costReported === event.cost) return stay(run, 'no_news');
    return amend(run, 'cost_learnt', { costReported: event.cost });
  }
  // Nor does the end of a run end what else of it may be running.
  if (event.type === 'searched') return stepSearch(run, event, now);
  if (event.type === 'not_stopped') return stepNotStopped(run, event);
  if (event.type === 'duplicates_cancelled') return stepDuplicatesCancelled(run);
  if (isOver(run)) return stay(run, 'run_is_over');
  switch (event.type) {
    case 'deferred':
      return defer(run, event.until, now);
    case 'reason_added':
      return addReason(run, event.evidence);
    case 'approved':
      return approve(run, event.by, now);
    case 'rejected':
      return run.state === 'awaiting_approval'
        ? move(run, 'rejected', 'rejected', now)
        : stay(run, 'comes_late');
    case 'cancel_requested':
      return cancel(run, now);
    case 'sending':
      return stepIntent(run, now);
    case 'answered':
      return stepAnswer(run, event, now);
    case 'interrupted':
      return stepInterruption(run, event.attempt, now);
    case 'confirmed':
      return stepConfirmation(run, event, now);
    case 'claimed':
      return stepClaim(run, event, now);
    case 'polled':
    case 'reported':
      return stepCiStatus(run, event.status, now);
    case 'version_seen':
      return seeVersion(run, event.version, now);
    case 'judged': {
      const { verification } = event;
      if (run.state !== 'soaking' && !(run.state === 'succeeded' && verification.result === 'unverifiable')) {
        return stay(run, 'not_expected');
      }
      return move(run, verification.result, verification.result, now, { verification });
    }
    case 'clock':
      return stepClock(run, now);
  }
}

function approve(run: Run, by: string, now: Date): RunStep {
  if (run.state !== 'awaiting_approval') return stay(run, 'comes_late');
  const deadline = deadlineOf(run);
  // The request describes the model as it was; an answer after the deadline is an answer to another question.
  if (deadline && now.getTime() >= deadline.getTime()) return stepClock(run, now);
  return stepApproval(run, by, now);
}

/** Not to be sent before `until`; the deadlines that the request tells of move along. */
function defer(run: Run, until: Date, now: Date): RunStep {
  if (run.state !== 'queued' || until.getTime() <= now.getTime()) return stay(run, 'not_expected');
  const { startWithinMs, finishWithinMs } = run.verify;
  const latest = Math.max(Date.parse(run.request.deadline), until.getTime() + startWithinMs + finishWithinMs);
  const request = { ...run.request, deadline: new Date(latest).toISOString() };
  return amend(run, 'deferred', { sendAfter: until, request });
}

/** Alerts that came while the run was on its way; the pipeline is told as long as nothing has left. */
function addReason(run: Run, evidence: Run['request']['evidence']): RunStep {
  if (evidence.length === 0) return stay(run, 'no_news');
  if (run.sentAt !== undefined) return { run, changed: true, reason: 'reason_added' };
  const request = { ...run.request, evidence: [...run.request.evidence, ...evidence] };
  return amend(run, 'reason_added', { request });
}

/** Stops what nobody has sent, and what only waits for proof; asks for the end of what may be running. */
function cancel(run: Run, now: Date): RunStep {
  const mayRun = isInCi(run) && run.state !== 'queued';
  if (!mayRun) return move(run, 'cancelled', 'cancelled', now);
  return cancelRequested(run)
    ? stay(run, 'no_news')
    : amend(run, 'cancel_requested', { reason: 'cancel_requested' });
}

function seeVersion(run: Run, version: string, now: Date): RunStep {
  if (run.state !== 'succeeded') return stay(run, 'not_expected');
  const other = run.newVersion !== undefined && run.newVersion !== version;
  if (other || version === '' || run.baseline.knownVersions.includes(version))
    return stay(run, 'not_expected');
  return move(run, 'soaking', 'version_seen', now, { newVersion: version, versionSeenAt: now });
}

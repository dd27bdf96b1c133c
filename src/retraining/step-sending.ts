import type { Run } from './run.js';
import type { RunEvent, RunStep } from './run-event.js';
import { amend, cancelRequested, isInCi, move, stay } from './run-progress.js';

const FIRST_RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 300_000;

type Of<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;

/** The intent: stored before the request leaves, so that a crash is found as `triggering` and never repeated blindly. */
export function stepIntent(run: Run, now: Date): RunStep {
  if (run.state !== 'queued') return stay(run, 'not_expected');
  if (run.sendAfter && now < run.sendAfter) return stay(run, 'not_due');
  return move(run, 'triggering', 'sending', now, { sentAt: now, attempt: run.attempt + 1 });
}

/**
 * The trigger's answer. A run that exists is believed from any attempt; anything else only from the current one. Refused for now is
 * sent again after 10 s, doubling to 5 minutes, or when the CI system asks for it if that is later.
 */
export function stepAnswer(run: Run, { attempt, result }: Of<'answered'>, now: Date): RunStep {
  if (result.kind === 'triggered') {
    if (!isInCi(run)) return stay(run, 'not_expected');
    const found = result.ref ? { ref: result.ref } : {};
    if (run.state === 'dispatched' || run.state === 'running') {
      return run.ref || !result.ref ? stay(run, 'no_news') : amend(run, 'ref_learnt', found);
    }
    const late = run.state === 'triggering' ? {} : { foundAt: now };
    return move(run, 'dispatched', result.adopted ? 'adopted' : 'triggered', now, { ...found, ...late });
  }
  if (run.state !== 'triggering' || run.attempt !== attempt) return stay(run, 'comes_late');
  if (result.kind === 'ambiguous') return move(run, 'ambiguous', 'answer_lost', now);
  if (cancelRequested(run)) return move(run, 'cancelled', 'cancelled', now);
  if (!result.retryable) return move(run, 'failed', 'refused', now);
  const own = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(run.attempt - 1, 10));
  const sendAfter = new Date(now.getTime() + Math.max(own, result.retryAfterMs ?? 0));
  return move(run, 'queued', 'refused_for_now', now, { sendAfter });
}

/** The sender died: whatever it sent may have arrived. */
export function stepInterruption(run: Run, attempt: number, now: Date): RunStep {
  if (run.state !== 'triggering' || run.attempt !== attempt) return stay(run, 'comes_late');
  return move(run, 'ambiguous', 'answer_lost', now);
}

/**
 * A person's word on a run nobody could find. One that ran and that nobody can show counts as running from now on, as with a claim:
 * there is nothing to ask whether it has started.
 */
export function stepConfirmation(run: Run, { outcome, ref }: Of<'confirmed'>, now: Date): RunStep {
  if (run.state !== 'ambiguous') return stay(run, 'not_expected');
  if (outcome === 'ran') {
    return ref
      ? move(run, 'dispatched', 'confirmed_by_person', now, { ref, foundAt: now })
      : move(run, 'running', 'confirmed_by_person', now, { startedAt: now });
  }
  const doubt = { doubtedAt: now };
  if (cancelRequested(run)) return move(run, 'cancelled', 'cancelled', now, doubt);
  return move(run, 'queued', 'confirmed_by_person', now, doubt);
}

/** A granted claim proves that the run exists and has started. */
export function stepClaim(run: Run, { ciRunId, isRefId }: Of<'claimed'>, now: Date): RunStep {
  if (!isInCi(run)) return stay(run, 'not_expected');
  if (run.claimedBy !== undefined) return stay(run, run.claimedBy === ciRunId ? 'no_news' : 'not_expected');
  const ref = run.ref ?? (isRefId ? { id: ciRunId } : undefined);
  const facts = { claimedBy: ciRunId, ...(ref ? { ref } : {}) };
  if (run.state === 'running') return amend(run, 'claimed', facts);
  return move(run, 'running', 'claimed', now, { ...facts, startedAt: now });
}

import type { Run } from './run.js';
import type { RunEvent, RunStep } from './run-event.js';
import { amend, cancelRequested, isInCi, move, stay } from './run-progress.js';

/** How often a trigger may leave for a CI system that cannot refuse a repetition by itself. */
export const MOST_ATTEMPTS = 2;

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
    return move(run, 'dispatched', result.adopted ? 'adopted' : 'triggered', now, found);
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
 * A search's result. Found: adopt the oldest, and remember the others as what has to be cancelled. Not found: send again only where a repetition is harmless (`native`), or once the CI
 * system had time to show the run (`searchable`) and only once; everything else is for a person.
 */
export function stepSearch(run: Run, event: Of<'searched'>, now: Date): RunStep {
  const { found, idempotency, settleMs } = event;
  if (!isInCi(run)) return stay(run, 'not_expected');
  const [oldest, ...duplicates] = found;
  if (run.state === 'dispatched' || run.state === 'running') {
    if (run.ref || !oldest) return stay(run, 'no_news');
    return duplicates.length > 0
      ? amend(run, 'duplicates_found', { ref: oldest, duplicates })
      : amend(run, 'ref_learnt', { ref: oldest });
  }
  if (oldest) {
    return duplicates.length > 0
      ? move(run, 'dispatched', 'duplicates_found', now, { ref: oldest, duplicates })
      : move(run, 'dispatched', 'adopted', now, { ref: oldest });
  }
  if (run.state !== 'ambiguous') return stay(run, 'not_expected');
  const settled = now.getTime() >= (run.sentAt?.getTime() ?? now.getTime()) + settleMs;
  if (idempotency === 'searchable' && !settled) return stay(run, 'not_due');
  const gone = idempotency === 'searchable';
  if (gone && cancelRequested(run)) return move(run, 'cancelled', 'cancelled', now);
  const resend = idempotency === 'native' || (gone && run.attempt < MOST_ATTEMPTS);
  if (resend && !cancelRequested(run)) return move(run, 'queued', 'safe_to_resend', now);
  if (run.reason === 'ask_person' || cancelRequested(run)) return stay(run, 'ask_person');
  return amend(run, 'ask_person', { reason: 'ask_person' });
}

/**
 * A person's word on a run nobody could find. One that ran and that nobody can show counts as running from now on, as with a claim:
 * there is nothing to ask whether it has started.
 */
export function stepConfirmation(run: Run, { outcome, ref }: Of<'confirmed'>, now: Date): RunStep {
  if (run.state !== 'ambiguous') return stay(run, 'not_expected');
  if (outcome === 'ran') {
    return ref
      ? move(run, 'dispatched', 'confirmed_by_person', now, { ref })
      : move(run, 'running', 'confirmed_by_person', now, { startedAt: now });
  }
  if (cancelRequested(run)) return move(run, 'cancelled', 'cancelled', now);
  return move(run, 'queued', 'confirmed_by_person', now);
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

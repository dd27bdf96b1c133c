import type { CiRef } from './ci/ci-provider.js';
import type { Run } from './run.js';
import type { RunEvent, RunStep } from './run-event.js';
import { amend, cancelRequested, isInCi, isOver, move, stay } from './run-progress.js';

/** How often a trigger may leave for a CI system that cannot refuse a repetition by itself. */
export const MOST_ATTEMPTS = 2;

type Searched = Extract<RunEvent, { type: 'searched' }>;

/**
 * A search's result. Found: adopt the oldest, and remember the others as what has to be cancelled. Not found: send again only where a
 * repetition is harmless (`native`), or once the CI system had time to show the run (`searchable`) and only once; everything else is
 * for a person. Later searches are about requests that arrive after they were taken for lost, also when the run is over by then.
 */
export function stepSearch(run: Run, event: Searched, now: Date): RunStep {
  const { found, idempotency, settleMs } = event;
  if (run.ref || isOver(run)) return stepStrays(run, found);
  if (!isInCi(run)) return stay(run, 'not_expected');
  const [oldest, ...duplicates] = found;
  if (oldest) {
    const facts = { ref: oldest, foundAt: now, ...(duplicates.length > 0 ? { duplicates } : {}) };
    const reason = duplicates.length > 0 ? 'duplicates_found' : undefined;
    return run.state === 'dispatched' || run.state === 'running'
      ? amend(run, reason ?? 'ref_learnt', facts)
      : move(run, 'dispatched', reason ?? 'adopted', now, facts);
  }
  if (run.state === 'dispatched' || run.state === 'running') return stay(run, 'no_news');
  if (run.state !== 'ambiguous') return stay(run, 'not_expected');
  const settled = now.getTime() >= (run.sentAt?.getTime() ?? now.getTime()) + settleMs;
  if (idempotency === 'searchable' && !settled) return stay(run, 'not_due');
  const gone = idempotency === 'searchable';
  // An empty search is no proof that the request never arrives.
  const doubt = gone ? { doubtedAt: now } : {};
  if (gone && cancelRequested(run)) return move(run, 'cancelled', 'cancelled', now, doubt);
  const resend = idempotency === 'native' || (gone && run.attempt < MOST_ATTEMPTS);
  if (resend && !cancelRequested(run)) return move(run, 'queued', 'safe_to_resend', now, doubt);
  if (run.reason === 'ask_person' || cancelRequested(run)) return stay(run, 'ask_person');
  return amend(run, 'ask_person', { reason: 'ask_person' });
}

/**
 * CI runs besides the one that counts. They can be told from it only where the search shows that one too: a CI system may list runs
 * under other ids than it gave us. Of a run that is over and never had one, everything is too much.
 */
function stepStrays(run: Run, found: readonly CiRef[]): RunStep {
  if (run.sentAt === undefined) return stay(run, 'run_is_over');
  const known = run.ref ? found.some(({ id }) => id === run.ref?.id) : run.claimedBy === undefined;
  if (!known) return stay(run, 'no_news');
  const seen = [run.ref?.id, ...(run.dismissed ?? []), ...(run.duplicates ?? []).map(({ id }) => id)];
  const strays = found.filter(({ id }) => !seen.includes(id));
  if (strays.length === 0) return stay(run, 'no_news');
  return amend(run, 'duplicates_found', { duplicates: [...(run.duplicates ?? []), ...strays] });
}

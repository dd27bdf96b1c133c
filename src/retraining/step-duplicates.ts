import type { Run } from './run.js';
import type { RunEvent, RunStep } from './run-event.js';
import { amend, isOver, stay } from './run-progress.js';

/** A run is over for us, and nobody could tell the CI system: it is one more that has to be stopped. */
export function stepNotStopped(run: Run, { ref }: Extract<RunEvent, { type: 'not_stopped' }>): RunStep {
  if (!isOver(run)) return stay(run, 'not_expected');
  if (run.duplicates?.some(({ id }) => id === ref.id)) return stay(run, 'no_news');
  return amend(run, 'not_stopped', { duplicates: [...(run.duplicates ?? []), ref] });
}

/** Nothing is left to be stopped; what was is not looked at again when a search shows it. */
export function stepDuplicatesCancelled(run: Run): RunStep {
  const { duplicates, ...rest } = run;
  if (!duplicates) return stay(run, 'no_news');
  const dismissed = [...(run.dismissed ?? []), ...duplicates.map(({ id }) => id)];
  return { run: { ...rest, dismissed }, changed: true, reason: 'duplicates_cancelled' };
}

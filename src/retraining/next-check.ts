import { deadlineOf, mayArriveLate } from './run-deadline.js';
import type { Run } from './run.js';
import { isOver } from './run-progress.js';

const FASTEST_MS = 2000;
const SLOWEST_MS = 60_000;
/** Of runs that are over. */
const RARELY_MS = 5 * 60_000;

/**
 * When a run is looked at next: at once when it has to be sent (or as soon as it may be sent again), at its deadline when only time can change it, else after a tenth
 * of the time its state has lasted, from 2 s to a minute: short pipelines are followed closely, long ones cheaply. One that is over is looked at again only while anything of it may still run.
 */
export function nextCheckAt(run: Run, now: Date): Date | undefined {
  if (isOver(run)) {
    if (!run.duplicates && !mayArriveLate(run, now)) return undefined;
    const over = now.getTime() - (run.endedAt ?? now).getTime();
    return new Date(now.getTime() + Math.min(RARELY_MS, Math.max(FASTEST_MS, over / 10)));
  }
  const deadline = deadlineOf(run);
  if (run.state === 'queued') {
    const wait = Math.min(run.sendAfter?.getTime() ?? 0, deadline?.getTime() ?? Infinity);
    return new Date(Math.max(now.getTime(), wait));
  }
  if (run.state === 'awaiting_approval' || run.state === 'triggering') return deadline;
  const since =
    run.versionSeenAt ?? run.succeededAt ?? run.startedAt ?? run.foundAt ?? run.sentAt ?? run.createdAt;
  const lasted = now.getTime() - since.getTime();
  const next = now.getTime() + Math.min(SLOWEST_MS, Math.max(FASTEST_MS, lasted / 10));
  return new Date(deadline ? Math.max(now.getTime(), Math.min(next, deadline.getTime())) : next);
}

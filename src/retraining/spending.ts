import { type EndedRun, type PastRun, endedRuns } from './circuit.js';

/** The longest cooldown that doubling may reach. */
export const LONGEST_COOLDOWN_MS = 7 * 86_400_000;

/** The pause after a run. */
export interface Cooldown {
  readonly run: EndedRun;
  /** First instant at which a new run may start. */
  readonly until: Date;
  /** The pause itself, after doubling. */
  readonly lengthMs: number;
}

/**
 * The pause after the latest end of any run, whatever the end: the policy's cooldown, doubled for each failure in a row, at most
 * 7 days (or the policy's own, when that is longer). Undefined when no run has ended yet.
 */
export function cooldownOf(
  runs: readonly PastRun[],
  cooldownMs: number,
  failures: number,
): Cooldown | undefined {
  const run = endedRuns(runs).at(-1);
  if (!run) return undefined;
  const longest = Math.max(cooldownMs, LONGEST_COOLDOWN_MS);
  const lengthMs = Math.min(cooldownMs * 2 ** Math.min(failures, 60), longest);
  return { run, until: new Date(run.endedAt.getTime() + lengthMs), lengthMs };
}

/** What of a budget is used. */
export interface Spent {
  readonly runs: number;
  /** When the next run leaves the rolling period; undefined while nothing is spent. */
  readonly freesAt?: Date;
}

/**
 * Runs that count against a budget: those sent, or still on their way, within the last `perMs`. Runs that ended before anything
 * was sent (refused by a person, expired, cancelled in time) cost nothing. `freesAt` is when fewer than `limit` remain.
 */
export function spentOf(runs: readonly PastRun[], limit: number, perMs: number, now: Date): Spent {
  const start = now.getTime() - perMs;
  const times = runs
    .filter((run) => wasStarted(run) && run.rollback !== true)
    .map(startedAt)
    .filter((time) => time > start)
    .toSorted((left, right) => left - right);
  const last = times[Math.max(0, times.length - limit)];
  return { runs: times.length, ...(last === undefined ? {} : { freesAt: new Date(last + perMs) }) };
}

/**
 * What runs cost within the last `perMs`: what their pipelines reported, else what was reserved for them. `freesAt` is when no more
 * than `left` is spent; absent while that is so, and when it never will be.
 */
export function costOf(
  runs: readonly PastRun[],
  left: number,
  perMs: number,
  now: Date,
): { readonly cost: number; readonly freesAt?: Date } {
  const start = now.getTime() - perMs;
  const spent = runs
    .filter((run) => wasStarted(run) && startedAt(run) > start)
    .map((run) => ({ at: startedAt(run), cost: run.cost ?? 0 }))
    .toSorted((one, other) => one.at - other.at);
  const cost = spent.reduce((sum, run) => sum + run.cost, 0);
  if (cost <= left || left < 0) return { cost };
  let remaining = cost;
  for (const run of spent) {
    remaining -= run.cost;
    if (remaining <= left) return { cost, freesAt: new Date(run.at + perMs) };
  }
  return { cost };
}

function startedAt(run: PastRun): number {
  return (run.sentAt ?? run.createdAt).getTime();
}

/** Whether a run has, or may yet, cost anything: not those that a person or a deadline ended before they were sent. */
export function wasStarted(run: PastRun): boolean {
  if (run.state === 'rejected' || run.state === 'expired') return false;
  return run.state !== 'cancelled' || run.sentAt !== undefined;
}

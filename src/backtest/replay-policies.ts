import type { TransitionRow } from '../alerts/alert.js';
import type { Policy } from '../retraining/policy.js';
import { PolicyReplay } from './policy-replay.js';
import type { UnnumberedRow } from './rule-record.js';
import type { RunAssumptions } from './simulated-run.js';

/**
 * Sends policies through the transitions of a history. `rows` may be in any order; those of one instant are taken in the
 * order given. Schedules begin at `start`. History does not change: a run that would have helped leaves the alerts after it as they were.
 */
export function replayPolicies(
  rows: readonly UnnumberedRow[],
  policies: readonly Policy[],
  assumptions: RunAssumptions,
  start: Date,
  end: Date,
): PolicyReplay {
  const replay = new PolicyReplay(policies, assumptions, start);
  const ordered = rows
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
    .map((row, index): TransitionRow => ({ ...row, id: index + 1 }));
  let next = 0;
  let now = new Date(0);
  for (;;) {
    const nowMs = Math.min(ordered[next]?.at.getTime() ?? Infinity, replay.nextMs(now));
    if (nowMs > end.getTime()) break;
    now = new Date(nowMs);
    for (let row = ordered[next]; row && row.at <= now; row = ordered[next]) {
      replay.take(row);
      next += 1;
    }
    replay.decide(now);
  }
  replay.finish(end);
  return replay;
}

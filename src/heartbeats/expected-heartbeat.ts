import { ALERT_NAME } from '../alerts/labels.js';
import { formatMatchers } from '../alerts/matcher-format.js';
import type { RaisedAlert } from '../alerts/raise-alert.js';
import { formatDuration } from '../schema/duration.js';
import type { ExpectedHeartbeat } from './heartbeats.schema.js';
import { HEARTBEAT_SOURCE } from './sent-heartbeat.js';

/** The alert that tells of a heartbeat that did not come. */
export const MISSING_ALERT = 'RetuneHeartbeatMissing';

/** Longer than that without a look means that nobody listened: what came meanwhile was not heard. */
const DEAF_MS = 60_000;

/** What is remembered of an expected heartbeat. */
export interface HeartbeatWatch {
  /** Listening without a pause since then. */
  readonly since: Date;
  /** When somebody last looked. */
  readonly checkedAt: Date;
  /** When an alert last arrived, or was last found true by our own rules. */
  readonly lastSeen?: Date;
}

/**
 * The watch after a look at `now`. `seen` is the youngest sign of an alert that fires now. Time in which no replica listened
 * is nobody's silence: after it the sender has the whole span again.
 */
export function stepWatch(
  watch: HeartbeatWatch | undefined,
  seen: Date | undefined,
  now: Date,
): HeartbeatWatch {
  const deaf = watch === undefined || now.getTime() - watch.checkedAt.getTime() > DEAF_MS;
  const lastSeen = [watch?.lastSeen, seen].flatMap((at) => at ?? []).toSorted((a, b) => +b - +a)[0];
  return { since: deaf ? now : watch.since, checkedAt: now, ...(lastSeen && { lastSeen }) };
}

/** The instant from which on the heartbeat counts as missing. */
export function dueAt({ since, lastSeen }: HeartbeatWatch, withinMs: number): Date {
  return new Date(Math.max(since.getTime(), lastSeen?.getTime() ?? 0) + withinMs);
}

/** The alert about a heartbeat that is missing. */
export function missingAlert(expected: ExpectedHeartbeat, { lastSeen, since }: HeartbeatWatch): RaisedAlert {
  const last = lastSeen
    ? `The last one was seen at ${lastSeen.toISOString()}.`
    : `None was seen since ${since.toISOString()}, when the watch began.`;
  return {
    source: HEARTBEAT_SOURCE,
    labels: {
      severity: 'critical',
      ...expected.labels,
      [ALERT_NAME]: MISSING_ALERT,
      heartbeat: expected.name,
    },
    annotations: {
      summary: `no heartbeat from ${expected.name} for ${formatDuration(expected.within)}`,
      description: `An alert ${formatMatchers(expected.matchers)} should arrive at least every ${formatDuration(expected.within)}. ${last} Its sender, or the way from there to here, is dead: nothing else it would tell arrives either.`,
    },
  };
}

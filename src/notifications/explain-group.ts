import type { Labels } from '../alerts/labels.js';
import type { LoggedNotification } from '../routing/decide-notification.js';
import { flushGroup, type FlushInput, type Suppression } from './flush-group.js';

/** How the last message to a channel fares. */
export interface LastDelivery {
  readonly state: string;
  readonly attempts: number;
  /** ISO 8601; null when no further attempt is planned. */
  readonly nextAttemptAt: string | null;
  /** What the target last said about it; null when nothing. */
  readonly detail: string | null;
}

/** What a channel knows of an alert, and what it hears next if nothing changes. */
export interface ChannelExplanation {
  /** `receiver/type/index`. */
  readonly channel: string;
  /** The last message about the group; null: it was never told. */
  readonly told: {
    readonly reason: string;
    readonly at: string;
    /** Whether that message, or one before it that was not taken back, said that this alert fires. */
    readonly asFiring: boolean;
    readonly delivery: LastDelivery | null;
  } | null;
  /** What the next flush would decide: a reason to send, or why it holds back. */
  readonly next: {
    readonly send: boolean;
    readonly reason: string;
    /** When something would be sent; null: never, as things are. */
    readonly at: string | null;
  };
}

/** One group that an alert is in. Times are ISO 8601. */
export interface GroupExplanation {
  /** Route key as Alertmanager writes it. */
  readonly route: string;
  readonly receiver: string;
  readonly groupKey: string;
  readonly groupLabels: Labels;
  /** Alerts in the group that fire, this one among them. */
  readonly firing: number;
  readonly nextFlushAt: string;
  /** Who or what would keep this alert quiet at the next flush; null when nothing. */
  readonly suppressed: { readonly reason: Suppression['reason']; readonly by: readonly string[] } | null;
  readonly channels: readonly ChannelExplanation[];
}

/** The log entry of a channel, with why it was written and how its message fares. */
export interface ToldChannel extends LoggedNotification {
  readonly reason: string;
  readonly delivery: LastDelivery | null;
}

/** What is known of a group. */
export interface GroupFacts {
  readonly groupKey: string;
  readonly groupLabels: Labels;
  /** With the time of the next flush as its tick. */
  readonly flush: FlushInput;
  /** By channel. */
  readonly told: ReadonlyMap<string, ToldChannel>;
  readonly fingerprint: string;
  /** What people call an inhibiting alert, a silence or a time interval. */
  readonly nameOf: (reason: Suppression['reason'], by: string) => string;
}

/** Why a channel was, and will or will not be, told of an alert: the next flush is decided as it will be, and nothing is sent. */
export function explainGroup(facts: GroupFacts): GroupExplanation {
  const { flush, told, fingerprint } = facts;
  const outcome = flushGroup(flush);
  const quiet = outcome.suppressed.find((each) => each.fingerprint === fingerprint);
  return {
    route: flush.route.displayKey,
    receiver: flush.route.receiver,
    groupKey: facts.groupKey,
    groupLabels: facts.groupLabels,
    firing: flush.members.filter(({ status }) => status === 'firing').length,
    nextFlushAt: flush.now.toISOString(),
    suppressed: quiet
      ? { reason: quiet.reason, by: quiet.by.split(', ').map((by) => facts.nameOf(quiet.reason, by)) }
      : null,
    channels: outcome.channels.map((decision) => {
      const last = told.get(decision.channel);
      return {
        channel: decision.channel,
        told: last
          ? {
              reason: last.reason,
              at: last.notifiedAt.toISOString(),
              asFiring: last.firing.includes(fingerprint) || (last.open?.includes(fingerprint) ?? false),
              delivery: last.delivery,
            }
          : null,
        next: { send: decision.send, reason: decision.reason, at: nextAt(decision, last, flush) },
      };
    }),
  };
}

/** At the next flush, or at the first one behind the repeat interval; what is quiet or over says nothing more. */
function nextAt(
  decision: { readonly send: boolean; readonly reason: string; readonly until?: Date },
  last: ToldChannel | undefined,
  { route, now }: FlushInput,
): string | null {
  if (decision.send) return now.toISOString();
  if (decision.until) {
    const waits = Math.ceil((decision.until.getTime() - now.getTime()) / route.groupIntervalMs);
    return new Date(now.getTime() + Math.max(waits, 0) * route.groupIntervalMs).toISOString();
  }
  if (decision.reason !== 'unchanged' || !last) return null;
  const repeatAfter = last.notifiedAt.getTime() + route.repeatIntervalMs;
  const flushes = Math.floor((repeatAfter - now.getTime()) / route.groupIntervalMs) + 1;
  return new Date(now.getTime() + Math.max(flushes, 0) * route.groupIntervalMs).toISOString();
}

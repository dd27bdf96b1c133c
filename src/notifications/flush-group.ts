import { decideNotification, type LoggedNotification, logEntryOf } from '../routing/decide-notification.js';
import { findInhibition, type InhibitionIndex, type InhibitRule } from '../routing/inhibition.js';
import { mutedBy, type TimeIntervalsByName } from '../routing/mute-timing.js';
import type { Route } from '../routing/route.js';
import { matchingSilences, type Silence } from '../routing/silence.js';
import type { MessageAlert } from './message.js';

/** A target of the group's receiver, by its name in tables (`receiver/type/index`). */
export interface FlushChannel {
  readonly channel: string;
  readonly sendResolved: boolean;
}

/** All that a flush depends on. */
export interface FlushInput {
  readonly route: Route;
  readonly members: readonly MessageAlert[];
  readonly channels: readonly FlushChannel[];
  /** What each channel was last told. */
  readonly log: ReadonlyMap<string, LoggedNotification>;
  readonly inhibitRules: readonly InhibitRule[];
  readonly inhibition: InhibitionIndex;
  readonly timeIntervals: TimeIntervalsByName;
  /** Those that hold when the group is flushed, which may be later than the tick: who silences now is not told now. */
  readonly silences: readonly Silence[];
  /** The tick: the instant the group was due. */
  readonly now: Date;
}

/** What one channel is told, or why it is told nothing. */
export type ChannelDecision =
  | {
      readonly channel: string;
      readonly send: true;
      readonly reason: string;
      readonly alerts: readonly MessageAlert[];
      /** What to remember once this is on its way. */
      readonly entry: LoggedNotification;
      /** False when only the log changes: everything is resolved and the channel does not want to hear of that. */
      readonly deliver: boolean;
    }
  | {
      readonly channel: string;
      readonly send: false;
      readonly reason: string;
      /** Who or what keeps the alerts quiet, where that is the reason. */
      readonly by?: readonly string[];
    };

/** Why an alert is kept from being told. */
export interface Suppression {
  readonly fingerprint: string;
  readonly reason: 'inhibited_by' | 'muted_by' | 'silenced_by';
  /** Fingerprints of the inhibiting alerts, names of time intervals, or ids of silences. */
  readonly by: string;
}

/** The outcome of a flush. */
export interface FlushOutcome {
  readonly channels: readonly ChannelDecision[];
  readonly suppressed: readonly Suppression[];
  /** Resolved members that need no more telling. */
  readonly gone: readonly string[];
}

/**
 * One flush of a group: who is suppressed, what each channel is told and why, who leaves. Pure.
 * Announced implies closed: an alert a channel was told of is told as resolved even if it is muted by then, and one it was
 * never told of is not.
 */
export function flushGroup(input: FlushInput): FlushOutcome {
  const suppressed = suppressions(input);
  const quiet = new Set(suppressed.map(({ fingerprint }) => fingerprint));
  const audible = input.members.filter((member) => !quiet.has(member.fingerprint));
  return {
    channels: input.channels.map((channel) => decideFor(channel, audible, input, suppressed)),
    suppressed,
    gone: input.members.filter((member) => member.status === 'resolved').map((member) => member.fingerprint),
  };
}

function suppressions(input: FlushInput): Suppression[] {
  const firing = input.members.filter((member) => member.status === 'firing');
  const muted = mutedBy(input.route, input.timeIntervals, input.now);
  if (muted) return firing.map(({ fingerprint }) => ({ fingerprint, reason: 'muted_by', by: muted.name }));
  return firing.flatMap(({ fingerprint, labels }): Suppression[] => {
    const inhibition = findInhibition(labels, fingerprint, input.inhibitRules, input.inhibition);
    if (inhibition) return [{ fingerprint, reason: 'inhibited_by', by: inhibition.sources.join(', ') }];
    const silences = matchingSilences(labels, input.silences);
    return silences.length > 0 ? [{ fingerprint, reason: 'silenced_by', by: silences.join(', ') }] : [];
  });
}

function decideFor(
  { channel, sendResolved }: FlushChannel,
  audible: readonly MessageAlert[],
  input: FlushInput,
  suppressed: readonly Suppression[],
): ChannelDecision {
  const logged = input.log.get(channel);
  const [firing, resolved] = [ofStatus(audible, 'firing'), ofStatus(audible, 'resolved')];
  const notification = {
    firing: firing.map((alert) => alert.fingerprint),
    resolved: resolved.map((alert) => alert.fingerprint),
    ...(logged && { logged }),
    sendResolved,
    repeatIntervalMs: input.route.repeatIntervalMs,
    now: input.now,
  };
  const decision = decideNotification(notification);
  if (!decision.send) {
    const [first] = suppressed;
    if (firing.length > 0 || !first) return { channel, send: false, reason: decision.reason };
    const by = suppressed.flatMap((one) => (one.reason === first.reason ? one.by.split(', ') : []));
    return { channel, send: false, reason: first.reason, by: [...new Set(by)] };
  }
  const closed = new Set(decision.resolved);
  return {
    channel,
    send: true,
    reason: decision.reason,
    alerts: [...firing, ...resolved.filter((alert) => closed.has(alert.fingerprint))],
    entry: logEntryOf(notification, decision.resolved),
    deliver: sendResolved || firing.length > 0,
  };
}

function ofStatus(members: readonly MessageAlert[], status: MessageAlert['status']): readonly MessageAlert[] {
  return members.filter((member) => member.status === status);
}

import { decideNotification, type LoggedNotification, logEntryOf } from '../routing/decide-notification.js';
import { findInhibition, type InhibitionIndex, type InhibitRule } from '../routing/inhibition.js';
import { mutedBy, type TimeIntervalsByName } from '../routing/mute-timing.js';
import type { Route } from '../routing/route.js';
import { matchingSilences, type Silence } from '../routing/silence.js';
import type { MessageAlert } from './message.js';
import { type FlushMember, pickLate } from './pick-late.js';

/** A target of the group's receiver, by its name in tables (`receiver/type/index`). */
export interface FlushChannel {
  readonly channel: string;
  readonly sendResolved: boolean;
  /** Whether it hears, once it is over, of what it was never told. */
  readonly sendLate?: boolean;
  /** Whether it calls people: it is never told late, and what is over calls nobody. */
  readonly pages?: boolean;
}

/** All that a flush depends on. */
export interface FlushInput {
  readonly route: Route;
  readonly members: readonly FlushMember[];
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
      /** Alerts the channel was told of that are over; told where a message about their firing does not arrive. */
      readonly closed: readonly MessageAlert[];
      /** What is told late, but not yet. */
      readonly waiting?: readonly MessageAlert[];
    }
  | {
      readonly channel: string;
      readonly send: false;
      readonly reason: string;
      /** Who or what keeps the alerts quiet, where that is the reason. */
      readonly by?: readonly string[];
      readonly waiting?: readonly MessageAlert[];
      /** From when on what waits may be told. */
      readonly until?: Date;
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
  const channels = input.channels.map((channel) => decideFor(channel, audible, input, suppressed));
  const kept = new Set(channels.flatMap(({ waiting = [] }) => waiting.map(({ fingerprint }) => fingerprint)));
  return {
    channels,
    suppressed,
    gone: input.members
      .filter(({ status, fingerprint }) => status === 'resolved' && !kept.has(fingerprint))
      .map(({ fingerprint }) => fingerprint),
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
  { channel, sendResolved, sendLate, pages }: FlushChannel,
  audible: readonly FlushMember[],
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
  const late =
    sendLate && !input.route.alwaysSpeaks
      ? pickLate(resolved, logged, sendResolved, input.route, input.now)
      : NONE;
  const told = new Set([...(logged?.firing ?? []), ...(logged?.open ?? [])]);
  const waits = late.waiting.length > 0 ? { waiting: late.waiting } : {};
  const closed = resolved.filter((alert) => told.has(alert.fingerprint));
  if (!decision.send && late.due.length > 0) {
    const names = late.due.map(({ fingerprint }) => fingerprint);
    const entry = logEntryOf(notification, names);
    const alerts = [...firing, ...late.due];
    return {
      channel,
      send: true,
      reason: 'late',
      alerts,
      entry,
      deliver: true,
      closed: [],
      ...waits,
    };
  }
  if (!decision.send && decision.reason === 'nothing_firing' && late.until && firing.length === 0) {
    const { waiting, until } = late;
    return { channel, send: false, reason: 'late_waits', waiting, until };
  }
  if (!decision.send) {
    const [first] = suppressed;
    if (firing.length > 0 || !first) return { channel, send: false, reason: decision.reason, ...waits };
    const by = suppressed.flatMap((one) => (one.reason === first.reason ? one.by.split(', ') : []));
    return { channel, send: false, reason: first.reason, by: [...new Set(by)], ...waits };
  }
  const wanted = new Set(decision.resolved);
  // What is sent anyway takes along what else is to be told; alone it keeps to its pace.
  const speaks = sendResolved || firing.length > 0;
  const along = speaks ? [...late.due, ...late.waiting] : late.due;
  return {
    channel,
    send: true,
    reason: decision.reason,
    alerts: [...firing, ...resolved.filter((alert) => wanted.has(alert.fingerprint)), ...along],
    entry: logEntryOf(notification, [...decision.resolved, ...along.map(({ fingerprint }) => fingerprint)]),
    deliver: speaks || along.length > 0,
    closed: sendLate || pages ? closed : [],
    ...(speaks ? {} : waits),
  };
}

const NONE: ReturnType<typeof pickLate> = { due: [], waiting: [] };

function ofStatus(members: readonly FlushMember[], status: MessageAlert['status']): readonly FlushMember[] {
  return members.filter((member) => member.status === status);
}

/** Why a group is sent to a channel; reaches the message, the journal and metrics. */
export type SendReason = 'first' | 'new_alerts' | 'escalated' | 'some_resolved' | 'all_resolved' | 'repeat';

/** Why nothing is sent. The last three name what keeps an alert or a group quiet before this decision is asked for. */
export type HoldReason = 'unchanged' | 'nothing_firing' | 'inhibited_by' | 'silenced_by' | 'muted_by';

/** What a channel was last told about a group; lists hold fingerprints. */
export interface LoggedNotification {
  readonly firing: readonly string[];
  /** For people: an alert called resolved has left `firing`, and that is what decides. */
  readonly resolved: readonly string[];
  /** The tick at which it was decided. */
  readonly notifiedAt: Date;
  /** When the message was really made; later than the tick when nobody was there at the tick. Absent: then. */
  readonly madeAt?: Date;
  /**
   * Told as firing in an earlier message and neither listed nor called resolved since, because they were silenced, muted
   * or inhibited in between. Absent means none. Such an alert may still be called resolved.
   */
  readonly open?: readonly string[];
  /** Of `firing`, those whose severity has risen since. Absent means none. */
  readonly escalated?: readonly string[];
}

/** A group at one tick, for one channel; lists hold fingerprints. */
export interface NotificationInput {
  /** Alerts that fire and that nothing keeps quiet. */
  readonly firing: readonly string[];
  /** Alerts that have resolved; also those that were kept quiet meanwhile, so that what was announced gets closed. */
  readonly resolved: readonly string[];
  /** Absent when the channel was never told, or so long ago that the entry expired. */
  readonly logged?: LoggedNotification;
  /** Whether the channel wants resolved notifications. */
  readonly sendResolved: boolean;
  readonly repeatIntervalMs: number;
  /** The time of the tick, not of the sending. */
  readonly now: Date;
}

/**
 * What to do. A message lists the firing alerts and, as resolved, exactly `resolved`. When both are empty there is nothing
 * to send: the decision is only logged ({@link logEntryOf}), as a delivery would be.
 */
export type NotificationDecision =
  | { readonly send: true; readonly reason: SendReason; readonly resolved: readonly string[] }
  | { readonly send: false; readonly reason: HoldReason };

function sendReason(
  input: NotificationInput,
  closable: readonly string[],
): SendReason | 'unchanged' | 'nothing_firing' {
  const { firing, logged, sendResolved, repeatIntervalMs, now } = input;
  if (!logged) return firing.length > 0 ? 'first' : 'nothing_firing';
  const toldFiring = new Set(logged.firing);
  if (firing.some((fingerprint) => !toldFiring.has(fingerprint)))
    return toldFiring.size === 0 ? 'first' : 'new_alerts';
  if (firing.some((fingerprint) => logged.escalated?.includes(fingerprint))) return 'escalated';
  // Also for a channel without resolved notifications: the log must forget the alerts, or their return would look old.
  if (firing.length === 0) return closable.length > 0 ? 'all_resolved' : 'nothing_firing';
  if (sendResolved && closable.length > 0) return 'some_resolved';
  return now.getTime() - logged.notifiedAt.getTime() > repeatIntervalMs ? 'repeat' : 'unchanged';
}

/**
 * Whether a channel hears about a group at this tick, and why. The rules and their order are Alertmanager's:
 * no entry → `first` if anything fires; something fires that the last message did not list → `first` or `new_alerts`;
 * (ours, Alertmanager knows no such thing) something fires that is worse than the last message said → `escalated`;
 * nothing fires any more → `all_resolved`; a newly resolved alert → `some_resolved`; entry older than the repeat interval → `repeat`.
 *
 * Stricter in one point: an alert is called resolved once, and only after this channel was told that it fires. Alertmanager
 * also lists those that fired and resolved between two ticks.
 *
 * A channel without resolved notifications is never handed a resolved alert; its `all_resolved` is there to be logged.
 */
export function decideNotification(input: NotificationInput): NotificationDecision {
  const { logged, resolved, sendResolved } = input;
  const told = new Set([...(logged?.firing ?? []), ...(logged?.open ?? [])]);
  const closable = resolved.filter((fingerprint) => told.has(fingerprint));
  const reason = sendReason(input, closable);
  if (reason === 'unchanged' || reason === 'nothing_firing') return { send: false, reason };
  return { send: true, reason, resolved: sendResolved ? closable : [] };
}

/** The entry to keep once a decision to send was carried out. What was announced and is missing from both lists stays open. */
export function logEntryOf(input: NotificationInput, resolved: readonly string[]): LoggedNotification {
  const { firing, logged, now } = input;
  const settled = new Set([...firing, ...input.resolved]);
  const announced = new Set([...(logged?.firing ?? []), ...(logged?.open ?? [])]);
  const open = [...announced].filter((fingerprint) => !settled.has(fingerprint));
  return { firing, resolved, notifiedAt: now, ...(open.length > 0 ? { open } : {}) };
}

import type { Selectable } from 'kysely';
import type { TransitionRow } from '../alerts/alert.js';
import { ALERT_NAME, MODEL_NAME } from '../alerts/labels.js';
import type { JournalEntry } from '../journal/entry.js';
import type { ChannelDecision } from './flush-group.js';
import type { MessageAlert } from './message.js';
import type { GroupTable } from './tables.js';

type Group = Selectable<GroupTable>;

/** A channel is being told something, and why now. */
export function tellNotified(
  decision: Extract<ChannelDecision, { send: true }>,
  group: Group,
  deliveryId: string,
  now: Date,
): JournalEntry {
  const { channel, reason, alerts, entry } = decision;
  const { firing, resolved } = entry;
  return {
    at: now,
    kind: 'notified',
    summary: `telling ${channel} of ${namesOf(alerts)}: ${firing.length} firing, ${resolved.length} resolved (${reason})`,
    reason,
    receiver: group.receiver,
    ...modelOf(alerts),
    details: { channel, deliveryId, firing, resolved },
  };
}

function modelOf(alerts: readonly { readonly labels: Readonly<Record<string, string>> }[]): {
  model?: string;
} {
  const model = alerts[0]?.labels[MODEL_NAME];
  return model ? { model } : {};
}

/** Nobody is told, because nobody wrote a route. */
export function tellNoRoute(row: TransitionRow, now: Date): JournalEntry {
  return {
    at: now,
    kind: 'suppressed',
    summary: `nobody is told of ${row.labels[ALERT_NAME] ?? row.fingerprint}: there is no route in rules/*.yml`,
    reason: 'no_route',
    fingerprint: row.fingerprint,
    rule: row.source,
    ...modelOf([row]),
  };
}

/** A channel is told nothing, and who or what sees to that. */
export function tellSuppressed(
  decision: Extract<ChannelDecision, { send: false }>,
  group: Group,
  members: readonly MessageAlert[],
  now: Date,
): JournalEntry {
  return {
    at: now,
    kind: 'suppressed',
    summary: `${decision.channel} is not told of ${namesOf(members)}: ${decision.reason}${decision.by ? ` ${decision.by.slice(0, 3).join(', ')}` : ''}`,
    reason: decision.reason,
    receiver: group.receiver,
    ...modelOf(members),
    details: { channel: decision.channel, ...(decision.by && { by: decision.by }) },
  };
}

function namesOf(alerts: readonly MessageAlert[]): string {
  const names = [...new Set(alerts.map((alert) => alert.labels[ALERT_NAME] ?? alert.fingerprint))];
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}

import type { Route } from '../routing/route.js';
import { formatDuration } from '../schema/duration.js';
import type { JournalEntry } from '../journal/entry.js';
import type { MessageAlert } from './message.js';

/** Why an alert was over before its group spoke; follows `because`. `last`: what the last message said of the alert, if anything. */
export function whyOverBefore(
  alert: MessageAlert,
  route: Route,
  last: MessageAlert['status'] | undefined,
  tick: Date,
): string {
  const [start, end] = [Date.parse(alert.startsAt), Date.parse(alert.endsAt ?? alert.startsAt)];
  if (last === 'firing') return 'the last message said already that it fires, and ends are not told here';
  if (last === 'resolved')
    return `it comes and goes, and its end was told already: once in repeat_interval (${formatDuration(route.repeatIntervalMs)}) is enough`;
  if (end > tick.getTime())
    return `the message due at ${clock(tick)} was held up: Retune did not run, or had no database`;
  if (end - start < route.groupWaitMs)
    return `it was over before group_wait (${formatDuration(route.groupWaitMs)}) had passed`;
  if (end - start < route.groupWaitMs + route.groupIntervalMs)
    return `it was over before its group spoke again (group_interval ${formatDuration(route.groupIntervalMs)})`;
  return 'no message about it got through while it fired';
}

const NAMES: Readonly<Record<string, string>> = {
  slack: 'Slack',
  email: 'the mail server',
  pagerduty: 'PagerDuty',
};

/** What of a message that did not arrive is known. */
export interface FailedDelivery {
  readonly channel_type: string;
  /** Attempts that were begun. */
  readonly attempts: number;
  readonly created_at: Date;
  readonly reason: string | null;
  readonly detail: string | null;
}

/** Why a message had not arrived at `now`; follows `because`. `detail` is free of secrets, and of it only a status is shown. */
export function whyUndelivered(delivery: FailedDelivery, now: Date): string {
  const { channel_type, attempts, created_at, reason, detail } = delivery;
  const who = NAMES[channel_type] ?? `the ${channel_type}`;
  const span = formatDuration(Math.max(1000, Math.round((+now - +created_at) / 1000) * 1000));
  if (attempts === 0) return `its message waited for ${span} without an attempt to send it`;
  if (reason === null) return `Retune was stopped while it told ${who}, ${span} ago at most`;
  const status = /^HTTP (\d{3})/.exec(detail ?? '')?.[1];
  if (status) return `${who} answered ${status} for ${span}`;
  const words: Readonly<Record<string, string>> = {
    timeout: `${who} did not answer for ${span}`,
    network: `${who} could not be reached for ${span}`,
    tls: `${who} had no certificate that is trusted for ${span}`,
  };
  return words[reason] ?? `${who} refused it for ${span} (${reason})`;
}

/** The journal's entry for a message that is not sent because all it tells of is over. `instead`: whether a late one is. */
export function tellOvertaken(
  delivery: { readonly id: string; readonly channel: string; readonly receiver: string },
  instead: string | undefined,
  because: string,
  now: Date,
): JournalEntry {
  const { id, channel, receiver } = delivery;
  return {
    at: now,
    kind: 'suppressed',
    summary: instead
      ? `${channel} gets one late message in the place of the one that did not arrive: ${because}`
      : `${channel} is not told any more of what is over: ${because}`,
    reason: 'late',
    receiver,
    details: { channel, deliveryId: id, ...(instead && { instead }) },
  };
}

/** `02:55 UTC`, with the seconds where there are some. */
function clock(at: Date): string {
  const text = at.toISOString().slice(11, 19);
  return `${text.endsWith(':00') ? text.slice(0, 5) : text} UTC`;
}

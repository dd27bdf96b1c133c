import type { Message, MessageAlert } from '../message.js';
import { formatNumber, formatPair, formatSpan, formatTime } from './format-value.js';
import { fit, oneLine } from './plain-text.js';
import { leadAlert, severityOf, symbolOf } from './severity.js';

/** Longest text of an annotation inside a headline. */
const SUMMARY_LENGTH = 90;

/** What an alert is about, the same while it fires and after: `iris-classifier accuracy`, else the alert's name. */
export function subjectOf(alert: MessageAlert): string {
  const model = alert.labels['model_name'];
  const what = alert.evidence ? alert.evidence.measure.replaceAll('_', ' ') : alert.labels['alertname'];
  return oneLine([model, what].filter(Boolean).join(' ')) || 'alert without a name';
}

/** Value and limit as texts; undefined when the alert was not judged on a number. */
export function measured(
  alert: MessageAlert,
): { readonly value: string; readonly limit?: string } | undefined {
  const value = alert.evidence ? alert.evidence.value : alert.value;
  if (value === null) return undefined;
  const limit = alert.evidence?.threshold;
  if (limit === null || limit === undefined) return { value: formatNumber(value) };
  const [valueText, limitText] = formatPair(value, limit);
  return { value: valueText, limit: limitText };
}

/** How long the alert has been firing at `at`, or had been firing when it resolved; milliseconds. */
export function firedFor(alert: MessageAlert, at: string): number {
  return Date.parse(alert.endsAt ?? at) - Date.parse(alert.startsAt);
}

/** Where the alert comes from, if its labels say so: `prod`. */
export function environmentOf(alert: MessageAlert): string | undefined {
  const { labels } = alert;
  return labels['env'] ?? labels['environment'] ?? labels['stage'];
}

/** Subject, number and limit of one firing alert: `iris-classifier accuracy 0.74 (limit 0.92)`. */
export function statement(alert: MessageAlert): string {
  const subject = subjectOf(alert);
  const summary = alert.annotations['summary'];
  if (!alert.evidence && summary) return `${subject}: ${fit(oneLine(summary), SUMMARY_LENGTH)}`;
  const number = measured(alert);
  if (!number) return subject;
  return `${subject} ${number.value}${number.limit === undefined ? '' : ` (limit ${number.limit})`}`;
}

/** The same once it is over. The number is the last one that was in breach: what it is now is not in the message. An alert told late has its times, and why. */
export function resolvedStatement(alert: MessageAlert, at: string): string {
  const number = alert.evidence && measured(alert);
  const was = number
    ? ` (was ${number.value}${number.limit === undefined ? '' : `, limit ${number.limit}`})`
    : '';
  if (alert.late) {
    const span = `fired ${formatTime(alert.startsAt, at)}, resolved ${formatTime(alert.endsAt ?? at, at)} after ${formatSpan(firedFor(alert, at))}`;
    const { because, untold = 0 } = alert.late;
    const before = untold > 0 ? `, and ${untold === 1 ? 'once' : `${untold} times`} before` : '';
    return `${subjectOf(alert)} ${span}${before}${was}, late because ${because}`;
  }
  return `${subjectOf(alert)} resolved after ${formatSpan(firedFor(alert, at))}${was}`;
}

/** A message in one line: subject and number first, then how much more there is, where and how severe. */
export function headlineText(message: Message): string {
  const lead = leadAlert(message.alerts);
  if (!lead) return `${message.receiver}: ${message.status}`;
  const others =
    message.alerts.filter((alert) => alert.status === lead.status).length - 1 + message.truncatedAlerts;
  const told = lead.status === 'firing' ? statement(lead) : resolvedStatement(lead, message.at);
  return [told + (others > 0 ? ` +${others} more` : ''), environmentOf(lead), lead.labels['severity']]
    .filter((part) => part !== undefined && part !== '')
    .map((part) => oneLine(part as string))
    .join(' · ');
}

/**
 * The same led by the sign of its state, for a locked phone: `🔴 iris-classifier accuracy 0.74 (limit 0.92) · critical`.
 * Plain text with untrusted parts: escape it.
 */
export function headline(message: Message): string {
  const lead = leadAlert(message.alerts);
  return `${symbolOf(message.status, severityOf(lead?.labels['severity']))} ${headlineText(message)}`;
}

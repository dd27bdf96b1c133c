import type { Mail } from '../../../platform/ports.js';
import { OWN_HTML } from '../../../templates/message-templates.js';
import type { Message } from '../../message.js';
import { environmentOf, measured, subjectOf } from '../headline.js';
import { cleanText, fit, oneLine } from '../plain-text.js';
import { Rendering } from '../rendering.js';
import { leadAlert, severityOf } from '../severity.js';
import { parseMailbox } from './address.js';
import { emailHtml } from './body-html.js';
import { emailText } from './body-text.js';
import type { EmailConfig } from './config.js';

const SUBJECT = 180;
/** Ids in `References`; a thread is found by any one of them. */
const REFERENCES = 10;

/**
 * State and number in brackets, then what it is about: `[FIRING 0.74 (limit 0.92) · critical] iris-classifier accuracy (prod)`.
 * Mail programs ignore leading brackets when they thread by subject, and what follows stays the same until the alert is over.
 */
export function subjectLine(message: Message): string {
  const lead = leadAlert(message.alerts);
  const listed = message.alerts.filter((alert) => alert.status === message.status);
  const count = listed.length + (message.status === 'firing' ? message.truncatedAlerts : 0);
  const number =
    lead && lead.status === 'firing' && lead.evidence && count === 1 ? measured(lead) : undefined;
  const late = message.reason === 'late' && message.status === 'resolved';
  const state = [
    message.status.toUpperCase() + (count > 1 ? ` ${count}` : '') + (late ? ', told late' : ''),
    ...(number ? [number.value] : []),
    ...(number?.limit === undefined ? [] : [`(limit ${number.limit})`]),
  ].join(' ');
  const severity = message.status === 'firing' ? lead?.labels['severity'] : undefined;
  const environment = lead && environmentOf(lead);
  const bracket = [state, severity].filter(Boolean).join(' · ').replaceAll(/[[\]]/g, '');
  return fit(oneLine(`[${bracket}] ${topicOf(message)}${environment ? ` (${environment})` : ''}`), SUBJECT);
}

/** What all alerts of the message share: one subject, or the labels they are grouped by. */
function topicOf(message: Message): string {
  const subjects = new Set(message.alerts.map(subjectOf));
  const [only] = subjects;
  if (only !== undefined && subjects.size === 1) return only;
  return Object.values(message.groupLabels).join(' ') || message.receiver;
}

/** One mail to the one recipient of `config`. */
export function emailMail(
  message: Message,
  config: EmailConfig,
  from: string,
  rendering = new Rendering(message, new Date(message.at)),
): Mail {
  const domain = parseMailbox(from)?.address.split('@').at(-1) ?? 'localhost';
  const { Subject: subject, From: _from, To: _to, ...own } = titled(config.headers);
  return {
    from,
    to: config.to,
    subject:
      headerText(rendering.text('headers.Subject', rendering.written(subject, 'email.default.subject'))) ||
      subjectLine(message),
    ...bodiesOf(message, config, rendering),
    messageId: `<${message.id}@${domain}>`,
    references: threadOf(message, domain),
    headers: { ...headersOf(message, domain), ...rendered(own, rendering) },
  };
}

/**
 * Ids that were never those of a mail: the common ancestors of all mails about the same firing periods of a group, so that
 * what was firing and what resolved are found together, also when the first of them was lost.
 */
function threadOf(message: Message, domain: string): string {
  const group = message.groupId.slice(0, 16);
  const byAge = message.alerts.toSorted((a, b) =>
    a.startsAt < b.startsAt ? -1 : Number(a.startsAt > b.startsAt),
  );
  const episodes = byAge.slice(0, REFERENCES).map(({ episode }) => `<alert-${group}-${episode}@${domain}>`);
  return (episodes.length > 0 ? episodes : [`<alert-${group}@${domain}>`]).join(' ');
}

function headersOf(message: Message, domain: string): Record<string, string> {
  const lead = leadAlert(message.alerts);
  const critical = message.status === 'firing' && severityOf(lead?.labels['severity']) === 'critical';
  const told: readonly (readonly [string, string | undefined])[] = [
    ['X-Alert-Status', message.status],
    ['X-Alert-Severity', lead?.labels['severity']],
    ['X-Alert-Name', lead?.labels['alertname']],
    ['X-Alert-Model', lead?.labels['model_name']],
    ['X-Alert-Group', message.groupId.slice(0, 16)],
  ];
  return {
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    'List-Id': `Model alerts <alerts.${domain}>`,
    ...(critical && { Importance: 'high' }),
    ...Object.fromEntries(told.flatMap(([name, value]) => (value ? [[name, fit(oneLine(value), 200)]] : []))),
  };
}

/**
 * Text and HTML: what is not written, or fails, is ours. An empty `html` beside a `text` is a mail without HTML, as in
 * Alertmanager; a mail without a text does not exist here, because some people read nothing else.
 */
function bodiesOf(message: Message, config: EmailConfig, rendering: Rendering): Pick<Mail, 'text' | 'html'> {
  const text = rendering.text('text', config.text) || emailText(message);
  if (config.html === '' && config.text) return { text };
  const ours = emailHtml(message);
  return {
    text,
    html: rendering.html('html', rendering.written(config.html || undefined, OWN_HTML), ours) ?? ours,
  };
}

/** A header is one line, whatever a label brings along. */
function headerText(text: string | undefined): string {
  return cleanText(text ?? '').replace(/\s*\n\s*/g, ' ');
}

/** The headers, rendered. One that fails or is empty is left out: it has no form of ours. */
function rendered(headers: Readonly<Record<string, string>>, rendering: Rendering): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const text = headerText(rendering.text(`headers.${name}`, value));
      return text === '' ? [] : [[name, text]];
    }),
  );
}

/** Header names as they are usually written, so that `subject` and `Subject` are one. */
function titled(headers: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [
      name.toLowerCase().replace(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase()),
      value,
    ]),
  );
}

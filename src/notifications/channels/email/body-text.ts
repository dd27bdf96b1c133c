import type { Message } from '../../message.js';
import { alertLine, factsOf, listedAlerts, sentencesOf } from '../evidence-text.js';
import { headline } from '../headline.js';
import { linksOf } from '../links.js';
import { cleanText, fit } from '../plain-text.js';
import { leadAlert } from '../severity.js';

/** Alerts listed in a mail; the rest is counted. */
export const ALERTS_LISTED = 20;
/** Longest text of one annotation. */
export const SENTENCE = 2000;

/** The plain text of a mail: what is wrong first, then the evidence, then where to go. */
export function emailText(message: Message): string {
  const lead = leadAlert(message.alerts);
  const single = message.alerts.length === 1 && message.truncatedAlerts === 0;
  const about =
    lead && (message.status === 'firing' || message.reason === 'late')
      ? sentencesOf(single ? lead : { ...lead, annotations: message.commonAnnotations })
      : [];
  const facts = single && lead ? factsOf(lead, message) : [];
  return [
    headline(message),
    about.map((sentence) => fit(sentence, SENTENCE)).join('\n\n'),
    table(facts.map(({ name, value }) => [name, value])),
    single ? '' : listOf(message),
    table(linksOf(lead, message).map(({ text, url }) => [text, url])),
    `-- \nSent to receiver ${cleanText(message.receiver)}. Group ${fit(cleanText(message.groupKey), 500)} (${message.groupId.slice(0, 6)}).`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function table(rows: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(0, ...rows.map(([name]) => name.length + 1));
  return rows.map(([name, value]) => `${`${name}:`.padEnd(width)} ${value}`).join('\n');
}

function listOf(message: Message): string {
  const lines = listedAlerts(message, ALERTS_LISTED).map(
    (alert) => `- ${alert.status}: ${fit(alertLine(alert, message), 300)}`,
  );
  const more = message.alerts.length + message.truncatedAlerts - lines.length;
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

import { createHash } from 'node:crypto';
import type { Message, MessageAlert } from '../../message.js';
import { alertLine, factsOf, sentencesOf } from '../evidence-text.js';
import { headlineText } from '../headline.js';
import { consolePage, linksOf } from '../links.js';
import type { Link } from '../links.js';
import { fit, oneLine } from '../plain-text.js';
import { literal } from '../secret-twin.js';
import { leadAlert, severityOf } from '../severity.js';
import type { Severity } from '../severity.js';
import type { PagerdutyConfig } from './config.js';

/** https://developer.pagerduty.com/docs/events-api-v2-overview */
const SUMMARY = 1024;
/** Characters of `source`, `component`, `group` and `class`: no limit is documented, none of ours comes near. */
const FIELD = 255;
/** PagerDuty refuses events over 512 kB. */
export const MAX_BYTES = 500_000;
const ALERTS_LISTED = 50;
const LINE = 500;

/** Extra information, shown as a table under the alert. */
export type PagerdutyDetails = Readonly<Record<string, string | number>>;

/** Body of a request to the Events API v2. */
export type PagerdutyEvent =
  | { readonly routing_key: string; readonly event_action: 'resolve'; readonly dedup_key: string }
  | {
      readonly routing_key: string;
      readonly event_action: 'trigger';
      readonly dedup_key: string;
      readonly client: string;
      readonly client_url: string;
      readonly links: readonly { readonly href: string; readonly text: string }[];
      readonly payload: {
        readonly summary: string;
        readonly source: string;
        readonly severity: Severity;
        readonly timestamp: string;
        readonly component?: string;
        readonly group?: string;
        readonly class?: string;
        readonly custom_details: PagerdutyDetails;
      };
    };

/** PagerDuty folds events with one key into one alert; a group keeps its key from trigger to resolve. */
export function dedupKey(message: Message): string {
  return createHash('sha256').update(message.groupId).digest('hex');
}

/** The event of a message. `reduced` leaves out what PagerDuty could object to besides the key. */
export function pagerdutyEvent(
  message: Message,
  config: PagerdutyConfig,
  routingKey: string,
  reduced = false,
): PagerdutyEvent {
  const identity = { routing_key: routingKey, dedup_key: dedupKey(message) };
  if (message.status === 'resolved') return { ...identity, event_action: 'resolve' };
  const event = triggerOf(message, config, identity, reduced);
  if (Buffer.byteLength(JSON.stringify(event)) <= MAX_BYTES) return event;
  const note = `left out: the whole event is larger than PagerDuty takes; see ${event.client_url}`;
  return { ...event, payload: { ...event.payload, custom_details: { details: note } } };
}

type Trigger = Extract<PagerdutyEvent, { event_action: 'trigger' }>;

function triggerOf(
  message: Message,
  config: PagerdutyConfig,
  identity: { readonly routing_key: string; readonly dedup_key: string },
  reduced: boolean,
): Trigger {
  const lead = leadAlert(message.alerts);
  const labels = lead?.labels ?? {};
  const component = literal(config.component) ?? labels['model_name'];
  const group = literal(config.group) ?? labels['team'] ?? labels['owner'];
  const kind = literal(config.class) ?? labels['alertname'];
  const page = consolePage(message);
  return {
    ...identity,
    event_action: 'trigger',
    client: literal(config.client) ?? 'Retune',
    client_url: literal(config.client_url) ?? page,
    links: reduced ? [] : linksOf(lead, message).map(({ url, text }: Link) => ({ href: url, text })),
    payload: {
      summary: fit(oneLine(literal(config.description) ?? headlineText(message)), SUMMARY),
      source: field(
        literal(config.source) ?? labels['instance'] ?? labels['model_name'] ?? hostOf(message.externalUrl),
      ),
      severity: severityOf(literal(config.severity) ?? labels['severity']),
      timestamp: lead?.startsAt ?? message.at,
      ...(component && { component: field(component) }),
      ...(group && { group: field(group) }),
      ...(kind && { class: field(kind) }),
      custom_details: reduced
        ? { details: `left out: PagerDuty refused the full event; see ${page}` }
        : detailsOf(message, lead),
    },
  };
}

/** The numbers first, then the alerts as lines. PagerDuty sorts by name: names say what belongs together. */
function detailsOf(message: Message, lead: MessageAlert | undefined): PagerdutyDetails {
  const firing = message.alerts.filter((alert) => alert.status === 'firing');
  const resolved = message.alerts.filter((alert) => alert.status === 'resolved');
  const sentences = lead ? sentencesOf(lead) : [];
  return {
    ...Object.fromEntries((lead ? factsOf(lead, message) : []).map(({ name, value }) => [name, value])),
    ...(sentences.length > 0 && { about: fit(sentences.join('\n'), 4 * LINE) }),
    firing: linesOf(firing, message),
    resolved: linesOf(resolved, message),
    num_firing: firing.length,
    num_resolved: resolved.length,
    ...(message.truncatedAlerts > 0 && { num_not_listed: message.truncatedAlerts }),
    receiver: message.receiver,
    group: fit(message.groupKey, 2 * LINE),
  };
}

function linesOf(alerts: readonly MessageAlert[], message: Message): string {
  const lines = alerts.slice(0, ALERTS_LISTED).map((alert) => fit(alertLine(alert, message), LINE));
  const more = alerts.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

function field(text: string): string {
  return fit(oneLine(text), FIELD) || 'unknown';
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'retune';
}

import { createHash } from 'node:crypto';
import type { Message, MessageAlert } from '../../message.js';
import { alertLine, factsOf, sentencesOf } from '../evidence-text.js';
import { headlineText } from '../headline.js';
import { consolePage, linksOf } from '../links.js';
import type { Link } from '../links.js';
import { cleanText, fit, oneLine } from '../plain-text.js';
import { Rendering } from '../rendering.js';
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
export type PagerdutyDetails = Readonly<Record<string, unknown>>;

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
      readonly images?: readonly { readonly src: string; readonly href: string; readonly alt: string }[];
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
  rendering = new Rendering(message, new Date(message.at)),
): PagerdutyEvent {
  const identity = { routing_key: routingKey, dedup_key: dedupKey(message) };
  if (message.status === 'resolved') return { ...identity, event_action: 'resolve' };
  const event = triggerOf(message, config, identity, rendering, reduced);
  if (Buffer.byteLength(JSON.stringify(event)) <= MAX_BYTES) return event;
  const note = `left out: the whole event is larger than PagerDuty takes; see ${event.client_url}`;
  return { ...event, payload: { ...event.payload, custom_details: { details: note } } };
}

type Trigger = Extract<PagerdutyEvent, { event_action: 'trigger' }>;

function triggerOf(
  message: Message,
  config: PagerdutyConfig,
  identity: { readonly routing_key: string; readonly dedup_key: string },
  rendering: Rendering,
  reduced: boolean,
): Trigger {
  const own = ownTexts(config, rendering);
  const lead = leadAlert(message.alerts);
  const labels = lead?.labels ?? {};
  const component = own.component ?? labels['model_name'];
  const group = own.group ?? labels['team'] ?? labels['owner'];
  const kind = own.class ?? labels['alertname'];
  const page = consolePage(message);
  return {
    ...identity,
    event_action: 'trigger',
    client: own.client ?? 'Retune',
    client_url: own.client_url ?? page,
    links: reduced
      ? []
      : (linksFrom(config, rendering) ??
        linksOf(lead, message).map(({ url, text }: Link) => ({ href: url, text }))),
    ...(config.images && !reduced && { images: imagesFrom(config.images, rendering) }),
    payload: {
      summary: own.description
        ? fit(cleanText(own.description), SUMMARY)
        : fit(oneLine(headlineText(message)), SUMMARY),
      source: field(own.source ?? labels['instance'] ?? labels['model_name'] ?? hostOf(message.externalUrl)),
      severity: severityOf(own.severity ?? labels['severity']),
      timestamp: lead?.startsAt ?? message.at,
      ...(component && { component: field(component) }),
      ...(group && { group: field(group) }),
      ...(kind && { class: field(kind) }),
      custom_details: reduced
        ? { details: `left out: PagerDuty refused the full event; see ${page}` }
        : { ...detailsOf(message, lead), ...ownDetails(config.details, rendering) },
    },
  };
}

const TEXTS = [
  'description',
  'severity',
  'source',
  'component',
  'group',
  'class',
  'client',
  'client_url',
] as const;
/** Alertmanager's names for the defaults of fields; others have none that a file could give another meaning. */
const DEFAULTS: Readonly<Partial<Record<string, string>>> = {
  description: 'pagerduty.default.description',
  client: 'pagerduty.default.client',
  client_url: 'pagerduty.default.clientURL',
};

/** What the operator wrote, rendered; what is empty then counts as not written, as PagerDuty refuses empty fields. */
function ownTexts(
  config: PagerdutyConfig,
  rendering: Rendering,
): Readonly<Partial<Record<(typeof TEXTS)[number], string>>> {
  return Object.fromEntries(
    TEXTS.flatMap((name) => {
      const text = rendering.text(name, rendering.written(config[name], DEFAULTS[name]));
      return text ? [[name, text]] : [];
    }),
  );
}

/** The operator's details, which stand in for ours of the same name. One that fails is left to ours. */
function ownDetails(details: PagerdutyConfig['details'], rendering: Rendering): PagerdutyDetails {
  return Object.fromEntries(
    Object.entries(details ?? {}).flatMap(([name, tree]) => {
      const before = rendering.faults.length;
      const value = rendering.tree(`details.${name}`, tree);
      return rendering.faults.length > before ? [] : [[name, value]];
    }),
  );
}

/** Links of the operator in the place of ours; undefined where none is written. */
function linksFrom(
  { links }: PagerdutyConfig,
  rendering: Rendering,
): { href: string; text: string }[] | undefined {
  return links
    ?.map(({ href, text }) => ({
      href: rendering.text('links.href', href) ?? '',
      text: rendering.text('links.text', text) ?? '',
    }))
    .filter(({ href }) => href !== '');
}

function imagesFrom(
  images: NonNullable<PagerdutyConfig['images']>,
  rendering: Rendering,
): { src: string; href: string; alt: string }[] {
  return images
    .map(({ src, href, alt }) => ({
      src: rendering.text('images.src', src) ?? '',
      href: rendering.text('images.href', href) ?? '',
      alt: rendering.text('images.alt', alt) ?? '',
    }))
    .filter(({ src }) => src !== '');
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

import type { Labels } from '../../../alerts/labels.js';
import { compareAlerts, type Message, type MessageAlert } from '../../message.js';
import { quotedReceiver, reasonText } from '../reason-text.js';
import type { Rendering } from '../rendering.js';

/** Bodies are cut to this size, so that no receiver loses a whole group over its length. */
export const MAX_BYTES = 1_000_000;

/** Version 4 of Alertmanager's webhook body. https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
export interface WebhookPayload {
  /** Name of the receiver, quoted for use as a regular expression, as Alertmanager sends it. */
  readonly receiver: string;
  readonly status: 'firing' | 'resolved';
  readonly alerts: readonly {
    readonly status: 'firing' | 'resolved';
    readonly labels: Labels;
    readonly annotations: Labels;
    readonly startsAt: string;
    /** `0001-01-01T00:00:00Z` while firing. */
    readonly endsAt: string;
    readonly generatorURL: string;
    readonly fingerprint: string;
  }[];
  readonly groupLabels: Labels;
  readonly commonLabels: Labels;
  readonly commonAnnotations: Labels;
  readonly externalURL: string;
  readonly version: '4';
  readonly groupKey: string;
  readonly truncatedAlerts: number;
  readonly notification_reason: string;
  readonly routeLabels: Labels;
}

const NO_TIME = '0001-01-01T00:00:00Z';
/**
 * The body for a webhook, with at most `maxAlerts` alerts (0: all). The status is that of the whole group: a cut list does
 * not make a firing group look resolved. Firing alerts come first in a message, so they are the last to be cut; what is left is
 * listed in Alertmanager's order, which does not look at the status.
 */
export function webhookPayload(message: Message, maxAlerts: number): WebhookPayload {
  const alerts = message.alerts.slice(0, maxAlerts > 0 ? maxAlerts : undefined).toSorted(compareAlerts);
  const cut = message.alerts.length - alerts.length;
  return {
    receiver: quotedReceiver(message.receiver),
    status: message.status,
    alerts: alerts.map((alert) => ({
      status: alert.status,
      labels: alert.labels,
      annotations: alert.annotations,
      startsAt: alert.startsAt,
      endsAt: alert.endsAt ?? NO_TIME,
      generatorURL: alert.generatorUrl ?? '',
      fingerprint: alert.fingerprint,
    })),
    groupLabels: message.groupLabels,
    commonLabels: cut > 0 ? common(alerts, ({ labels }) => labels) : message.commonLabels,
    commonAnnotations: cut > 0 ? common(alerts, ({ annotations }) => annotations) : message.commonAnnotations,
    externalURL: message.externalUrl,
    version: '4',
    groupKey: message.groupKey,
    truncatedAlerts: message.truncatedAlerts + cut,
    notification_reason: reasonText(message.reason),
    routeLabels: {},
  };
}

/** The body as sent and signed, cut further where it would be longer than {@link MAX_BYTES}. */
export function webhookBody(message: Message, maxAlerts: number): string {
  let limit = maxAlerts > 0 ? Math.min(maxAlerts, message.alerts.length) : message.alerts.length;
  let body = JSON.stringify(webhookPayload(message, maxAlerts));
  while (Buffer.byteLength(body) > MAX_BYTES && limit > 1) {
    limit = Math.floor(limit / 2);
    body = JSON.stringify(webhookPayload(message, limit));
  }
  return body;
}

/** The part of a message that a body of at most `maxAlerts` alerts (0: all) may list, for templates. */
export function cutMessage(message: Message, maxAlerts: number): Message {
  const { alerts, commonLabels, commonAnnotations } = webhookPayload(message, maxAlerts);
  const kept = new Set(alerts.map(({ fingerprint }) => fingerprint));
  const listed = message.alerts.filter(({ fingerprint }) => kept.has(fingerprint));
  return { ...message, alerts: listed, commonLabels, commonAnnotations };
}

/** The operator's own body; undefined where a template in it failed, or it is longer than {@link MAX_BYTES}: then ours is sent. */
export function ownBody(payload: unknown, rendering: Rendering): string | undefined {
  const body = JSON.stringify(rendering.tree('payload', payload));
  if (Buffer.byteLength(body) > MAX_BYTES) rendering.faults.push(`payload: longer than ${MAX_BYTES} bytes`);
  return rendering.faults.length > 0 ? undefined : body;
}

function common(alerts: readonly MessageAlert[], pick: (alert: MessageAlert) => Labels): Labels {
  const [first, ...rest] = alerts.map(pick);
  return Object.fromEntries(
    Object.entries(first ?? {}).filter(([name, value]) => rest.every((labels) => labels[name] === value)),
  );
}

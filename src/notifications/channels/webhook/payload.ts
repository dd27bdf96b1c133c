import type { Labels } from '../../../alerts/labels.js';
import { compareAlerts, type Message, type MessageAlert } from '../../message.js';

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
const REASONS: Readonly<Record<string, string>> = {
  first: 'first notification',
  new_alerts: 'new alerts added',
  escalated: 'alerts got worse',
  all_resolved: 'all alerts resolved',
  some_resolved: 'some alerts resolved',
  repeat: 'repeat interval elapsed',
  late: 'told late',
};

/**
 * The body for a webhook, with at most `maxAlerts` alerts (0: all). The status is that of the whole group: a cut list does
 * not make a firing group look resolved. Firing alerts come first in a message, so they are the last to be cut; what is left is
 * listed in Alertmanager's order, which does not look at the status.
 */
export function webhookPayload(message: Message, maxAlerts: number): WebhookPayload {
  const alerts = message.alerts.slice(0, maxAlerts > 0 ? maxAlerts : undefined).toSorted(compareAlerts);
  const cut = message.alerts.length - alerts.length;
  return {
    receiver: message.receiver.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&'),
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
    notification_reason: REASONS[message.reason] ?? message.reason,
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

function common(alerts: readonly MessageAlert[], pick: (alert: MessageAlert) => Labels): Labels {
  const [first, ...rest] = alerts.map(pick);
  return Object.fromEntries(
    Object.entries(first ?? {}).filter(([name, value]) => rest.every((labels) => labels[name] === value)),
  );
}

import type { Labels } from '../alerts/labels.js';
import type { Message, MessageAlert } from './message.js';

/** Alerts beyond this many are counted, not listed: no channel can show them, and a page must stay a page. */
export const MAX_ALERTS_LISTED = 500;

/** Firing alerts first, each part by job, instance, then the rest of the labels, as Alertmanager sorts them. */
export function sortAlerts(alerts: readonly MessageAlert[]): MessageAlert[] {
  const key = ({ status, labels }: MessageAlert): string =>
    [
      status,
      labels['job'] ?? '',
      labels['instance'] ?? '',
      JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    ].join('\0');
  return alerts
    .map((alert) => [key(alert), alert] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, alert]) => alert);
}

/** The label pairs every given set has. */
export function commonPairs(sets: readonly Labels[]): Labels {
  const [first, ...rest] = sets;
  if (!first) return {};
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => rest.every((set) => set[name] === value)),
  );
}

/** Builds a message: status from all alerts (a cut list must not look resolved), common labels from those listed. */
export function composeMessage(
  frame: Omit<Message, 'status' | 'commonLabels' | 'commonAnnotations' | 'alerts' | 'truncatedAlerts'>,
  alerts: readonly MessageAlert[],
): Message {
  const listed = sortAlerts(alerts).slice(0, MAX_ALERTS_LISTED);
  return {
    ...frame,
    status: alerts.some((alert) => alert.status === 'firing') ? 'firing' : 'resolved',
    commonLabels: commonPairs(listed.map((alert) => alert.labels)),
    commonAnnotations: commonPairs(listed.map((alert) => alert.annotations)),
    alerts: listed,
    truncatedAlerts: alerts.length - listed.length,
  };
}

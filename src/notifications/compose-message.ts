import type { Labels } from '../alerts/labels.js';
import { compareAlerts, type Message, type MessageAlert } from './message.js';

/** Alerts beyond this many are counted, not listed: no channel can show them, and a page must stay a page. */
export const MAX_ALERTS_LISTED = 500;

/** Firing alerts first, so that they are the last to be cut; each part in Alertmanager's order. */
export function sortAlerts(alerts: readonly MessageAlert[]): MessageAlert[] {
  const rank = ({ status }: MessageAlert): number => (status === 'firing' ? 0 : 1);
  return alerts.toSorted((a, b) => rank(a) - rank(b) || compareAlerts(a, b));
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

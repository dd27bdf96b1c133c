import type { Evidence } from '../alerts/alert.js';
import { compareBytewise } from '../alerts/compare-bytewise.js';
import { compareLabels } from '../alerts/compare-labels.js';
import type { Labels } from '../alerts/labels.js';

/** One alert inside a message. Times are ISO 8601 UTC strings: a message is stored as JSON. */
export interface MessageAlert {
  readonly status: 'firing' | 'resolved';
  readonly fingerprint: string;
  readonly episode: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly value: number | null;
  readonly evidence?: Evidence;
  readonly startsAt: string;
  /** Absent while firing. */
  readonly endsAt?: string;
  readonly generatorUrl?: string;
  /** There only when the channel first hears of the alert now that it is over. */
  readonly late?: Late;
}

/** Why nobody was told while it fired. */
export interface Late {
  /** What follows the word `because`. */
  readonly because: string;
  /** How many firing periods before this one nobody was told of; absent: none. */
  readonly untold?: number;
}

/**
 * A notification before any channel has shaped it: one group of one receiver, frozen when it was decided.
 * Everything that came from outside (labels, annotations) is untrusted text; each channel escapes it for itself.
 */
export interface Message {
  /** UUID of the delivery, the same over all its attempts: Idempotency-Key, webhook-id, Message-ID. */
  readonly id: string;
  readonly receiver: string;
  /** SHA-256 hex of the group's identity; stable for the life of the group. */
  readonly groupId: string;
  /** Alertmanager's group key text, for people and for its webhook payload. */
  readonly groupKey: string;
  /** `firing` when any listed alert fires. */
  readonly status: 'firing' | 'resolved';
  /** Why it is sent: `first`, `new_alerts`, `some_resolved`, `all_resolved`, `repeat`, `late`. */
  readonly reason: string;
  readonly groupLabels: Labels;
  readonly commonLabels: Labels;
  readonly commonAnnotations: Labels;
  readonly alerts: readonly MessageAlert[];
  /** Alerts cut from the list by a limit. */
  readonly truncatedAlerts: number;
  /** Address of this service, for links. */
  readonly externalUrl: string;
  /** When it was decided. */
  readonly at: string;
}

/** By job, then by instance, where it is there, then by all labels: the order in which Alertmanager lists the alerts of a message. */
export function compareAlerts(a: MessageAlert, b: MessageAlert): number {
  for (const name of ['job', 'instance']) {
    const [own, other] = [a.labels[name], b.labels[name]];
    if (own === other) continue;
    if (own === undefined) return 1;
    if (other === undefined) return -1;
    return compareBytewise(own, other);
  }
  return compareLabels(a.labels, b.labels);
}

import type { Alert } from '../alerts/alert.js';
import type { AlertChange } from '../alerts/alert.store.js';
import { fingerprint } from '../alerts/fingerprint.js';
import { normalizeLabels } from '../alerts/labels.js';
import { episodeId } from '../alerts/step-alert.js';
import type { ReceivedAlert } from './webhook.schema.js';

/** The source of alerts that another Alertmanager sent. */
export const ALERTMANAGER_SOURCE = 'alertmanager';

/** How long after a resolve the slower one of two senders may still report the period that has ended. */
const SENDERS_APART_MS = 60_000;

/** The identity a received alert has: its labels, whoever sent it and however often. */
export function receivedFingerprint(received: ReceivedAlert): string {
  return fingerprint(received.labels);
}

/**
 * What receiving an alert changes. The same alert from a second sender, or sent again, changes nothing but what it shows;
 * a resolve of something unknown is not news. One that started after the last resolve, or that is still reported a minute
 * later, is a new firing period: an alert may never be lost because its sender kept the time it once began.
 */
export function receiveAlert(
  existing: Alert | undefined,
  received: ReceivedAlert,
  now: Date,
): AlertChange | undefined {
  const startsAt = new Date(received.startsAt);
  const shown = {
    annotations: received.annotations,
    evaluatedAt: now,
    ...(received.generatorURL ? { generatorUrl: received.generatorURL } : {}),
  };
  if (existing?.state === 'firing') {
    if (received.status === 'firing') {
      // This sender says when it is over; an end that another one named no longer counts.
      const { endsAt: _end, endAssumed: _assumed, ...open } = existing;
      return { alert: { ...open, ...shown } };
    }
    const resolvedAt = endOf(received, now);
    // A late copy of an older resolve must not end the firing period that came after it.
    if (resolvedAt < existing.activeAt) return undefined;
    return {
      alert: { ...existing, ...shown, state: 'resolved', resolvedAt },
      transition: { from: 'firing', to: 'resolved', reason: 'received_resolved', at: now },
    };
  }
  if (received.status === 'resolved') return undefined;
  let began = startsAt;
  if (existing?.resolvedAt && startsAt <= existing.resolvedAt) {
    if (now.getTime() - existing.evaluatedAt.getTime() < SENDERS_APART_MS) return undefined;
    // By the sender's clock, so that its resolve is never taken for a copy of the earlier one.
    began = new Date(existing.resolvedAt.getTime() + 1);
  }
  const key = receivedFingerprint(received);
  return {
    alert: {
      source: ALERTMANAGER_SOURCE,
      fingerprint: key,
      episode: episodeId(ALERTMANAGER_SOURCE, key, began),
      labels: normalizeLabels(received.labels),
      state: 'firing',
      value: null,
      activeAt: began,
      firedAt: began,
      ...shown,
    },
    transition: { from: 'inactive', to: 'firing', reason: 'received', at: now },
  };
}

function endOf(received: ReceivedAlert, now: Date): Date {
  const end = received.endsAt === undefined ? now : new Date(received.endsAt);
  return end.getUTCFullYear() <= 1 || end > now ? now : end;
}

import type { DeliveryResult } from './channels/channel.js';

/** What becomes of a delivery after an attempt. */
export type AttemptDecision =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly afterMs: number; readonly alarm: boolean }
  | { readonly kind: 'dead'; readonly why: 'rejected' | 'deadline' };

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;
const BROKEN_RETRY_MS = 60_000;
const LONGEST_BROKEN_RETRY_MS = 300_000;
/** After that an alert is history, and a page about it would mislead. */
export const DELIVERY_DEADLINE_MS = 6 * 3_600_000;
/** From then on people are told, through their other channels, that this one fails; at once when a target asks to wait longer. */
export const ALARM_AFTER_MS = 120_000;

/**
 * Decides from the outcome of attempt number `attempt` (from 1) of a delivery that is `ageMs` old. A target that is broken
 * (wrong key, channel gone) is tried on: it may be repaired, and the alert must not be lost until then. `jitter` is 0–1.
 */
export function decideAttempt(
  result: DeliveryResult,
  attempt: number,
  ageMs: number,
  jitter: number,
): AttemptDecision {
  if (result.outcome === 'delivered') return { kind: 'delivered' };
  if (result.outcome === 'rejected') return { kind: 'dead', why: 'rejected' };
  if (ageMs >= DELIVERY_DEADLINE_MS) return { kind: 'dead', why: 'deadline' };
  const broken = result.outcome === 'target_broken';
  const base = broken
    ? Math.min(LONGEST_BROKEN_RETRY_MS, BROKEN_RETRY_MS * 2 ** Math.min(attempt - 1, 10))
    : Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempt - 1, 10));
  const asked = result.outcome === 'retry' ? (result.retryAfterMs ?? 0) : 0;
  const wait = Math.max(asked, Math.round(base * (0.75 + jitter / 2)));
  return {
    kind: 'retry',
    // The last attempt is made at the deadline, whatever the target asks for.
    afterMs: Math.min(wait, DELIVERY_DEADLINE_MS - ageMs),
    alarm: broken || ageMs >= ALARM_AFTER_MS || asked >= ALARM_AFTER_MS,
  };
}

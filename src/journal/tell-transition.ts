import type { Alert, Transition } from '../alerts/alert.js';
import { ALERT_NAME, MODEL_NAME } from '../alerts/labels.js';
import type { JournalEntry } from './entry.js';

const WHY: Readonly<Record<Transition['reason'], string>> = {
  condition_met: 'the condition was met',
  held_for: 'the condition held long enough',
  condition_cleared: 'the condition no longer holds',
  series_gone: 'its series ended',
  kept_firing_elapsed: 'it stayed clear for keep_firing_for',
  escalated: 'it got worse',
  deescalated: 'it got less bad',
  for_raised: 'its rule asks for a longer time now, and it has not held for that long',
  limit_exceeded: 'its rule has more alerts than the limit of its group',
  rule_removed: 'its rule was removed',
  received: 'it was received',
  received_resolved: 'it was received as resolved',
  expired: 'it was not sent again in time',
  raised: 'Retune raised it',
  settled: 'what it told of is over',
};

/** The journal's entry for a state change: who, where to, why, and the number behind it. */
export function tellTransition(alert: Alert, transition: Transition): JournalEntry {
  const name = alert.labels[ALERT_NAME] ?? 'an alert without a name';
  const model = alert.labels[MODEL_NAME];
  const number = alert.evidence?.note ?? (alert.value === null ? '' : `value ${formatValue(alert.value)}`);
  const about = [model, number].filter(Boolean).join(', ');
  return {
    at: transition.at,
    kind: 'transition',
    summary: `${name} ${transition.from} → ${transition.to}${about ? ` (${about})` : ''}: ${WHY[transition.reason]}`,
    reason: transition.reason,
    ...(model ? { model } : {}),
    rule: alert.source,
    fingerprint: alert.fingerprint,
    details: {
      from: transition.from,
      to: transition.to,
      labels: alert.labels,
      value: alert.value,
      evidence: alert.evidence,
    },
  };
}

function formatValue(value: number): string {
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
}

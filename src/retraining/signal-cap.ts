import { type OpenAlert, type Signal, explainAlert, signalOf } from './signal.js';

/** How far a decision may go, from least to most. */
export type Level = 'suggest' | 'await_approval' | 'dispatch';

/** The furthest that a set of alerts allows, and why not further. */
export interface SignalCap {
  readonly level: Level;
  /** Absent when the alerts allow everything. */
  readonly reason?: 'drift_alone' | 'unproven_accuracy' | 'cannot_help';
  readonly detail: string;
}

/**
 * What the alerts behind a trigger justify:
 * proven accuracy loss, or a rule of the operator's own that the policy names, may start a run; drift of inputs *and* predictions
 * may ask a person; one kind of drift, a bare accuracy gauge, or trouble that retraining cannot cure may only suggest.
 */
export function signalCap(alerts: readonly OpenAlert[]): SignalCap {
  const signals = new Set<Signal>(alerts.map(signalOf));
  const named = (...wanted: Signal[]): string =>
    alerts
      .filter((alert) => wanted.includes(signalOf(alert)))
      .map(explainAlert)
      .join(', ');

  if (signals.has('accuracy'))
    return { level: 'dispatch', detail: `${named('accuracy')}: labels prove the loss` };
  if (signals.has('declared')) {
    return { level: 'dispatch', detail: `${named('declared')}: the policy names this rule` };
  }
  const drifted = named('input_drift', 'prediction_drift');
  if (signals.has('input_drift') && signals.has('prediction_drift')) {
    const detail = `${drifted}: drift alone, a person has to decide`;
    return { level: 'await_approval', reason: 'drift_alone', detail };
  }
  if (signals.has('unproven_accuracy')) {
    const detail = `${named('unproven_accuracy')}: a gauge without a sample size proves nothing`;
    return { level: 'suggest', reason: 'unproven_accuracy', detail };
  }
  if (drifted !== '') {
    return { level: 'suggest', reason: 'drift_alone', detail: `${drifted}: one kind of drift alone` };
  }
  const detail =
    alerts.length === 0
      ? 'no alert holds the trigger'
      : `${named('data_quality', 'other')}: retraining cannot cure this`;
  return { level: 'suggest', reason: 'cannot_help', detail };
}

import type { Selectable } from 'kysely';
import type { Alert, Transition, TransitionRow } from './alert.js';
import type { AlertTable, TransitionTable } from './tables.js';

/** A stored alert as the rest of the service knows it. */
export function toAlert(row: Selectable<AlertTable>): Alert {
  return {
    source: row.source,
    fingerprint: row.fingerprint,
    episode: row.episode,
    labels: row.labels,
    annotations: row.annotations,
    state: row.state,
    value: row.value,
    activeAt: row.active_at,
    evaluatedAt: row.evaluated_at,
    ...(row.evidence && { evidence: row.evidence }),
    ...(row.generator_url && { generatorUrl: row.generator_url }),
    ...(row.fired_at && { firedAt: row.fired_at }),
    ...(row.keep_firing_since && { keepFiringSince: row.keep_firing_since }),
    ...(row.resolved_at && { resolvedAt: row.resolved_at }),
    ...(row.ends_at && { endsAt: row.ends_at }),
    ...(row.observed && { observed: row.observed }),
    ...(row.missing && { missing: row.missing }),
    ...(row.end_assumed && { endAssumed: true }),
  };
}

/** A row to be inserted into `transitions`; its JSON is text. */
export interface NewTransition {
  readonly source: string;
  readonly fingerprint: string;
  readonly episode: string;
  readonly labels: string;
  readonly annotations: string;
  readonly from_state: Transition['from'];
  readonly to_state: Transition['to'];
  readonly reason: Transition['reason'];
  readonly value: number | null;
  readonly evidence: string | null;
  readonly generator_url: string | null;
  readonly starts_at: Date;
  readonly at: Date;
  readonly routed_at: Date | null;
  readonly considered_at: Date | null;
}

/** The row of a state change; changes that concern neither notifications nor retraining are marked as taken. */
export function toTransitionRow(alert: Alert, transition: Transition): NewTransition {
  const { from, to, reason, at } = transition;
  // Pending is nobody's business but the journal's.
  const taken = to === 'firing' || from === 'firing' ? null : at;
  return {
    source: alert.source,
    fingerprint: alert.fingerprint,
    episode: alert.episode,
    labels: JSON.stringify(alert.labels),
    annotations: JSON.stringify(alert.annotations),
    from_state: from,
    to_state: to,
    reason,
    value: alert.value,
    evidence: alert.evidence ? JSON.stringify(alert.evidence) : null,
    generator_url: alert.generatorUrl ?? null,
    starts_at: alert.firedAt ?? alert.activeAt,
    at,
    routed_at: taken,
    considered_at: taken,
  };
}

/** A stored transition as its consumers know it. */
export function toTransition(row: Selectable<TransitionTable>): TransitionRow {
  return {
    id: row.id,
    source: row.source,
    fingerprint: row.fingerprint,
    episode: row.episode,
    labels: row.labels,
    annotations: row.annotations,
    from: row.from_state,
    to: row.to_state,
    reason: row.reason,
    value: row.value,
    at: row.at,
    startsAt: row.starts_at,
    ...(row.evidence && { evidence: row.evidence }),
    ...(row.generator_url && { generatorUrl: row.generator_url }),
  };
}

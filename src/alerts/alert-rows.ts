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

/** The row of a state change; changes that concern neither notifications nor retraining are marked as taken. */
export function toTransitionRow(alert: Alert, transition: Transition) {
  const { from, to, reason, at } = transition;
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
    // Pending is nobody's business but the journal's.
    ...(to === 'firing' || from === 'firing' ? {} : { routed_at: at, considered_at: at }),
  } as never;
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

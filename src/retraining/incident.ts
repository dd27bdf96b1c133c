import type { Evidence, TransitionRow } from '../alerts/alert.js';
import { ALERT_NAME, type Labels, MODEL_NAME, MODEL_VERSION } from '../alerts/labels.js';

/** Alerts of this source are our own, about runs; they never open an incident, or a failed run would ask for the next one. */
export const OWN_SOURCE = 'retraining';

/** How long all alerts must have been quiet before an incident closes, so that a flapping alert stays one incident. */
export const QUIET_MS = 5 * 60_000;

/** Whose trouble an alert is: a model, and its version where the labels name one (else the empty text). */
export interface IncidentKey {
  readonly model: string;
  readonly modelVersion: string;
}

/** All trouble of one model version at a time; at most one is open per key. */
export interface Incident extends IncidentKey {
  readonly id: string;
  readonly openedAt: Date;
  readonly closedAt?: Date;
  readonly closeReason?: CloseReason;
}

/** An alert as an incident holds it: the latest transition that was taken in. */
export interface IncidentAlert {
  readonly incidentId: string;
  readonly source: string;
  readonly fingerprint: string;
  readonly episode: string;
  readonly alertname: string;
  readonly labels: Labels;
  readonly evidence?: Evidence;
  readonly value: number | null;
  readonly since: Date;
  readonly resolvedAt?: Date;
  readonly transitionId: number;
}

/** Why an incident is over. */
export type CloseReason = 'alerts_resolved' | 'run_verified' | 'run_over';

/** What one transition means for incidents. */
export type IncidentStep =
  | {
      readonly kind: 'ignored';
      readonly reason: 'own_alert' | 'no_model' | 'not_firing' | 'unknown_alert' | 'older';
    }
  | { readonly kind: 'opened'; readonly incident: Incident; readonly alert: IncidentAlert }
  | { readonly kind: 'attached' | 'resolved'; readonly alert: IncidentAlert };

/** The incident that an alert belongs to, or undefined when its labels name no model. */
export function incidentKey(labels: Labels): IncidentKey | undefined {
  const model = labels[MODEL_NAME];
  return model ? { model, modelVersion: labels[MODEL_VERSION] ?? '' } : undefined;
}

/**
 * What a transition does. `open` is the open incident of its key and `known` that incident's row of the same alert, if there are
 * any; `newId` names an incident that has to be opened. Rows that arrive late or twice change nothing.
 */
export function stepIncident(
  row: TransitionRow,
  open: Incident | undefined,
  known: IncidentAlert | undefined,
  newId: string,
): IncidentStep {
  const key = incidentKey(row.labels);
  if (row.source === OWN_SOURCE) return { kind: 'ignored', reason: 'own_alert' };
  if (!key) return { kind: 'ignored', reason: 'no_model' };
  if (known && row.id <= known.transitionId) return { kind: 'ignored', reason: 'older' };
  if (row.to === 'firing') {
    const incident = open ?? { ...key, id: newId, openedAt: row.at };
    const alert = alertOf(row, incident.id, known);
    return open ? { kind: 'attached', alert } : { kind: 'opened', incident, alert };
  }
  if (row.from !== 'firing') return { kind: 'ignored', reason: 'not_firing' };
  if (!open || !known) return { kind: 'ignored', reason: 'unknown_alert' };
  return { kind: 'resolved', alert: { ...known, resolvedAt: row.at, transitionId: row.id } };
}

function alertOf(row: TransitionRow, incidentId: string, known: IncidentAlert | undefined): IncidentAlert {
  // A second firing row of one episode (new evidence) must not restart the clock that `sustained` reads.
  const continues = known !== undefined && known.episode === row.episode && known.resolvedAt === undefined;
  return {
    incidentId,
    source: row.source,
    fingerprint: row.fingerprint,
    episode: row.episode,
    alertname: row.labels[ALERT_NAME] ?? '',
    labels: row.labels,
    ...(row.evidence ? { evidence: row.evidence } : {}),
    value: row.value,
    since: continues ? known.since : row.at,
    transitionId: row.id,
  };
}

/**
 * Whether an open incident is over, and why: a run of it was verified, or all its alerts have been quiet for `QUIET_MS` and no run
 * is under way. Otherwise `checkAt` is when quiet alone would close it (absent while an alert fires or a run is active).
 */
export function stepClose(
  alerts: readonly Pick<IncidentAlert, 'resolvedAt'>[],
  run: 'none' | 'active' | 'verified',
  now: Date,
): { readonly close: CloseReason } | { readonly close?: undefined; readonly checkAt?: Date } {
  if (run === 'verified') return { close: 'run_verified' };
  const resolved = alerts.flatMap(({ resolvedAt }) => resolvedAt?.getTime() ?? []);
  if (run === 'active' || resolved.length < alerts.length) return {};
  // A schedule or a person opens an incident without alerts; it is there for its run alone.
  if (alerts.length === 0) return { close: 'run_over' };
  const checkAt = resolved.reduce((latest, time) => Math.max(latest, time + QUIET_MS), 0);
  return now.getTime() >= checkAt ? { close: 'alerts_resolved' } : { checkAt: new Date(checkAt) };
}

/**
 * The incident that goes on after a run of `before` was verified, with the alerts that still fire: undefined when none does, or when
 * they name the version that was replaced. They count from `now` on, as what was seen of them before was about that version.
 */
export function carryOn(
  before: Incident,
  alerts: readonly IncidentAlert[],
  newId: string,
  now: Date,
): { readonly incident: Incident; readonly alerts: readonly IncidentAlert[] } | undefined {
  const firing = alerts.filter(({ resolvedAt }) => resolvedAt === undefined);
  if (before.modelVersion !== '' || firing.length === 0) return undefined;
  const incident = { id: newId, model: before.model, modelVersion: '', openedAt: now };
  return { incident, alerts: firing.map((alert) => ({ ...alert, incidentId: newId, since: now })) };
}

/** The firing alerts that a decision about an incident looks at: its own, and those of the model that name no version. */
export function alertsForDecision<A extends Pick<IncidentAlert, 'labels' | 'resolvedAt'>>(
  key: IncidentKey,
  ofModel: readonly A[],
): readonly A[] {
  return ofModel.filter(({ labels, resolvedAt }) => {
    const theirs = incidentKey(labels);
    if (resolvedAt !== undefined || theirs?.model !== key.model) return false;
    return theirs.modelVersion === key.modelVersion || theirs.modelVersion === '';
  });
}

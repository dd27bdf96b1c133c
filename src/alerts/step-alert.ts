import { createHash } from 'node:crypto';
import type { Alert, Evidence, Transition, TransitionReason } from './alert.js';
import type { Labels } from './labels.js';
import { SEVERITY, severityRank } from './severity.js';

/** How long a condition must hold, and how long an alert stays after it cleared; milliseconds. */
export interface AlertTimings {
  readonly forMs: number;
  readonly keepFiringForMs: number;
  /** How many evaluations in a row must find its series gone before that means clear; 1 unless given. */
  readonly goneAfter?: number;
}

/** What one evaluation says about one label set, after the rule's labels and annotations were laid on. */
export interface Sighting {
  /**
   * `breached`: the condition holds. `clear`: it was measured and does not. `gone`: there is no series any more and that
   * means clear. `unknown`: nothing can be said (too few events, no data, stale); the alert stays exactly as it is.
   */
  readonly verdict: 'breached' | 'clear' | 'gone' | 'unknown';
  /** What the alert shows. Of one alert only the severity may change, which is then no part of its fingerprint. */
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly value: number | null;
  readonly evidence?: Evidence;
  readonly generatorUrl?: string;
  readonly observed?: string;
}

/** The alert after the step (absent: nothing to remember; the same object: nothing to store) and the state change, if there was one. */
export interface AlertStep {
  readonly alert: Alert | undefined;
  readonly transition?: Transition;
}

/** The identity of one firing period: a UUID made from the alert and its start, so that a repeated step names it alike. */
export function episodeId(source: string, fingerprint: string, activeAt: Date): string {
  const hex = createHash('sha256').update(`${source}\0${fingerprint}\0${activeAt.getTime()}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * The alert state machine of Prometheus' rule manager, with `unknown` added: inactive → pending → firing → resolved.
 * Total and pure. `now` is the slot of the evaluation.
 */
export function stepAlert(
  alert: Alert | undefined,
  seen: Sighting,
  identity: { readonly source: string; readonly fingerprint: string },
  timings: AlertTimings,
  now: Date,
): AlertStep {
  const open = alert && alert.state !== 'resolved' ? alert : undefined;
  if (seen.verdict === 'unknown') return { alert };
  if (seen.verdict === 'breached') {
    return open ? stillBreached(open, seen, timings, now) : firstBreached(seen, identity, timings, now);
  }
  return open ? cleared(open, seen.verdict, timings, now) : { alert };
}

function firstBreached(
  seen: Sighting,
  identity: { readonly source: string; readonly fingerprint: string },
  timings: AlertTimings,
  now: Date,
): AlertStep {
  const state = timings.forMs === 0 ? 'firing' : 'pending';
  const alert: Alert = {
    ...identity,
    episode: episodeId(identity.source, identity.fingerprint, now),
    labels: seen.labels,
    ...shown(seen),
    state,
    activeAt: now,
    ...(state === 'firing' ? { firedAt: now } : {}),
    evaluatedAt: now,
  };
  return { alert, transition: { from: 'inactive', to: state, reason: 'condition_met', at: now } };
}

function stillBreached(open: Alert, seen: Sighting, timings: AlertTimings, now: Date): AlertStep {
  const held = hasHeld(open, timings, now);
  const { keepFiringSince: _, missing: _missing, evidence: _evidence, generatorUrl: _url, ...rest } = open;
  const next: Alert = { ...rest, labels: seen.labels, ...shown(seen), evaluatedAt: now };
  if (open.state === 'pending' && held) {
    return {
      alert: { ...next, state: 'firing', firedAt: now },
      transition: { from: 'pending', to: 'firing', reason: 'held_for', at: now },
    };
  }
  if (open.state === 'firing' && !held) return waitAgain(next, now);
  if (open.state === 'firing' && open.labels[SEVERITY] !== seen.labels[SEVERITY]) {
    const worse = severityRank(seen.labels) > severityRank(open.labels);
    const reason = worse ? 'escalated' : 'deescalated';
    return { alert: next, transition: { from: 'firing', to: 'firing', reason, at: now } };
  }
  return { alert: next };
}

function hasHeld({ activeAt }: Alert, { forMs }: AlertTimings, now: Date): boolean {
  return now.getTime() - activeAt.getTime() >= forMs;
}

/** A firing alert that has not held for as long as its rule now asks: a reload raised `for`. As in Prometheus 3.11 and newer. */
function waitAgain({ firedAt: _fired, keepFiringSince: _kept, ...rest }: Alert, now: Date): AlertStep {
  return {
    alert: { ...rest, state: 'pending', evaluatedAt: now },
    transition: { from: 'firing', to: 'pending', reason: 'for_raised', at: now },
  };
}

function cleared(open: Alert, verdict: 'clear' | 'gone', timings: AlertTimings, now: Date): AlertStep {
  const { missing = 0, ...found } = open;
  // Once keep_firing_for counts, its clock decides.
  if (verdict === 'gone' && !open.keepFiringSince && missing + 1 < (timings.goneAfter ?? 1))
    return { alert: { ...open, missing: missing + 1, evaluatedAt: now } };
  const reason = verdict === 'gone' ? 'series_gone' : 'condition_cleared';
  if (open.state === 'pending') {
    return { alert: undefined, transition: { from: 'pending', to: 'inactive', reason, at: now } };
  }
  // The clock of keep_firing_for starts at the first evaluation that found the condition false.
  const keptSince = open.keepFiringSince ?? now;
  if (timings.keepFiringForMs > 0 && now.getTime() - keptSince.getTime() < timings.keepFiringForMs) {
    if (!hasHeld(open, timings, now)) return waitAgain(found, now);
    return { alert: open.keepFiringSince ? open : { ...found, keepFiringSince: now, evaluatedAt: now } };
  }
  return {
    alert: { ...found, state: 'resolved', resolvedAt: now, evaluatedAt: now },
    transition: {
      from: 'firing',
      to: 'resolved',
      reason: open.keepFiringSince ? 'kept_firing_elapsed' : reason,
      at: now,
    },
  };
}

/** The change that ends an open alert whatever was measured: a pending one leaves nothing behind. */
export function endAlert(
  open: Alert,
  reason: TransitionReason,
  now: Date,
): { readonly alert: Alert; readonly deleted?: boolean; readonly transition: Transition } {
  if (open.state === 'pending')
    return { alert: open, deleted: true, transition: { from: 'pending', to: 'inactive', reason, at: now } };
  return {
    alert: { ...open, state: 'resolved', resolvedAt: now, evaluatedAt: now },
    transition: { from: 'firing', to: 'resolved', reason, at: now },
  };
}

function shown(
  seen: Sighting,
): Pick<Alert, 'annotations' | 'value' | 'evidence' | 'generatorUrl' | 'observed'> {
  return {
    annotations: seen.annotations,
    value: seen.value,
    ...(seen.evidence ? { evidence: seen.evidence } : {}),
    ...(seen.generatorUrl ? { generatorUrl: seen.generatorUrl } : {}),
    ...(seen.observed ? { observed: seen.observed } : {}),
  };
}

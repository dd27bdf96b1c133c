import type { Alert } from '../alerts/alert.js';
import type { AlertChange } from '../alerts/alert.store.js';
import { fingerprint } from '../alerts/fingerprint.js';
import { episodeId } from '../alerts/step-alert.js';
import type { PostedAlert } from './posted-alert.js';
import { ALERTMANAGER_SOURCE } from './receive-alert.js';

/** The span an alert is known to fire; without an end it fires until it is said to be over. */
interface Span {
  readonly startsAt: Date;
  readonly endsAt: Date | undefined;
}

const inside = (instant: Date, { startsAt, endsAt }: Span): boolean =>
  instant > startsAt && (endsAt === undefined || instant < endsAt);

function spanOf(alert: Alert): Span {
  return { startsAt: alert.activeAt, endsAt: alert.state === 'resolved' ? alert.resolvedAt : alert.endsAt };
}

/**
 * What a posted alert changes. The rules are Alertmanager's (`Alert.Merge`): what overlaps in time is one firing period with the
 * earlier start; what does not begins anew; an end that somebody named outlasts one that was assumed. Two differences: a
 * resolve of something unknown is not stored, and an end before the present period does not end it, for it is a late copy.
 */
export function receivePosted(
  existing: Alert | undefined,
  posted: PostedAlert,
  now: Date,
): AlertChange | undefined {
  const resolved = posted.endsAt <= now;
  const shown = {
    annotations: posted.annotations,
    evaluatedAt: now,
    ...(posted.generatorUrl ? { generatorUrl: posted.generatorUrl } : {}),
  };
  if (existing?.state === 'firing') {
    const known = spanOf(existing);
    if (resolved) {
      if (posted.endsAt < known.startsAt) return undefined;
      return {
        alert: { ...bare(existing), ...shown, state: 'resolved', resolvedAt: posted.endsAt },
        transition: { from: 'firing', to: 'resolved', reason: 'received_resolved', at: now },
      };
    }
    const began = startOf(posted, known);
    return {
      alert: { ...bare(existing), ...shown, activeAt: began, firedAt: began, ...endOf(posted, existing) },
    };
  }
  if (resolved) return undefined;
  const key = fingerprint(posted.labels);
  const began = existing ? startOf(posted, spanOf(existing)) : posted.startsAt;
  return {
    alert: {
      source: ALERTMANAGER_SOURCE,
      fingerprint: key,
      // After an earlier period the start may be that of the earlier one: the receipt tells them apart.
      episode: episodeId(ALERTMANAGER_SOURCE, key, existing ? now : began),
      labels: posted.labels,
      state: 'firing',
      value: null,
      activeAt: began,
      firedAt: began,
      endsAt: posted.endsAt,
      ...(posted.endAssumed && { endAssumed: true }),
      ...shown,
    },
    transition: { from: 'inactive', to: 'firing', reason: 'received', at: now },
  };
}

/** Without what the next post says anew or leaves out. */
function bare(alert: Alert): Alert {
  const { endsAt: _end, endAssumed: _assumed, generatorUrl: _url, ...rest } = alert;
  return rest;
}

function startOf(posted: PostedAlert, known: Span): Date {
  const overlaps = inside(posted.endsAt, known) || inside(posted.startsAt, known);
  return overlaps && known.startsAt < posted.startsAt ? known.startsAt : posted.startsAt;
}

function endOf(posted: PostedAlert, existing: Alert): Pick<Alert, 'endsAt' | 'endAssumed'> {
  const named = existing.endAssumed ? undefined : existing.endsAt;
  if (named && named > posted.endsAt && inside(posted.endsAt, spanOf(existing))) return { endsAt: named };
  return { endsAt: posted.endsAt, ...(posted.endAssumed && { endAssumed: true }) };
}

/** The end of an alert that was not sent again in time. */
export function expireAlert(alert: Alert, now: Date): AlertChange {
  return {
    alert: { ...alert, state: 'resolved', resolvedAt: alert.endsAt ?? now, evaluatedAt: now },
    transition: { from: 'firing', to: 'resolved', reason: 'expired', at: now },
  };
}

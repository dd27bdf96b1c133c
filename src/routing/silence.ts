import { ALERT_NAME, type Labels } from '../alerts/labels.js';
import { type Matcher, matchesAll, type MatchOperator } from '../alerts/matcher.js';
import type { SilenceMatcher } from './silence.schema.js';

/** A silence: alerts that satisfy all its matchers notify nobody from `startsAt` until just before `endsAt`. */
export interface Silence {
  /** UUID. */
  readonly id: string;
  readonly matchers: readonly Matcher[];
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: Labels;
  readonly updatedAt: Date;
}

/** The alert about a silence that is about to end. */
export const EXPIRING_SILENCE_ALERT = 'RetuneSilenceExpiring';
/** Its label that names the silence by its id. */
export const SILENCE_LABEL = 'silence';

/** Follows from the time alone; it is never stored. */
export type SilenceState = 'pending' | 'active' | 'expired';

/** Pending before its start, expired from its end on. */
export function silenceState(silence: Pick<Silence, 'startsAt' | 'endsAt'>, now: Date): SilenceState {
  if (now >= silence.endsAt) return 'expired';
  return now < silence.startsAt ? 'pending' : 'active';
}

/** Ids of the silences that are active now and match, in the order given. An absent label counts as empty. */
export function silencedBy(labels: Labels, silences: readonly Silence[], now: Date): readonly string[] {
  return matchingSilences(
    labels,
    silences.filter((silence) => silenceState(silence, now) === 'active'),
  );
}

/**
 * Ids of those silences that match, in the order given. Whether they hold is known already. A silence never hides the warning that it
 * is about to end.
 */
export function matchingSilences(labels: Labels, silences: readonly Silence[]): readonly string[] {
  const about = labels[ALERT_NAME] === EXPIRING_SILENCE_ALERT ? labels[SILENCE_LABEL] : undefined;
  return silences
    .filter(({ id, matchers }) => id !== about && matchesAll(matchers, labels))
    .map(({ id }) => id);
}

/** The operator that the API spells as two flags. */
export function operatorOf({ isEqual, isRegex }: Pick<SilenceMatcher, 'isEqual' | 'isRegex'>): MatchOperator {
  if (isRegex) return isEqual ? '=~' : '!~';
  return isEqual ? '=' : '!=';
}

/** A matcher in the API's form. */
export function toSilenceMatcher({ name, operator, value }: Matcher): SilenceMatcher {
  const isRegex = operator === '=~' || operator === '!~';
  return { isEqual: operator === '=' || operator === '=~', isRegex, name, value };
}

const STATE_ORDER: Readonly<Record<SilenceState, number>> = { active: 0, pending: 1, expired: 2 };

/** Silences as lists show them: active by end, then pending by start, then expired with the latest end first. */
export function orderSilences(silences: readonly Silence[], now: Date): readonly Silence[] {
  return silences.toSorted((a, b) => {
    const state = silenceState(a, now);
    const byState = STATE_ORDER[state] - STATE_ORDER[silenceState(b, now)];
    if (byState !== 0) return byState;
    if (state === 'pending') return a.startsAt.getTime() - b.startsAt.getTime();
    const byEnd = a.endsAt.getTime() - b.endsAt.getTime();
    return state === 'active' ? byEnd : -byEnd;
  });
}

import { ALERT_NAME, type Labels } from '../alerts/labels.js';
import { formatMatchers } from '../alerts/matcher-format.js';
import type { RaisedAlert } from '../alerts/raise-alert.js';
import { SEVERITY } from '../alerts/severity.js';
import { formatDuration } from '../schema/duration.js';
import { EXPIRING_SILENCE_ALERT, matchingSilences, SILENCE_LABEL, type Silence } from '../routing/silence.js';

/** Source of the alerts about silences. */
export const SILENCE_SOURCE = 'silences';
const NAMES_SHOWN = 5;

/** Silences that hold at `now`, end within `leadMs` and were made for longer than that: who silences for a short while knows. */
export function expiringSilences(active: readonly Silence[], leadMs: number, now: Date): readonly Silence[] {
  return active.filter(
    ({ startsAt, endsAt }) => +endsAt - +now <= leadMs && +endsAt > +now && +endsAt - +startsAt > leadMs,
  );
}

/**
 * When silences begin to warn, or end: nothing changes by time alone before the earliest of these instants; undefined when none is left.
 */
export function nextExpiry(active: readonly Silence[], leadMs: number, now: Date): Date | undefined {
  const times = active.flatMap(({ endsAt }) => [+endsAt - leadMs, +endsAt]).filter((time) => time > +now);
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}

/**
 * The labels of firing alerts that will be told of once the silence ends: no other one that lasts longer hides them, be it one that begins
 * only until then. `standing`: all silences that are not over.
 */
export function hiddenBy(
  silence: Silence,
  standing: readonly Silence[],
  firing: readonly Labels[],
): readonly Labels[] {
  const longer = standing.filter(
    (other) =>
      other.id !== silence.id &&
      +other.startsAt <= +silence.endsAt &&
      (+other.endsAt > +silence.endsAt || isTwin(other, silence)),
  );
  return firing.filter(
    (labels) =>
      labels[ALERT_NAME] !== EXPIRING_SILENCE_ALERT &&
      matchingSilences(labels, [silence]).length > 0 &&
      matchingSilences(labels, longer).length === 0,
  );
}

/** Of several that end at once one warns. */
const isTwin = (other: Silence, silence: Silence): boolean =>
  +other.endsAt === +silence.endsAt && other.id < silence.id;

/**
 * The alert about a silence that ends soon: who made it, what it hides and from when on that is told. It has the labels that the silence
 * asks for with `=`, so that it takes the way of what is hidden.
 */
export function expiringAlert(silence: Silence, hidden: readonly Labels[], leadMs: number): RaisedAlert {
  const { id, matchers, createdBy, comment, startsAt, endsAt } = silence;
  const asked = matchers
    .filter(({ operator, value }) => operator === '=' && value !== '')
    .map(({ name, value }) => [name, value] as const);
  const names = [
    ...new Set(hidden.map((labels) => labels[ALERT_NAME] ?? 'an alert without a name')),
  ].toSorted();
  const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '';
  const many = `${hidden.length} firing alert${hidden.length === 1 ? '' : 's'}`;
  const who = createdBy || 'somebody';
  const why = comment === '' ? '' : ` (${comment})`;
  return {
    source: SILENCE_SOURCE,
    labels: {
      ...Object.fromEntries(asked),
      [ALERT_NAME]: EXPIRING_SILENCE_ALERT,
      [SEVERITY]: 'warning',
      [SILENCE_LABEL]: id,
      created_by: who,
    },
    annotations: {
      summary: `a silence of ${who} ends in less than ${formatDuration(leadMs)}, and hides ${many}`,
      description:
        `${who} silenced ${formatMatchers(matchers)}${why} from ${startsAt.toISOString()} until ${endsAt.toISOString()}. ` +
        `Then these will be told again: ${names.slice(0, NAMES_SHOWN).join(', ')}${more}. Extend the silence, or see to them.`,
    },
  };
}

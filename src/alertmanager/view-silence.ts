import type { Labels } from '../alerts/labels.js';
import { type Matcher, sameMatcher } from '../alerts/matcher.js';
import {
  orderSilences,
  type Silence,
  type SilenceState,
  silenceState,
  toSilenceMatcher,
} from '../routing/silence.js';
import type { SilenceMatcher } from '../routing/silence.schema.js';

/** A silence in Alertmanager's API v2 (`gettableSilence`). Times in UTC to the millisecond; annotations only if there are any. */
export interface SilenceView {
  readonly id: string;
  readonly status: { readonly state: SilenceState };
  readonly updatedAt: string;
  readonly annotations?: Labels;
  readonly comment: string;
  readonly createdBy: string;
  readonly endsAt: string;
  readonly matchers: readonly SilenceMatcher[];
  readonly startsAt: string;
}

/** A silence as the API shows it at `now`. */
export function viewSilence(silence: Silence, now: Date): SilenceView {
  return {
    id: silence.id,
    status: { state: silenceState(silence, now) },
    updatedAt: silence.updatedAt.toISOString(),
    ...(Object.keys(silence.annotations).length > 0 && { annotations: silence.annotations }),
    comment: silence.comment,
    createdBy: silence.createdBy,
    endsAt: silence.endsAt.toISOString(),
    matchers: silence.matchers.map(toSilenceMatcher),
    startsAt: silence.startsAt.toISOString(),
  };
}

/** Silences as `GET /silences` lists them. A filter holds when a silence has a matcher that is written the same way. */
export function viewSilences(
  silences: readonly Silence[],
  filters: readonly Matcher[],
  now: Date,
): readonly SilenceView[] {
  const wanted = silences.filter(({ matchers }) =>
    filters.every((filter) => matchers.some((matcher) => sameMatcher(matcher, filter))),
  );
  return orderSilences(wanted, now).map((silence) => viewSilence(silence, now));
}

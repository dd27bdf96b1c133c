import { complainOfPattern, createMatcher, type Matcher, sameMatcher } from '../alerts/matcher.js';
import type { MatcherMode } from '../alerts/matcher-parse.js';
import { formatDuration } from '../schema/duration.js';
import { isLabelName } from './label-name.js';
import { operatorOf, type Silence, silenceState } from './silence.js';
import { complainOfScope } from './silence-scope.js';
import type { NewSilence, SilenceMatcher } from './silence.schema.js';

/** Why a silence was refused. */
export interface SilenceError {
  readonly reason:
    | 'not_found'
    | 'ends_before_start'
    | 'ends_in_past'
    | 'no_matchers'
    | 'bad_matcher'
    | 'matches_everything'
    | 'bad_scope'
    | 'too_long';
  readonly message: string;
}

/**
 * What to store. `updated`: the same id, changed in place. `replaced`: a new id, and `expired` is the old silence ended now
 * (absent when it had already ended). `created`: there was none before.
 */
export type SavedSilence =
  | { readonly ok: true; readonly outcome: 'created' | 'updated'; readonly silence: Silence }
  | { readonly ok: true; readonly outcome: 'replaced'; readonly silence: Silence; readonly expired?: Silence }
  | { readonly ok: false; readonly error: SilenceError };

const refuse = (
  reason: SilenceError['reason'],
  message: string,
): { readonly ok: false; readonly error: SilenceError } => ({
  ok: false,
  error: { reason, message },
});

type Compiled =
  | { readonly ok: true; readonly matchers: readonly Matcher[] }
  | { readonly ok: false; readonly error: SilenceError };

/** Whether a matcher asks for emptiness. Negative ones never count, so that `team!="x"` alone is a silence, as in Alertmanager. */
const asksForEmpty = (matcher: Matcher): boolean =>
  (matcher.operator === '=' || matcher.operator === '=~') && matcher.matches({});

/** The matchers of a silence, compiled. `a=""` or `a=~".*"` alone would hide nearly everything and is refused. */
export function compileSilenceMatchers(
  written: readonly SilenceMatcher[],
  mode: MatcherMode = 'fallback',
): Compiled {
  const matchers: Matcher[] = [];
  for (const [index, matcher] of written.entries()) {
    // The words are Alertmanager's: its clients show them to people, and look for them.
    const bad = (why: string): Compiled =>
      refuse('bad_matcher', `invalid silence: invalid label matcher ${index} in set 0: ${why}`);
    if (!isLabelName(matcher.name, mode)) return bad(`invalid label name ${JSON.stringify(matcher.name)}`);
    // Bare, so that a pattern that closes the group around it is refused, as in Alertmanager.
    const complaint = matcher.isRegex ? complainOfPattern(matcher.value) : undefined;
    if (complaint !== undefined)
      return bad(`invalid regular expression ${JSON.stringify(matcher.value)}: ${complaint}`);
    const created = createMatcher(matcher.name, operatorOf(matcher), matcher.value);
    if (!created.ok) return bad(created.error.message);
    matchers.push(created.matcher);
  }
  if (matchers.length === 0) return refuse('no_matchers', 'invalid silence: expected at least one matcher');
  if (matchers.every(asksForEmpty)) {
    return refuse(
      'matches_everything',
      'invalid silence: expected at least one matcher that does not match an empty value',
    );
  }
  return { ok: true, matchers };
}

/** The silence ended now; unchanged when it has already ended. */
export function expireSilence(silence: Silence, now: Date): Silence {
  const state = silenceState(silence, now);
  if (state === 'expired') return silence;
  return { ...silence, startsAt: state === 'pending' ? now : silence.startsAt, endsAt: now, updatedAt: now };
}

/** Whether an edit may keep the id: history stays true, so neither what was hidden nor since when may change. */
function editableInPlace(
  old: Silence,
  wanted: Pick<Silence, 'matchers' | 'startsAt' | 'endsAt'>,
  now: Date,
): boolean {
  const sameMatchers =
    old.matchers.length === wanted.matchers.length &&
    old.matchers.every((matcher, index) => sameMatcher(matcher, wanted.matchers[index] as Matcher));
  if (!sameMatchers) return false;
  switch (silenceState(old, now)) {
    case 'active':
      return Math.floor(old.startsAt.getTime() / 1000) === Math.floor(wanted.startsAt.getTime() / 1000);
    case 'pending':
      return wanted.startsAt >= now;
    default:
      return false;
  }
}

/** The refusal of a silence that lasts longer than the settings allow. */
function complainOfLength(
  { startsAt, endsAt }: Silence,
  longestMs: number | undefined,
): Extract<SavedSilence, { ok: false }> | undefined {
  const length = +endsAt - +startsAt;
  if (longestMs === undefined || length <= longestMs) return undefined;
  const latest = new Date(+startsAt + longestMs).toISOString();
  return refuse(
    'too_long',
    `invalid silence: it lasts ${formatDuration(length)}, and silences.max_duration is ${formatDuration(longestMs)}: expected an end at ${latest} or earlier`,
  );
}

/**
 * What posting a silence does. `existing` is the stored silence with the posted id; `newId` is used unless the edit keeps the id.
 * Source: Alertmanager's API v2. A start before now becomes now, an expired silence is never edited. Ours is `longestMs`, which no silence
 * may last from its start to its end, edits included; one that lasts longer already may be edited as long as it does not end later.
 */
export function saveSilence(
  posted: NewSilence,
  existing: Silence | undefined,
  now: Date,
  newId: string,
  mode: MatcherMode = 'fallback',
  longestMs?: number,
): SavedSilence {
  if (posted.id && existing?.id !== posted.id) return refuse('not_found', `silence ${posted.id} not found`);
  if (posted.startsAt >= posted.endsAt) return refuse('ends_before_start', 'expected an end after the start');
  if (posted.endsAt <= now) return refuse('ends_in_past', 'expected an end in the future');
  const compiled = compileSilenceMatchers(posted.matchers, mode);
  if (!compiled.ok) return compiled;

  const { startsAt, endsAt, createdBy, comment, annotations = {} } = posted;
  const badScope = complainOfScope(annotations);
  if (badScope !== undefined) return refuse('bad_scope', badScope);
  const wanted = {
    matchers: compiled.matchers,
    startsAt,
    endsAt,
    createdBy,
    comment,
    annotations,
    updatedAt: now,
  };
  const fresh: Silence = { ...wanted, id: newId, startsAt: startsAt < now ? now : startsAt };
  const tooLong = (silence: Silence) => complainOfLength(silence, longestMs);
  if (!posted.id || !existing) return tooLong(fresh) ?? { ok: true, outcome: 'created', silence: fresh };
  if (editableInPlace(existing, wanted, now)) {
    const kept = silenceState(existing, now) === 'active' ? existing.startsAt : startsAt;
    const silence = { ...wanted, id: existing.id, startsAt: kept };
    const refusal = endsAt > existing.endsAt ? tooLong(silence) : undefined;
    return refusal ?? { ok: true, outcome: 'updated', silence };
  }
  const refusal = tooLong(fresh);
  if (refusal) return refusal;
  const expired = silenceState(existing, now) === 'expired' ? {} : { expired: expireSilence(existing, now) };
  return { ok: true, outcome: 'replaced', silence: fresh, ...expired };
}

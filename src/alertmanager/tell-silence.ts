import { formatMatchers } from '../alerts/matcher-format.js';
import type { JournalEntry } from '../journal/entry.js';
import type { SavedSilence } from '../routing/save-silence.js';
import { type Silence, toSilenceMatcher } from '../routing/silence.js';
import { silenceScope } from '../routing/silence-scope.js';

const VERB = { created: 'silenced', updated: 'changed the silence of', replaced: 'replaced the silence of' };

/** The journal's entry for a silence that was made or edited: who, what, until when and why. */
export function tellSaved(
  saved: Extract<SavedSilence, { ok: true }>,
  before: Silence | undefined,
  now: Date,
): JournalEntry {
  const { silence, outcome } = saved;
  const who = silence.createdBy || 'somebody';
  const why = silence.comment ? `: ${silence.comment}` : '';
  const scope = silenceScope(silence) === 'notifications' ? ', retraining goes on' : '';
  return {
    at: now,
    kind: 'operator',
    summary:
      `${who} ${VERB[outcome]} ${formatMatchers(silence.matchers)} from ${silence.startsAt.toISOString()} ` +
      `until ${silence.endsAt.toISOString()}${scope}${why}`,
    reason: `silence_${outcome}`,
    details: { ...detailsOf(silence), ...(before && { before: detailsOf(before) }) },
  };
}

/** The journal's entry for a silence that was ended before its time. The API does not say who asks for that. */
export function tellExpired(silence: Silence, now: Date): JournalEntry {
  return {
    at: now,
    kind: 'operator',
    summary: `the silence of ${formatMatchers(silence.matchers)} by ${silence.createdBy || 'somebody'} was ended by hand`,
    reason: 'silence_expired',
    details: detailsOf(silence),
  };
}

function detailsOf(silence: Silence): Readonly<Record<string, unknown>> {
  return {
    silence: silence.id,
    matchers: silence.matchers.map(toSilenceMatcher),
    startsAt: silence.startsAt,
    endsAt: silence.endsAt,
    createdBy: silence.createdBy,
    comment: silence.comment,
    annotations: silence.annotations,
  };
}

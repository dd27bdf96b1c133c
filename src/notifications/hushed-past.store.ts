import { sql } from 'kysely';
import type { Labels } from '../alerts/labels.js';
import type { Db } from '../platform/database.client.js';
import { buildInhibitionIndex, findInhibition, type InhibitRule } from '../routing/inhibition.js';
import { mutedBy, type TimeIntervalsByName } from '../routing/mute-timing.js';
import type { Route } from '../routing/route.js';
import { matchingSilences } from '../routing/silence.js';
import type { SilenceStore } from '../routing/silence.store.js';
import type { GroupMember } from './notification-group.store.js';

/** An alert that fired, and when. */
interface FiredSource {
  readonly fingerprint: string;
  readonly labels: Labels;
  readonly from: Date;
  /** Null while it fires. */
  readonly until: Date | null;
}

/** What keeps alerts of a route quiet. */
interface Quiet {
  readonly route: Route;
  readonly inhibitRules: readonly InhibitRule[];
  readonly timeIntervals: TimeIntervalsByName;
  readonly tick: Date;
}

/**
 * The members, with those marked as hushed that are over and that a silence, another alert or a time interval kept quiet while they
 * fired, or does now: whoever is not to be told of an alert is not told late either. Silences and sources count although they are
 * over by now; asked only where something is over and nothing is known of it yet.
 */
export async function markHushed(
  members: readonly GroupMember[],
  quiet: Quiet,
  silenceStore: SilenceStore,
  on: Db,
): Promise<readonly GroupMember[]> {
  const over = members.filter(({ status, hushed }) => status === 'resolved' && !hushed);
  if (over.length === 0 || quiet.route.alwaysSpeaks) return members;
  const since = new Date(Math.min(...over.map(({ startsAt }) => Date.parse(startsAt))));
  const silences = await silenceStore.endingAfter(since, on);
  const sources = quiet.inhibitRules.length > 0 ? await firedSince(since, on) : [];
  const index = buildInhibitionIndex(quiet.inhibitRules, sources);
  const firedBy = new Map(sources.map((source) => [source.fingerprint, source]));
  const { route, timeIntervals, tick } = quiet;
  const hushed = (member: GroupMember): boolean => {
    const [from, until] = [new Date(member.startsAt), new Date(member.endsAt ?? tick)];
    if ([until, tick].some((at) => mutedBy(route, timeIntervals, at))) return true;
    const held = silences.filter(
      ({ startsAt, endsAt }) => startsAt <= tick && startsAt <= until && endsAt > from,
    );
    if (matchingSilences(member.labels, held).length > 0) return true;
    return quiet.inhibitRules.some((rule) =>
      findInhibition(member.labels, member.fingerprint, [rule], index)?.sources.some((fingerprint) => {
        const source = firedBy.get(fingerprint);
        return source && source.from <= until && (source.until === null || source.until > from);
      }),
    );
  };
  const found = new Set(over.filter(hushed));
  return members.map((member) => (found.has(member) ? { ...member, hushed: true } : member));
}

/** Alerts that fire, or did so after `since`. */
async function firedSince(since: Date, on: Db): Promise<readonly FiredSource[]> {
  const { rows } = await sql<{ fingerprint: string; labels: Labels; from: Date; until: Date | null }>`
    select fingerprint, labels, coalesce(fired_at, active_at) as "from",
      case when state = 'resolved' then resolved_at end as "until"
    from alerts where state = 'firing' or (state = 'resolved' and resolved_at > ${since})`.execute(on);
  return rows;
}

import { sql } from 'kysely';
import { compareBytewise } from '../alerts/compare-bytewise.js';
import type { TransitionRow } from '../alerts/alert.js';
import type { Db } from '../platform/database.client.js';
import type { GroupIdentity, Route } from '../routing/route.js';

/** A state change, and a group of one route that it belongs to. */
export interface Absorption {
  readonly row: TransitionRow;
  readonly route: Route;
  readonly group: GroupIdentity;
}

/**
 * Takes state changes into groups. A firing alert opens its group if need be: it first speaks after group_wait, or at once when
 * the alert has fired for longer already. A resolved one only changes a member. Older changes never overwrite newer ones.
 * A few statements for any number of changes: a flood of alerts is a flood of these.
 */
export async function absorbTransitions(
  absorptions: readonly Absorption[],
  now: Date,
  on: Db,
): Promise<void> {
  const firing = absorptions.filter(({ row }) => row.to === 'firing');
  await openGroups(firing, now, on);
  for (const wave of waves(absorptions)) {
    await insertMembers(
      wave.filter(({ row }) => row.to === 'firing'),
      on,
    );
    await resolveMembers(
      wave.filter(({ row }) => row.to !== 'firing'),
      on,
    );
  }
}

/** One statement may touch a row once: the second change of one alert waits for the next wave. */
function waves(absorptions: readonly Absorption[]): readonly Absorption[][] {
  const seen = new Map<string, number>();
  const result: Absorption[][] = [];
  for (const absorption of absorptions) {
    const { row, group } = absorption;
    const key = `${group.id} ${row.fingerprint} ${row.source}`;
    const turn = seen.get(key) ?? 0;
    seen.set(key, turn + 1);
    (result[turn] ??= []).push(absorption);
  }
  return result;
}

/** By group, so that two processes that lock the same rows do so in one order. */
const inOrder = (absorptions: readonly Absorption[]): readonly Absorption[] =>
  absorptions.toSorted((a, b) => compareBytewise(a.group.id, b.group.id));

async function openGroups(absorptions: readonly Absorption[], now: Date, on: Db): Promise<void> {
  const first = new Map<string, Absorption>();
  for (const absorption of absorptions)
    if (!first.has(absorption.group.id)) first.set(absorption.group.id, absorption);
  const opened = inOrder([...first.values()]);
  if (opened.length === 0) return;
  const column = <Value>(pick: (absorption: Absorption) => Value): Value[] => opened.map(pick);
  await sql`
    insert into notification_groups (id, route_id, receiver, display_key, group_labels, next_flush_at)
    select * from unnest(
      ${column(({ group }) => group.id)}::text[], ${column(({ route }) => route.id)}::text[],
      ${column(({ route }) => route.receiver)}::text[], ${column(({ group }) => group.displayKey)}::text[],
      ${column(({ group }) => JSON.stringify(group.groupLabels))}::jsonb[],
      ${column(({ row, route }) => firstFlush(row, route, now))}::timestamptz[])
    on conflict (id) do nothing`.execute(on);
}

function firstFlush({ startsAt }: TransitionRow, { groupWaitMs }: Route, now: Date): Date {
  return startsAt.getTime() + groupWaitMs <= now.getTime() ? now : new Date(now.getTime() + groupWaitMs);
}

async function insertMembers(absorptions: readonly Absorption[], on: Db): Promise<void> {
  if (absorptions.length === 0) return;
  const members = inOrder(absorptions);
  const column = <Value>(pick: (row: TransitionRow) => Value): Value[] => members.map(({ row }) => pick(row));
  await sql`
    insert into group_alerts (group_id, source, fingerprint, episode, status, labels, annotations, value, evidence,
      generator_url, starts_at, ends_at, transition_id)
    select g, s, f, e, 'firing', l, a, v, w, u, t, null, i from unnest(
      ${members.map(({ group }) => group.id)}::text[], ${column((row) => row.source)}::text[],
      ${column((row) => row.fingerprint)}::text[], ${column((row) => row.episode)}::uuid[],
      ${column((row) => JSON.stringify(row.labels))}::jsonb[],
      ${column((row) => JSON.stringify(row.annotations))}::jsonb[], ${column((row) => row.value)}::float8[],
      ${column((row) => (row.evidence ? JSON.stringify(row.evidence) : null))}::jsonb[],
      ${column((row) => row.generatorUrl ?? null)}::text[], ${column((row) => row.startsAt)}::timestamptz[],
      ${column((row) => row.id)}::bigint[]) as new (g, s, f, e, l, a, v, w, u, t, i)
    on conflict (group_id, source, fingerprint) do update set episode = excluded.episode, status = excluded.status,
      labels = excluded.labels, annotations = excluded.annotations, value = excluded.value,
      evidence = excluded.evidence, generator_url = excluded.generator_url, starts_at = excluded.starts_at,
      ends_at = excluded.ends_at, transition_id = excluded.transition_id,
      hushed = group_alerts.hushed and group_alerts.episode = excluded.episode,
      untold = group_alerts.untold + (group_alerts.episode <> excluded.episode and not group_alerts.hushed)::int
    where group_alerts.transition_id < excluded.transition_id`.execute(on);
}

async function resolveMembers(absorptions: readonly Absorption[], on: Db): Promise<void> {
  if (absorptions.length === 0) return;
  const column = <Value>(pick: (absorption: Absorption) => Value): Value[] => absorptions.map(pick);
  await sql`
    update group_alerts m set status = 'resolved', ends_at = r.at, transition_id = r.id from unnest(
      ${column(({ group }) => group.id)}::text[], ${column(({ row }) => row.source)}::text[],
      ${column(({ row }) => row.fingerprint)}::text[], ${column(({ row }) => row.at)}::timestamptz[],
      ${column(({ row }) => row.id)}::bigint[]) as r (group_id, source, fingerprint, at, id)
    where m.group_id = r.group_id and m.source = r.source and m.fingerprint = r.fingerprint
      and m.transition_id < r.id`.execute(on);
}

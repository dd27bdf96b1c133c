import { type Selectable, sql } from 'kysely';
import { type Db, withTables } from '../platform/database.client.js';
import type { JournalEntry } from '../journal/entry.js';
import { composeMessage } from './compose-message.js';
import { type Delivery, orderKey } from './delivery.store.js';
import type { Message, MessageAlert } from './message.js';
import type { DeliveryTable, NotificationTables } from './tables.js';
import { tellOvertaken, whyUndelivered } from './tell-late.js';

/** What the channel of a delivery makes of what is over. */
export interface Lateness {
  /** Whether it is told late. */
  readonly late: boolean;
  /** Whether it calls people. */
  readonly pages: boolean;
}

/** Deliveries that need not be sent any more, and what the journal says of that; undefined: send the delivery. */
export type Overtaken = { readonly ids: readonly string[]; readonly entry?: JournalEntry } | undefined;

/**
 * Whether a claimed delivery tells of something that is over: behind it waits the message that says so. Then it is not sent, nor is
 * what lies between; the last message becomes the late one and tells of what the channel never heard of, or is dropped where it
 * would call people, or where nobody asked for it. All of that within the transaction `on`; whoever claims the delivery after a
 * crash finds it done or undone as a whole.
 */
export async function overtake(
  delivery: Delivery,
  { pages }: Pick<Lateness, 'pages'>,
  now: Date,
  on: Db,
): Promise<Overtaken> {
  // What it was stored for did not happen: the message before it has arrived.
  if (delivery.only_if_late) return { ids: [delivery.id] };
  if (delivery.status !== 'firing') return undefined;
  const behind = await lockBehind(delivery, on);
  const last = behind.at(-1);
  if (!last || last.status !== 'resolved') return undefined;
  const between = behind.slice(0, -1);
  const overtaken = [delivery, ...between].map(({ id }) => id);
  const because = whyUndelivered({ ...delivery, attempts: delivery.attempts - 1 }, now);
  const told = (instead?: Message): JournalEntry => tellOvertaken(delivery, instead?.id, because, now);
  if (pages) {
    // A message that was tried may have arrived without an answer: then an incident is open, and has to be closed.
    const untried = delivery.message.reason === 'first' && delivery.attempts === 1;
    if (!last.only_if_late && !untried) return { ids: overtaken, entry: told() };
    return { ids: [...overtaken, last.id], entry: told() };
  }
  const unheard = await unheardOf([delivery, ...between], on);
  const ends = await endsOf(unheard, behind, on);
  const news = unheard.map((alert): MessageAlert => ({
    ...alert,
    status: 'resolved',
    endsAt: ends.get(alert.episode) ?? last.message.at,
    late: { because },
  }));
  const names = new Set(news.map(({ episode }) => episode));
  const rest = last.only_if_late ? [] : last.message.alerts.filter(({ episode }) => !names.has(episode));
  const alerts = [...news, ...rest];
  if (alerts.length === 0) return { ids: [...overtaken, last.id], entry: told() };
  const reason = rest.length === 0 ? 'late' : last.message.reason;
  const message = composeMessage({ ...frameOf(last.message), reason }, alerts);
  await withTables<NotificationTables>(on)
    .updateTable('deliveries')
    .set({ message: JSON.stringify(message) as never, only_if_late: false })
    .where('id', '=', last.id)
    .execute();
  return { ids: overtaken, entry: told(message) };
}

async function lockBehind({ channel, group_id, seq }: Delivery, on: Db): Promise<Delivery[]> {
  return withTables<NotificationTables>(on)
    .selectFrom('deliveries')
    .selectAll()
    .where('order_key', '=', orderKey(channel, group_id))
    .where('finished_at', 'is', null)
    .where('seq', '>', seq)
    .orderBy('seq')
    .forUpdate()
    .execute();
}

/** Alerts that these deliveries were to tell of as firing, and that the last message which arrived did not list as firing. */
async function unheardOf(deliveries: readonly Delivery[], on: Db): Promise<readonly MessageAlert[]> {
  const [{ channel, group_id, seq }] = deliveries as readonly [Selectable<DeliveryTable>];
  const arrived = await withTables<NotificationTables>(on)
    .selectFrom('deliveries')
    .select('message')
    .where('channel', '=', channel)
    .where('group_id', '=', group_id)
    .where('state', '=', 'delivered')
    .where('seq', '<', seq)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const heard = new Set((arrived?.message.alerts ?? []).filter(fires).map(({ episode }) => episode));
  const found = new Map<string, MessageAlert>();
  for (const alert of deliveries.flatMap(({ message }) => message.alerts))
    if (fires(alert) && !heard.has(alert.episode)) found.set(alert.episode, alert);
  return [...found.values()];
}

/** When those firing periods ended: as the messages behind say, else as it was stored. */
async function endsOf(
  alerts: readonly MessageAlert[],
  behind: readonly Delivery[],
  on: Db,
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ episode: string; at: Date }>`
    select episode, max(at) as at from transitions
    where to_state = 'resolved' and episode = any(${alerts.map(({ episode }) => episode)}::uuid[]) group by episode`.execute(
    on,
  );
  const listed = behind.flatMap(({ message }) => message.alerts);
  return new Map([
    ...rows.map(({ episode, at }) => [episode, at.toISOString()] as const),
    ...listed.flatMap(({ episode, endsAt }) => (endsAt ? [[episode, endsAt] as const] : [])),
  ]);
}

const fires = ({ status }: MessageAlert): boolean => status === 'firing';

/** A message without what follows from its alerts. */
function frameOf(message: Message): Parameters<typeof composeMessage>[0] {
  const {
    alerts: _a,
    status: _s,
    commonLabels: _l,
    commonAnnotations: _n,
    truncatedAlerts: _t,
    ...frame
  } = message;
  return frame;
}

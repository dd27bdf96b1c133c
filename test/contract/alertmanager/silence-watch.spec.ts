import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { expiringAlert } from '../../../src/alertmanager/expiring-silence.js';
import { SilenceChanges } from '../../../src/alertmanager/silence-changes.store.js';
import { SilenceWatch, WatchedSilences } from '../../../src/alertmanager/silence-watch.scheduler.js';
import type { Alert } from '../../../src/alerts/alert.js';
import { raiseAlert, settleAlert } from '../../../src/alerts/raise-alert.js';
import { standAlerts } from '../../../src/journal/stand-alerts.store.js';
import { withHeartbeats } from '../../../src/heartbeats/sent-heartbeat.js';
import { Receivers } from '../../../src/notifications/receiver.schema.js';
import { RoutingTable } from '../../../src/notifications/routing-table.store.js';
import { compileRoutes } from '../../../src/routing/compile-routes.js';
import { RouteTree } from '../../../src/routing/route.schema.js';
import { NewSilence } from '../../../src/routing/silence.schema.js';
import { SilenceBook } from '../../../src/routing/silence-book.store.js';
import { eventually } from '../../support/eventually.js';
import { at, NotificationWorld } from '../notifications/notification-world.js';

const HOUR = 3600;
const route = compileRoutes(RouteTree.parse({ receiver: 'team', group_by: ['alertname'], group_wait: '0s' }));
const receivers = Receivers.parse([{ name: 'team', webhook_configs: [{ url: 'http://team.test/' }] }]);

describe('silences that are about to end', () => {
  const book = new SilenceBook();
  const table = new RoutingTable();
  let [world, watch]: [NotificationWorld, SilenceWatch] = [] as never;

  const another = (): SilenceWatch =>
    new SilenceWatch(
      world.platform(),
      world.alerts,
      world.journal,
      new WatchedSilences(world.silences, book, table),
    );
  /** A silence of Ada's from now on, for so many seconds; its id. */
  const silence = async (seconds: number, over: object = {}): Promise<string> => {
    const now = world.clock.now();
    const saved = await new SilenceChanges(world.platform(), world.silences, world.journal, book).save(
      NewSilence.parse({
        matchers: [{ name: 'model_name', value: 'iris', isRegex: false }],
        startsAt: now.toISOString(),
        endsAt: new Date(now.getTime() + seconds * 1000).toISOString(),
        createdBy: 'ada',
        comment: 'moving the database',
        ...over,
      }),
    );
    if (!saved.ok) throw new Error(saved.error.message);
    return saved.silence.id;
  };
  const fires = async (alertname: string, labels: Record<string, string> = {}): Promise<Alert> => {
    const raised = { source: 'test', labels: { alertname, model_name: 'iris', ...labels }, annotations: {} };
    const change = raiseAlert(undefined, raised, world.clock.now());
    await world.alerts.save([change], world.database.db);
    return change.alert;
  };
  const lookAt = async (second: number): Promise<readonly Alert[]> => {
    world.clock.time = at(second);
    await watch.round();
    const firing = await world.alerts.firing(world.database.db);
    return firing.filter(({ source }) => source === 'silences');
  };
  const warned = async (second: number): Promise<readonly string[]> =>
    (await lookAt(second)).map(({ labels }) => labels['silence'] ?? '').toSorted();

  beforeAll(async () => {
    world = await NotificationWorld.start();
  }, 60_000);

  beforeEach(async () => {
    await world.reset();
    book.current = { warn_before: HOUR * 1000 };
    table.current = { ...table.current, route, receivers };
    watch = another();
  });

  it('warn once the lead time has come while something fires, until they end', async () => {
    const id = await silence(3 * HOUR);
    await fires('Low');
    expect(await warned(2 * HOUR - 1)).toEqual([]);
    expect(await warned(2 * HOUR)).toEqual([id]);
    expect(await warned(3 * HOUR - 1)).toEqual([id]);
    expect(await warned(3 * HOUR)).toEqual([]);
    const told = await world.journal.list({ kind: 'transition', limit: 10 }, world.database.db);
    expect(told.map(({ reason }) => reason)).toEqual(['settled', 'raised']);
  });

  it('say who silenced what, until when, and what will be told then', async () => {
    const id = await silence(3 * HOUR);
    await fires('Low');
    await fires('Slow');
    expect(await lookAt(2 * HOUR)).toMatchObject([
      {
        labels: {
          alertname: 'RetuneSilenceExpiring',
          severity: 'warning',
          silence: id,
          created_by: 'ada',
          model_name: 'iris',
        },
        annotations: {
          summary: 'a silence of ada ends in less than 1h, and hides 2 firing alerts',
          description:
            'ada silenced {model_name="iris"} (moving the database) from 2026-03-10T12:00:00.000Z until 2026-03-10T15:00:00.000Z. ' +
            'Then these will be told again: Low, Slow. Extend the silence, or see to them.',
        },
      },
    ]);
    await fires('Wrong');
    const [renewed] = await lookAt(2 * HOUR + 60);
    expect(renewed?.annotations['description']).toContain('Low, Slow, Wrong.');
  });

  it('stop warning when they are extended, or when nothing fires any more', async () => {
    const id = await silence(3 * HOUR);
    const low = await fires('Low');
    expect(await warned(2 * HOUR)).toEqual([id]);
    await silence(2 * HOUR, { id, startsAt: at(0).toISOString() });
    expect(await warned(2 * HOUR + 1)).toEqual([]);
    expect(await warned(3 * HOUR)).toEqual([id]);
    const change = settleAlert(low, world.clock.now());
    if (change) await world.alerts.save([change], world.database.db);
    expect(await warned(3 * HOUR + 1)).toEqual([]);
  });

  it('do not warn when they were made for no longer than that', async () => {
    await silence(HOUR);
    await fires('Low');
    expect(await warned(10)).toEqual([]);
    expect(await warned(HOUR - 1)).toEqual([]);
  });

  it('do not warn of what another one goes on hiding', async () => {
    await silence(2 * HOUR);
    const id = await silence(3 * HOUR);
    await silence(0, { startsAt: at(3 * HOUR - 10).toISOString(), endsAt: at(9 * HOUR).toISOString() });
    await fires('Low');
    expect(await warned(1.5 * HOUR)).toEqual([]);
    expect(await warned(2.5 * HOUR)).toEqual([]);
    await sql`update silences set starts_at = ${at(4 * HOUR)} where ends_at = ${at(9 * HOUR)}`.execute(
      world.database.db,
    );
    expect(await warned(2.5 * HOUR + 1)).toEqual([id]);
  });

  it('do not warn of heartbeats, nor of what nobody would be told', async () => {
    table.current = {
      ...table.current,
      route: withHeartbeats(undefined, [{ receiver: 'team', interval: 60_000 }]),
    };
    const all = { matchers: [{ name: 'alertname', value: '.+', isRegex: true }] };
    await silence(3 * HOUR, all);
    await fires('RetuneHeartbeat', { receiver: 'team' });
    await fires('Low');
    expect(await warned(2 * HOUR)).toEqual([]);
  });

  it('do not hide that they end, whatever else they hide', async () => {
    const id = await silence(3 * HOUR, {
      matchers: [{ name: 'alertname', value: '.+', isRegex: true }],
    });
    await fires('Low');
    const { dispatcher } = world.process({ route, receivers });
    await dispatcher.round();
    expect(await world.sentAt()).toEqual([]);
    expect(await warned(2 * HOUR)).toEqual([id]);
    await dispatcher.round();
    expect(await world.sentAt()).toEqual([2 * HOUR]);
  });

  it('warn once from two processes, and not at all without warn_before', async () => {
    const id = await silence(3 * HOUR);
    await fires('Low');
    world.clock.time = at(2 * HOUR);
    const looking: Promise<unknown>[] = [];
    await world.database.transaction(async (trx) => {
      await sql`select pg_advisory_xact_lock(hashtext('retune silences'))`.execute(trx);
      // The other one looks before the first one's warning is there for all.
      looking.push(another().round());
      await eventually(async () => {
        const { rows } = await sql<{ waits: number }>`select count(*) as waits from pg_stat_activity
          where wait_event_type = 'Lock' and datname = current_database()`.execute(world.database.db);
        return Number(rows[0]?.waits) > 0;
      });
      const [hidden] = await world.alerts.firing(trx);
      const [held] = await world.silences.active(at(2 * HOUR), trx);
      const stores = { alerts: world.alerts, journal: world.journal };
      const wanted = held && hidden ? [expiringAlert(held, [hidden.labels], HOUR * 1000)] : [];
      await standAlerts('silences', wanted, stores, at(2 * HOUR), trx);
    });
    await Promise.all(looking);
    expect(await warned(2 * HOUR)).toEqual([id]);
    const told = await world.journal.list({ kind: 'transition', limit: 10 }, world.database.db);
    expect(told).toHaveLength(1);
    book.current = {};
    expect(await warned(2 * HOUR + 5)).toEqual([]);
  });
});

import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { AlertStore } from '../../../src/alerts/alert.store.js';
import { parseMatcher } from '../../../src/alerts/matcher-parse.js';
import { raiseAlert } from '../../../src/alerts/raise-alert.js';
import { missingAlert } from '../../../src/heartbeats/expected-heartbeat.js';
import { HeartbeatBook } from '../../../src/heartbeats/heartbeat-book.store.js';
import { HeartbeatScheduler } from '../../../src/heartbeats/heartbeat.scheduler.js';
import { HeartbeatStore } from '../../../src/heartbeats/heartbeat.store.js';
import type { ExpectedHeartbeat, SentHeartbeat } from '../../../src/heartbeats/heartbeats.schema.js';
import { withHeartbeats } from '../../../src/heartbeats/sent-heartbeat.js';
import { JournalStore } from '../../../src/journal/journal.store.js';
import { DeliveryStore } from '../../../src/notifications/delivery.store.js';
import { NotificationDispatcher } from '../../../src/notifications/notification.dispatcher.js';
import { NotificationGroupStore } from '../../../src/notifications/notification-group.store.js';
import { NotificationLogStore } from '../../../src/notifications/notification-log.store.js';
import { NotificationStores } from '../../../src/notifications/notification-stores.store.js';
import { Receivers } from '../../../src/notifications/receiver.schema.js';
import { RoutingTable } from '../../../src/notifications/routing-table.store.js';
import { Clock } from '../../../src/platform/clock.js';
import { DatabaseClient } from '../../../src/platform/database.client.js';
import { createLogger, Logs } from '../../../src/platform/log.js';
import { Metrics } from '../../../src/platform/metrics.client.js';
import { migrate } from '../../../src/platform/migrate.client.js';
import { Platform } from '../../../src/platform/platform.module.js';
import { SignalsClient } from '../../../src/platform/signals.client.js';
import { compileTimeIntervals } from '../../../src/routing/mute-timing.js';
import { SilenceStore } from '../../../src/routing/silence.store.js';
import { onCleanup } from '../../support/cleanup.js';
import { eventually } from '../../support/eventually.js';
import { startPostgres } from '../../support/postgres.js';

const at = (second: number): Date => new Date(Date.UTC(2026, 2, 10, 12, 0, second));

class SetClock extends Clock {
  time = at(0);
  override now(): Date {
    return this.time;
  }
  override until(): Promise<void> {
    return Promise.resolve();
  }
}

const matcher = (text: string) => {
  const parsed = parseMatcher(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.matcher;
};
const SWITCH: SentHeartbeat = { receiver: 'switch', interval: 60_000 };
const WATCHDOG: ExpectedHeartbeat = {
  name: 'prometheus-eu',
  matchers: [matcher('alertname="Watchdog"'), matcher('cluster=~"eu.*"')],
  within: 120_000,
  labels: {},
};

describe('heartbeats', () => {
  const clock = new SetClock();
  const book = new HeartbeatBook();
  const alerts = new AlertStore({ send: () => Promise.resolve() } as never);
  let [database, platform, scheduler]: [DatabaseClient, Platform, HeartbeatScheduler] = [] as never;

  const another = (): HeartbeatScheduler =>
    new HeartbeatScheduler(
      new Platform(clock, database, platform.logs, new Metrics(), platform.signals),
      alerts,
      new JournalStore(),
      book,
      new HeartbeatStore(),
    );
  /** An alert arrives from elsewhere, or arrives again. */
  const arrives = async (labels: Record<string, string>): Promise<void> => {
    const raised = { source: 'alertmanager', labels, annotations: {} };
    const known = (await alerts.firing(database.db)).find(
      ({ labels: its }) => its['cluster'] === labels['cluster'],
    );
    await alerts.save([raiseAlert(known, raised, clock.now())], database.db);
  };
  /** Looks every ten seconds, as far as the second. */
  const watchUntil = async (second: number): Promise<void> => {
    while (clock.time < at(second)) {
      clock.time = new Date(Math.min(clock.time.getTime() + 10_000, at(second).getTime()));
      await scheduler.round();
    }
  };
  const firing = async (): Promise<readonly string[]> =>
    (await alerts.firing(database.db))
      .filter(({ source }) => source === 'heartbeats')
      .map(({ labels }) => Object.values(labels).toSorted().join(' '))
      .toSorted();

  beforeAll(async () => {
    const { address } = await startPostgres();
    await migrate(address);
    const logs = new Logs(createLogger('json', 'error'));
    database = new DatabaseClient(address, logs.for('test'));
    onCleanup(() => database.close());
    platform = new Platform(
      clock,
      database,
      logs,
      new Metrics(),
      new SignalsClient(address, logs.for('test')),
    );
  }, 60_000);

  beforeEach(async () => {
    clock.time = at(0);
    book.current = { send: [], expect: [] };
    await sql`truncate alerts, transitions, heartbeat_watches, silences, journal, notification_groups,
      notification_log, deliveries cascade`.execute(database.db);
    scheduler = another();
  });

  describe('that are expected', () => {
    beforeEach(async () => {
      book.current = { send: [], expect: [WATCHDOG] };
      await scheduler.round();
    });

    it('are missing once none arrived for their span, also if none ever did', async () => {
      await watchUntil(119);
      expect(await firing()).toEqual([]);
      await watchUntil(120);
      expect(await firing()).toEqual(['RetuneHeartbeatMissing critical prometheus-eu']);
    });

    it('are seen each time they arrive, and found again by the next one', async () => {
      await watchUntil(60);
      await arrives({ alertname: 'Watchdog', cluster: 'eu-1' });
      await watchUntil(179);
      expect(await firing()).toEqual([]);
      await watchUntil(180);
      expect(await firing()).toHaveLength(1);
      clock.time = at(200);
      await arrives({ alertname: 'Watchdog', cluster: 'eu-1' });
      await scheduler.round();
      expect(await firing()).toEqual([]);
      const told = await new JournalStore().list({ limit: 10 }, database.db);
      expect(told.map(({ reason }) => reason)).toEqual(['settled', 'raised']);
    });

    it('are not replaced by alerts of others', async () => {
      await watchUntil(110);
      await arrives({ alertname: 'Watchdog', cluster: 'us-1' });
      await watchUntil(120);
      expect(await firing()).toHaveLength(1);
    });

    it('have their whole span again after a time in which nobody listened', async () => {
      await watchUntil(100);
      clock.time = at(1000);
      scheduler = another();
      await scheduler.round();
      await watchUntil(1119);
      expect(await firing()).toEqual([]);
      await watchUntil(1120);
      expect(await firing()).toHaveLength(1);
    });

    it('are told of once by two processes that look at the same time', async () => {
      clock.time = at(60);
      await scheduler.round();
      clock.time = at(120);
      const open = missingAlert(WATCHDOG, { since: at(0), checkedAt: at(120) });
      const later = await database.transaction(async (trx) => {
        await new HeartbeatStore().takeTurn(trx);
        const round = another().round();
        await eventually(async () => {
          const { rows } =
            await sql`select 1 from pg_locks where locktype = 'advisory' and not granted`.execute(
              database.db,
            );
          return rows.length > 0;
        });
        await alerts.save([raiseAlert(undefined, open, clock.now())], trx);
        return { round };
      });
      await later.round;
      const { rows } = await sql`select 1 from transitions`.execute(database.db);
      expect([await firing(), rows]).toEqual([[expect.any(String)], [{ '?column?': 1 }]]);
    });

    it('that are not expected any more are over', async () => {
      await watchUntil(120);
      book.current = { send: [], expect: [] };
      await scheduler.round();
      expect(await firing()).toEqual([]);
      expect(await new HeartbeatStore().watches(database.db)).toEqual(new Map());
    });
  });

  describe('that are sent', () => {
    let dispatcher: NotificationDispatcher;

    beforeEach(async () => {
      book.current = { send: [SWITCH], expect: [] };
      const table = new RoutingTable();
      table.current = {
        ...table.current,
        route: withHeartbeats(undefined, book.current.send),
        receivers: Receivers.parse([{ name: 'switch', webhook_configs: [{ url: 'http://switch.test/' }] }]),
        timeIntervals: compileTimeIntervals([]),
      };
      const silences = new SilenceStore();
      dispatcher = new NotificationDispatcher(
        new Platform(clock, database, platform.logs, new Metrics(), platform.signals),
        alerts,
        new JournalStore(),
        new NotificationStores(
          new NotificationGroupStore(),
          new NotificationLogStore(),
          new DeliveryStore({ send: () => Promise.resolve() } as never),
          silences,
        ),
        table,
      );
      await scheduler.round();
    });

    const sent = async (): Promise<readonly number[]> => {
      const { rows } = await sql<{
        created_at: Date;
      }>`select created_at from deliveries order by seq`.execute(database.db);
      return rows.map((row) => (row.created_at.getTime() - at(0).getTime()) / 1000);
    };
    const arrived = () =>
      sql`update deliveries set state = 'delivered', finished_at = ${clock.time}`.execute(database.db);
    const seconds = async (from: number, to: number, arrives = true): Promise<void> => {
      for (let second = from; second <= to; second += 10) {
        clock.time = at(second);
        await dispatcher.round();
        if (arrives) await arrived();
      }
    };

    it('leave at once and then at every interval', async () => {
      await seconds(0, 180);
      expect(await sent()).toEqual([0, 60, 120, 180]);
    });

    it('are not kept back by a silence of everything', async () => {
      await new SilenceStore().save(
        {
          id: '00000000-0000-4000-8000-000000000001',
          matchers: [matcher('alertname=~".+"')],
          startsAt: at(0),
          endsAt: at(3000),
          createdBy: 'ada',
          comment: '',
          updatedAt: at(0),
          annotations: {},
        },
        database.db,
      );
      await seconds(0, 60);
      expect(await sent()).toEqual([0, 60]);
    });

    it('do not pile up behind one that does not arrive', async () => {
      await seconds(0, 600, false);
      expect(await sent()).toEqual([0]);
      await arrived();
      await seconds(610, 660);
      expect(await sent()).toEqual([0, 660]);
    });
  });
});

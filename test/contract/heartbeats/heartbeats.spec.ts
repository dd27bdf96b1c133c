import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { raiseAlert } from '../../../src/alerts/raise-alert.js';
import { missingAlert } from '../../../src/heartbeats/expected-heartbeat.js';
import { HeartbeatBook } from '../../../src/heartbeats/heartbeat-book.store.js';
import { HeartbeatScheduler } from '../../../src/heartbeats/heartbeat.scheduler.js';
import { HeartbeatStore } from '../../../src/heartbeats/heartbeat.store.js';
import type { ExpectedHeartbeat, SentHeartbeat } from '../../../src/heartbeats/heartbeats.schema.js';
import { withHeartbeats } from '../../../src/heartbeats/sent-heartbeat.js';
import type { NotificationDispatcher } from '../../../src/notifications/notification.dispatcher.js';
import { Receivers } from '../../../src/notifications/receiver.schema.js';
import { eventually } from '../../support/eventually.js';
import { at, matcher, NotificationWorld } from '../notifications/notification-world.js';

const SWITCH: SentHeartbeat = { receiver: 'switch', interval: 60_000 };
const WATCHDOG: ExpectedHeartbeat = {
  name: 'prometheus-eu',
  matchers: [matcher('alertname="Watchdog"'), matcher('cluster=~"eu.*"')],
  within: 120_000,
  labels: {},
};

describe('heartbeats', () => {
  const book = new HeartbeatBook();
  let [world, scheduler]: [NotificationWorld, HeartbeatScheduler] = [] as never;

  const another = (): HeartbeatScheduler =>
    new HeartbeatScheduler(world.platform(), world.alerts, world.journal, book, new HeartbeatStore());
  /** An alert arrives from elsewhere, or arrives again. */
  const arrives = async (labels: Record<string, string>): Promise<void> => {
    const raised = { source: 'alertmanager', labels, annotations: {} };
    const known = (await world.alerts.firing(world.database.db)).find(
      ({ labels: its }) => its['cluster'] === labels['cluster'],
    );
    await world.alerts.save([raiseAlert(known, raised, world.clock.now())], world.database.db);
  };
  /** Looks every ten seconds, as far as the second. */
  const watchUntil = async (second: number): Promise<void> => {
    while (world.clock.time < at(second)) {
      world.clock.time = new Date(Math.min(world.clock.time.getTime() + 10_000, at(second).getTime()));
      await scheduler.round();
    }
  };
  const firing = async (): Promise<readonly string[]> =>
    (await world.alerts.firing(world.database.db))
      .filter(({ source }) => source === 'heartbeats')
      .map(({ labels }) => Object.values(labels).toSorted().join(' '))
      .toSorted();

  beforeAll(async () => {
    world = await NotificationWorld.start();
  }, 60_000);

  beforeEach(async () => {
    book.current = { send: [], expect: [] };
    await world.reset();
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
      world.clock.time = at(200);
      await arrives({ alertname: 'Watchdog', cluster: 'eu-1' });
      await scheduler.round();
      expect(await firing()).toEqual([]);
      const told = await world.journal.list({ limit: 10 }, world.database.db);
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
      world.clock.time = at(1000);
      scheduler = another();
      await scheduler.round();
      await watchUntil(1119);
      expect(await firing()).toEqual([]);
      await watchUntil(1120);
      expect(await firing()).toHaveLength(1);
    });

    it('are told of once by two processes that look at the same time', async () => {
      world.clock.time = at(60);
      await scheduler.round();
      world.clock.time = at(120);
      const open = missingAlert(WATCHDOG, { since: at(0), checkedAt: at(120) });
      const later = await world.database.transaction(async (trx) => {
        await new HeartbeatStore().takeTurn(trx);
        const round = another().round();
        await eventually(async () => {
          const { rows } =
            await sql`select 1 from pg_locks where locktype = 'advisory' and not granted`.execute(
              world.database.db,
            );
          return rows.length > 0;
        });
        await world.alerts.save([raiseAlert(undefined, open, world.clock.now())], trx);
        return { round };
      });
      await later.round;
      const { rows } = await sql`select 1 from transitions`.execute(world.database.db);
      expect([await firing(), rows]).toEqual([[expect.any(String)], [{ '?column?': 1 }]]);
    });

    it('that are not expected any more are over', async () => {
      await watchUntil(120);
      book.current = { send: [], expect: [] };
      await scheduler.round();
      expect(await firing()).toEqual([]);
      expect(await new HeartbeatStore().watches(world.database.db)).toEqual(new Map());
    });
  });

  describe('that are sent', () => {
    let dispatcher: NotificationDispatcher;

    beforeEach(async () => {
      book.current = { send: [SWITCH], expect: [] };
      ({ dispatcher } = world.process({
        route: withHeartbeats(undefined, book.current.send),
        receivers: Receivers.parse([{ name: 'switch', webhook_configs: [{ url: 'http://switch.test/' }] }]),
      }));
      await scheduler.round();
    });

    const seconds = async (from: number, to: number, arrives = true): Promise<void> => {
      for (let second = from; second <= to; second += 10) {
        world.clock.time = at(second);
        await dispatcher.round();
        if (arrives) await world.arrive();
      }
    };

    it('leave at once and then at every interval', async () => {
      await seconds(0, 180);
      expect(await world.sentAt()).toEqual([0, 60, 120, 180]);
    });

    it('are not kept back by a silence of everything', async () => {
      await world.silence('00000000-0000-4000-8000-000000000001', [matcher('alertname=~".+"')], '');
      await seconds(0, 60);
      expect(await world.sentAt()).toEqual([0, 60]);
    });

    it('do not pile up behind one that does not arrive', async () => {
      await seconds(0, 600, false);
      expect(await world.sentAt()).toEqual([0]);
      await world.arrive();
      await seconds(610, 660);
      expect(await world.sentAt()).toEqual([0, 660]);
    });
  });
});

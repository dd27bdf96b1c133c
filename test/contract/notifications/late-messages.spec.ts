import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { Alert } from '../../../src/alerts/alert.js';
import { raiseAlert, settleAlert } from '../../../src/alerts/raise-alert.js';
import type { Message } from '../../../src/notifications/message.js';
import { Receivers } from '../../../src/notifications/receiver.schema.js';
import { compileRoutes } from '../../../src/routing/compile-routes.js';
import { compileInhibitRules } from '../../../src/routing/inhibition.js';
import { InhibitRules, RouteTree } from '../../../src/routing/route.schema.js';
import { CaptureServer } from '../../support/capture-server.js';
import { at, matcher, NotificationWorld } from './notification-world.js';

const SILENCE = '00000000-0000-4000-8000-000000000001';
const route = compileRoutes(
  RouteTree.parse({
    receiver: 'team',
    group_by: ['model_name'],
    group_wait: '30s',
    group_interval: '5m',
    repeat_interval: '1h',
    // What is told of the failing channel is no matter of these tests.
    routes: [{ matchers: ['alertname="RetuneDeliveryFailed"'], receiver: 'nobody' }],
  }),
);
const inhibitRules = compileInhibitRules(
  InhibitRules.parse([
    { source_matchers: ['alertname="Down"'], target_matchers: ['alertname="Low"'], equal: ['zone'] },
  ]),
);

describe('late messages', () => {
  let [world, chat, hook, pager]: [NotificationWorld, CaptureServer, CaptureServer, CaptureServer] =
    [] as never;
  let process: ReturnType<NotificationWorld['process']>;

  const started = (chatOptions: Record<string, unknown> = {}): ReturnType<NotificationWorld['process']> =>
    world.process({
      route,
      inhibitRules,
      externalUrl: 'http://retune.test',
      channelDefaults: { pagerdutyUrl: `${pager.url}/v2/enqueue`, smtp: { requireTls: true } },
      receivers: Receivers.parse([
        {
          name: 'team',
          slack_configs: [{ api_url: `${chat.url}/services/T/B/x`, ...chatOptions }],
          webhook_configs: [{ url: `${hook.url}/` }],
          pagerduty_configs: [{ routing_key: 'key' }],
        },
        { name: 'nobody' },
      ]),
    });
  const fires = async (labels: Record<string, string> = {}): Promise<Alert> => {
    const all = { alertname: 'Low', model_name: 'iris', severity: 'critical', ...labels };
    const annotations = { summary: 'the model answers worse than agreed' };
    const change = raiseAlert(undefined, { source: 'test', labels: all, annotations }, world.clock.now());
    await world.alerts.save([change], world.database.db);
    await process.dispatcher.round();
    return change.alert;
  };
  const ends = async (alert: Alert): Promise<void> => {
    const change = settleAlert(alert, world.clock.now());
    if (change) await world.alerts.save([change], world.database.db);
    await process.dispatcher.round();
  };
  /** Rounds and attempts every ten seconds, as far as the second. */
  const until = async (second: number): Promise<void> => {
    for (;;) {
      await process.dispatcher.round();
      await world.deliver(process.worker);
      if (world.clock.time >= at(second)) return;
      world.clock.time = new Date(Math.min(world.clock.time.getTime() + 10_000, at(second).getTime()));
    }
  };
  const headlines = (server: CaptureServer = chat): readonly string[] =>
    server.requests.map(({ body }) => (JSON.parse(body) as { text: string }).text);
  const states = async (): Promise<readonly string[]> =>
    (
      await sql<{ channel_type: string; state: string; message: Message }>`
        select channel_type, state, message from deliveries order by seq`.execute(world.database.db)
    ).rows.map(({ channel_type, state, message }) => `${channel_type} ${message.reason} ${state}`);

  beforeAll(async () => {
    world = await NotificationWorld.start();
  }, 60_000);

  beforeEach(async () => {
    await world.reset();
    [chat, hook, pager] = await Promise.all([
      CaptureServer.start(),
      CaptureServer.start(),
      CaptureServer.start(),
    ]);
    pager.otherwise({ status: 202, body: {} });
    process = started();
  });

  describe('of an alert that was over before its group spoke', () => {
    it('tell chat once, and neither a webhook nor a pager', async () => {
      const low = await fires();
      await until(20);
      await ends(low);
      await until(2000);
      expect(headlines()).toEqual([
        '✅ iris Low fired 12:00 UTC, resolved 12:00 UTC after 20 s, late because it was over before group_wait (30s) had passed · critical',
      ]);
      expect(hook.requests).toHaveLength(0);
      expect(pager.requests).toHaveLength(0);
    });

    it('tell a webhook that asked for them', async () => {
      process = world.process({
        route,
        receivers: Receivers.parse([
          { name: 'team', webhook_configs: [{ url: `${hook.url}/`, send_late: true }] },
        ]),
      });
      const low = await fires();
      await ends(low);
      await until(100);
      expect(hook.requests.map(({ body }) => JSON.parse(body) as object)).toMatchObject([
        { status: 'resolved', notification_reason: 'told late', alerts: [{ status: 'resolved' }] },
      ]);
    });

    it('are left out where nobody wants them', async () => {
      process = started({ send_late: false });
      await ends(await fires());
      await until(1000);
      expect(await states()).toEqual([]);
    });

    it('are one for an alert that comes and goes, until the repeat interval has passed, and count', async () => {
      for (let second = 0; second < 1000; second += 100) {
        world.clock.time = at(second);
        await ends(await fires());
        await until(second + 50);
      }
      expect(headlines()).toHaveLength(1);
      await until(4500);
      expect(headlines()).toHaveLength(2);
      expect(headlines()[1]).toContain(
        'resolved 12:15 UTC after 0 s, and 8 times before, late because it comes and goes',
      );
    });

    it('count no firing period that was told', async () => {
      const zone = await fires({ zone: 'stays' });
      const first = await fires();
      await until(40);
      await ends(first);
      await until(100);
      const second = await fires();
      await until(400);
      await ends(second);
      const third = await fires();
      await ends(third);
      await until(700);
      expect(headlines().filter((text) => text.includes('late because'))).toEqual([]);
      const lists = chat.requests.map(({ body }) => body).filter((body) => body.includes('late because'));
      expect(lists).toHaveLength(1);
      expect(lists[0]).not.toMatch(/and (once|\d+ times) before/);
      expect(zone.state).toBe('firing');
    });

    it('are one from two processes, also when one of them dies before it could send', async () => {
      const other = started();
      await ends(await fires());
      world.clock.time = at(40);
      await Promise.all([process.dispatcher.round(), other.dispatcher.round()]);
      expect(await states()).toEqual(['slack late queued']);
      await Promise.all([world.deliver(process.worker), world.deliver(other.worker)]);
      await until(1000);
      expect(headlines()).toHaveLength(1);
    });

    it('come along with what is said of the group anyway', async () => {
      await fires({ zone: 'a' });
      await until(40);
      const short = await fires({ zone: 'b' });
      await until(100);
      await ends(short);
      await fires({ zone: 'c' });
      await until(400);
      const { attachments } = JSON.parse(chat.requests[1]?.body ?? '{}') as { attachments: unknown };
      expect(JSON.stringify(attachments)).toContain('group spoke again (group_interval 5m)');
      expect(headlines()).toHaveLength(2);
    });

    it('say nothing of what is silenced, also when the silence is over by then', async () => {
      await world.silence(SILENCE, [matcher('alertname="Low"')], 'c');
      await sql`update silences set ends_at = ${at(25)}`.execute(world.database.db);
      const low = await fires();
      await until(20);
      await ends(low);
      await until(1000);
      expect(await states()).toEqual([]);
    });

    it('say nothing of what another alert inhibits, also when that is over by then', async () => {
      const down = await fires({ alertname: 'Down', model_name: 'other', zone: 'a' });
      const low = await fires({ zone: 'a' });
      await until(10);
      await ends(low);
      await ends(down);
      await until(100);
      expect(headlines()).toEqual([expect.stringContaining('other Down')]);
    });

    it('say nothing of an alert that became worse and is told elsewhere', async () => {
      process = world.process({
        route: compileRoutes(
          RouteTree.parse({
            receiver: 'team',
            routes: [{ matchers: ['severity="critical"'], group_by: ['severity'], group_wait: '0s' }],
          }),
        ),
        receivers: Receivers.parse([{ name: 'team', slack_configs: [{ api_url: `${chat.url}/s` }] }]),
      });
      const low = await fires({ severity: 'warning' });
      world.clock.time = at(10);
      const worse = { ...low, labels: { ...low.labels, severity: 'critical' } };
      const transition = { from: 'firing', to: 'firing', reason: 'escalated', at: at(10) } as const;
      await world.alerts.save([{ alert: worse, transition }], world.database.db);
      await until(60);
      expect(headlines()).toHaveLength(1);
      expect(headlines()[0]).toContain('critical');
    });
  });

  describe('of an alert that was over before its message arrived', () => {
    it('replace that message, and say for how long and why', async () => {
      chat.otherwise({ status: 503, body: 'down' });
      const low = await fires();
      await until(300);
      await ends(low);
      await until(560);
      const before = chat.requests.length;
      chat.otherwise({ status: 200, body: 'ok' });
      await until(1200);
      expect(headlines().slice(before)).toEqual([
        expect.stringMatching(
          /^✅ iris Low fired 12:00 UTC, resolved 12:05 UTC after 5 min, late because Slack answered 503 for \d+m(\d+s)? · critical$/,
        ),
      ]);
      expect((await states()).filter((state) => state.startsWith('slack'))).toEqual([
        'slack first superseded',
        'slack late delivered',
      ]);
    });

    it.each([[true], [false]])('replace it once, with send_resolved: %s', async (send_resolved) => {
      process = started({ send_resolved });
      chat.otherwise({ status: 503 });
      const low = await fires();
      await until(40);
      await ends(low);
      await until(380);
      chat.otherwise({ status: 200, body: 'ok' });
      const before = chat.requests.length;
      await until(1000);
      expect(headlines().slice(before)).toEqual([expect.stringContaining('late because Slack answered 503')]);
    });

    it('are not sent where the attempt under way at the end succeeds', async () => {
      const low = await fires();
      world.clock.time = at(31);
      await process.dispatcher.round();
      await ends(low);
      world.clock.time = at(340);
      await process.dispatcher.round();
      await sql`update deliveries set state = 'delivered', finished_at = ${at(341)}
        where channel_type = 'slack' and not only_if_late`.execute(world.database.db);
      await until(1000);
      expect(headlines()).toEqual([]);
      expect((await states()).filter((state) => state.startsWith('slack'))).toEqual([
        'slack first delivered',
        'slack all_resolved superseded',
      ]);
    });

    it('close what was told, and tell the rest late', async () => {
      process = started({ send_resolved: true });
      const low = await fires({ zone: 'a' });
      await until(40);
      chat.otherwise({ status: 503 });
      const second = await fires({ zone: 'b' });
      await until(400);
      await ends(low);
      await ends(second);
      await until(700);
      chat.otherwise({ status: 200, body: 'ok' });
      const before = chat.requests.length;
      await until(1500);
      const sent = chat.requests.slice(before).map(({ body }) => body);
      expect(sent).toHaveLength(1);
      expect(sent[0]?.match(/late because/g)?.length).toBeGreaterThan(0);
      expect(sent[0]).toContain('resolved after');
    });

    it('call nobody: a page that could not be sent in time is dropped', async () => {
      const low = await fires();
      world.clock.time = at(31);
      await process.dispatcher.round();
      await ends(low);
      world.clock.time = at(340);
      await process.dispatcher.round();
      await until(1000);
      expect(pager.requests).toHaveLength(0);
      expect((await states()).filter((state) => state.startsWith('pagerduty'))).toEqual([
        'pagerduty first superseded',
        'pagerduty all_resolved superseded',
      ]);
    });

    it('close an incident that may be open', async () => {
      pager.otherwise('reset');
      const low = await fires();
      await until(40);
      await ends(low);
      await until(330);
      pager.otherwise({ status: 202, body: {} });
      const before = pager.requests.length;
      await until(1000);
      const actions = pager.requests
        .slice(before)
        .map(({ body }) => (JSON.parse(body) as { event_action: string }).event_action);
      expect(actions).toEqual(['resolve']);
    });

    it('follow a process that was killed while it told', async () => {
      const low = await fires();
      world.clock.time = at(31);
      await process.dispatcher.round();
      await sql`update deliveries set state = 'sending', attempts = 1, claimed_until = ${at(56)}
        where channel_type = 'slack'`.execute(world.database.db);
      await ends(low);
      world.clock.time = at(340);
      await until(1000);
      expect(headlines()).toEqual([
        expect.stringContaining('late because Retune was stopped while it told Slack'),
      ]);
    });
  });
});

import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { Alert } from '../../../src/alerts/alert.js';
import { raiseAlert, settleAlert } from '../../../src/alerts/raise-alert.js';
import type { GroupExplanation } from '../../../src/notifications/explain-group.js';
import { Receivers } from '../../../src/notifications/receiver.schema.js';
import { tellGroup } from '../../../src/notifications/tell-group.js';
import { compileRoutes } from '../../../src/routing/compile-routes.js';
import { compileInhibitRules } from '../../../src/routing/inhibition.js';
import { InhibitRules, RouteTree } from '../../../src/routing/route.schema.js';
import { at, matcher, NotificationWorld } from './notification-world.js';

const SILENCE = '00000000-0000-4000-8000-000000000001';
const route = compileRoutes(
  RouteTree.parse({
    receiver: 'team',
    group_by: ['model_name'],
    group_wait: '10s',
    group_interval: '60s',
    repeat_interval: '150s',
    routes: [{ matchers: ['severity="critical"'], receiver: 'pager', continue: true }, {}],
  }),
);
const receivers = Receivers.parse([
  { name: 'team', webhook_configs: [{ url: 'http://team.test/' }] },
  { name: 'pager', webhook_configs: [{ url: 'http://pager.test/' }] },
]);
const inhibitRules = compileInhibitRules(
  InhibitRules.parse([
    { source_matchers: ['alertname="Down"'], target_matchers: ['alertname="Low"'], equal: ['model_name'] },
  ]),
);

describe('the explanation of an alert', () => {
  let [world, process]: [NotificationWorld, ReturnType<NotificationWorld['process']>] = [] as never;

  const fires = async (labels: Record<string, string>): Promise<Alert> => {
    const change = raiseAlert(
      undefined,
      { source: 'test', labels: { model_name: 'iris', ...labels }, annotations: {} },
      world.clock.now(),
    );
    await world.alerts.save([change], world.database.db);
    await process.dispatcher.round();
    return change.alert;
  };
  const until = async (second: number): Promise<void> => {
    while (world.clock.time < at(second)) {
      world.clock.time = new Date(world.clock.time.getTime() + 10_000);
      await process.dispatcher.round();
    }
  };
  const explain = (alert: Alert): Promise<readonly GroupExplanation[]> =>
    process.explainer.explain(alert, world.clock.now(), world.database.db);
  const words = async (alert: Alert): Promise<readonly string[]> =>
    (await explain(alert)).flatMap((group) =>
      tellGroup(group, (iso) => `${(Date.parse(iso) - at(0).getTime()) / 1000} s`),
    );

  beforeAll(async () => {
    world = await NotificationWorld.start();
  }, 60_000);

  beforeEach(async () => {
    await world.reset();
    process = world.process({ route, receivers, inhibitRules });
  });

  it('names every route that took it, its group, and when it will first be told', async () => {
    const low = await fires({ alertname: 'Low', severity: 'critical' });
    expect(await words(low)).toEqual([
      'pager, by route {}/{severity="critical"}: group {model_name="iris"}, next look 10 s',
      'pager/webhook/0: not told yet; next message 10 s (first)',
      'team, by route {}/{}: group {model_name="iris"}, next look 10 s',
      'team/webhook/0: not told yet; next message 10 s (first)',
    ]);
  });

  it('says what was told, how it fares, and when the reminder comes', async () => {
    const low = await fires({ alertname: 'Low' });
    await until(20);
    await world.arrive();
    expect(await words(low)).toEqual([
      'team, by route {}/{}: group {model_name="iris"}, next look 70 s',
      'team/webhook/0: told 10 s (first); next message 190 s, as a reminder',
    ]);
    // As it says, so it happens.
    await until(200);
    expect(await world.sentAt()).toEqual([10, 190]);
    await sql`update deliveries set state = 'retrying', attempts = 3, detail = 'connect refused', next_attempt_at = ${at(215)}
      where finished_at is null`.execute(world.database.db);
    expect((await words(low))[1]).toBe(
      'team/webhook/0: the message of 190 s (repeat) has not arrived, retrying after 3 attempts, next attempt 215 s: connect refused; next message 370 s, as a reminder',
    );
  });

  it('says who silenced it, why and until when', async () => {
    await world.silence(SILENCE, [matcher('model_name="iris"')], 'moving the database');
    const low = await fires({ alertname: 'Low' });
    expect(await words(low)).toEqual([
      'team, by route {}/{}: group {model_name="iris"}, next look 10 s',
      `quiet: silenced by ada until 2026-03-10T12:50:00.000Z: moving the database (${SILENCE})`,
      'team/webhook/0: not told yet; no further message (silenced by)',
    ]);
  });

  it('says which alerts inhibit it, and that others in its group are told of', async () => {
    await fires({ alertname: 'Down' });
    const low = await fires({ alertname: 'Low' });
    await until(10);
    expect(await words(low)).toEqual([
      'team, by route {}/{}: group {model_name="iris"}, 2 alerts fire in it, next look 70 s',
      'quiet: inhibited by {alertname="Down", model_name="iris"}',
      'team/webhook/0: the message of 10 s (first), not of this alert, has not arrived, queued after 0 attempts; next message 190 s, as a reminder',
    ]);
  });

  it('says that the end will be told, and nothing once it was', async () => {
    const low = await fires({ alertname: 'Low' });
    await until(20);
    const over = settleAlert(low, world.clock.now());
    await world.alerts.save(over ? [over] : [], world.database.db);
    await process.dispatcher.round();
    expect((await words(low))[1]).toMatch(/; next message 70 s \(all resolved\)$/);
    await until(70);
    expect(await explain(low)).toEqual([]);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Router, startRouter } from '../fixtures/alertmanager-beaten/router.js';
import type { WebhookBody } from '../fixtures/alertmanager-differential/notification.js';
import { CaptureServer } from '../support/capture-server.js';
import { eventually } from '../support/eventually.js';

/** `alertmanager` runs the same expectations on a real Alertmanager, which meets none of them. */
const ROUTER = process.env['BEATEN_ROUTER'] === 'alertmanager' ? 'alertmanager' : 'retune';

jest.setTimeout(90_000);

const config = (sink: string): string => `
route:
  receiver: hook
  group_by: [alertname]
  group_wait: 1s
  group_interval: 1s
  repeat_interval: 1h
  routes:
    - {matchers: [alertname="Truncated"], receiver: few}
    - {matchers: [alertname="Crash"], group_wait: 2s}
    - {matchers: [alertname="Limited"], receiver: limited}
    - {matchers: [alertname="Twice"], continue: true}
    - {matchers: [alertname="Twice"], group_wait: 3s}
receivers:
  - {name: hook, webhook_configs: [{url: ${sink}/hook}]}
  - {name: few, webhook_configs: [{url: ${sink}/few, max_alerts: 1}]}
  - {name: limited, webhook_configs: [{url: ${sink}/limited}]}
inhibit_rules:
  - {source_matchers: [severity="critical"], target_matchers: [severity="warning"], equal: [cluster]}
`;

/** An alert as API v2 shows it. */
interface Shown {
  readonly labels: Readonly<Record<string, string>>;
  readonly status: { readonly state: string; readonly inhibitedBy: readonly string[] };
}

describe(`where Alertmanager fails, ${ROUTER}`, () => {
  let router: Router;
  let sink: CaptureServer;

  beforeAll(async () => {
    sink = await CaptureServer.start();
    router = await startRouter(ROUTER, config(sink.url));
  });

  const told = (alertname: string): readonly WebhookBody[] =>
    (sink.json() as readonly WebhookBody[]).filter(
      ({ groupLabels }) => groupLabels['alertname'] === alertname,
    );
  const toldTimes = (alertname: string, times: number): Promise<void> =>
    eventually(() => expect(told(alertname).length).toBeGreaterThanOrEqual(times));
  const shown = async (filter: string): Promise<readonly Shown[]> =>
    router.get(`alerts?filter=${encodeURIComponent(filter)}`);

  it('keeps an alert quiet until the last of its inhibitors is over', async () => {
    const source = (name: string) => ({ alertname: name, severity: 'critical', cluster: 'two' });
    await router.post([source('SourceB')], 600_000);
    await router.post([source('SourceA')], 900_000);
    await router.post([{ alertname: 'Target', severity: 'warning', cluster: 'two' }]);
    await toldTimes('SourceA', 1);
    await router.post([source('SourceA')], -1);
    await eventually(async () => expect(await shown('alertname="SourceA"')).toEqual([]));
    const [target] = await shown('alertname="Target"');
    expect(target?.status.state).toBe('suppressed');
    await toldTimes('SourceA', 2);
    expect(told('Target')).toEqual([]);
  });

  it('calls a group firing while any of its alerts fires, however few it may list', async () => {
    await router.post(['1', '2'].map((i) => ({ alertname: 'Truncated', i })));
    await toldTimes('Truncated', 1);
    await router.post([{ alertname: 'Truncated', i: '1' }], -1);
    await toldTimes('Truncated', 2);
    expect(told('Truncated').map(({ status }) => status)).toEqual(['firing', 'firing']);
    expect(told('Truncated')[1]).toMatchObject({ truncatedAlerts: 1, alerts: [{ status: 'firing' }] });
  });

  it('shows 1000 inhibited alerts out of 1000 as inhibited when they are read right after they were posted', async () => {
    const PER_ROUND = 20;
    let inhibited = 0;
    for (let round = 0; round < 1000 / PER_ROUND; round++) {
      const pairs = Array.from({ length: PER_ROUND }, (_, index) => `${round}-${index}`).flatMap(
        (cluster) => [
          { alertname: 'Slow', severity: 'warning', cluster, round: String(round) },
          { alertname: 'Down', severity: 'critical', cluster, round: String(round) },
        ],
      );
      await router.post(pairs);
      const read = await shown(`round="${round}"`);
      inhibited += read.filter(({ status }) => status.inhibitedBy.length > 0).length;
      await router.post(pairs, -1);
    }
    expect(inhibited).toBe(1000);
  });

  it('waits as long as a receiver asks with 429 and Retry-After, over several group intervals', async () => {
    sink.otherwise(({ path }) =>
      path === '/limited' && attempts().length === 1
        ? { status: 429, headers: { 'retry-after': '4' } }
        : { status: 200 },
    );
    const attempts = () => sink.requests.filter(({ path }) => path === '/limited');
    await router.post([{ alertname: 'Limited' }]);
    await eventually(() => expect(attempts().length).toBeGreaterThanOrEqual(2));
    const [first, second] = attempts().map(({ at }) => at.getTime()) as [number, number];
    expect(second - first).toBeGreaterThanOrEqual(4000);
    expect(second - first).toBeLessThan(6500);
    await sleep(2000); // two group intervals without anything new
    expect(attempts()).toHaveLength(2);
  });

  it('closes what it announced, although it was silenced when it ended', async () => {
    await router.post([{ alertname: 'Muted' }]);
    await toldTimes('Muted', 1);
    const silence = await router.ask('POST', 'silences', silenceOf('Muted'));
    expect(silence.status).toBe(200);
    await router.post([{ alertname: 'Muted' }], -1);
    await toldTimes('Muted', 2);
    expect(told('Muted').map(({ status }) => status)).toEqual(['firing', 'resolved']);
  });

  it('tells each of two routes with equal matchers what it was told itself', async () => {
    await router.post([{ alertname: 'Twice' }]);
    await toldTimes('Twice', 2);
    expect(told('Twice').map(({ status }) => status)).toEqual(['firing', 'firing']);
  });

  it('tells of an alert, and of its end, that were posted just before kill -9', async () => {
    await router.post([{ alertname: 'Crash' }]);
    await router.crash();
    await toldTimes('Crash', 1);
    await router.post([{ alertname: 'Crash' }], -1);
    await router.crash();
    await toldTimes('Crash', 2);
    expect(told('Crash').map(({ status }) => status)).toEqual(['firing', 'resolved']);
  });

  it('still has a silence that was made just before kill -9', async () => {
    const { text } = await router.ask('POST', 'silences', silenceOf('Nothing'));
    const { silenceID } = JSON.parse(text) as { silenceID: string };
    await router.crash();
    const { status, text: stored } = await router.ask('GET', `silence/${silenceID}`);
    expect(status).toBe(200);
    expect(JSON.parse(stored)).toMatchObject({ comment: 'because', status: { state: 'active' } });
  });
});

function silenceOf(alertname: string): object {
  return {
    matchers: [{ name: 'alertname', value: alertname, isRegex: false, isEqual: true }],
    startsAt: new Date().toISOString(),
    endsAt: new Date(Date.now() + 600_000).toISOString(),
    createdBy: 'ada',
    comment: 'because',
  };
}

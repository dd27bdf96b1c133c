import { beforeAll, expect, it } from '@jest/globals';
import { describeWith } from '../support/binaries.js';
import { CaptureServer } from '../support/capture-server.js';
import { eventually } from '../support/eventually.js';
import { MetricSource } from '../support/metric-source.js';
import { type TestPrometheus, startPrometheus } from '../support/prometheus.js';
import { type TestRetune, startRetune } from '../support/retune.js';

interface Told {
  readonly notification_reason: string;
  readonly alerts: readonly { readonly status: string; readonly labels: Record<string, string> }[];
}
interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly key: string; readonly name: string; readonly health: string }[];
  }[];
}

const rules = (team: string, pager: string): string => `
groups:
  - name: fast
    interval: 1s
    rules:
      - alert: Severe
        expr: test_value
        retune: { thresholds: { above: { warning: 10, critical: 20 } }, recover: 5 }
      - alert: Silent
        expr: test_silent > 10
        retune: { on_no_data: alert }
      - { alert: Typo, expr: 'tset_value > 10' }
      - { alert: Hasty, expr: 'test_value > -1' }
  - { name: other, interval: 1s, rules: [{ alert: Other, expr: 'test_value > 1e9' }] }
route:
  receiver: team
  group_by: [alertname]
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 1h
  routes: [{ receiver: pager, matchers: [severity="critical"], continue: true }, { receiver: team }]
receivers:
  - { name: team, webhook_configs: [{ url: '${team}', send_resolved: true }] }
  - { name: pager, webhook_configs: [{ url: '${pager}', send_resolved: true }] }
`;

describeWith(['prometheus'], 'a rule with a retune key, on a real Prometheus', () => {
  let team: CaptureServer;
  let pager: CaptureServer;
  let source: MetricSource;
  let prometheus: TestPrometheus;
  let retune: TestRetune;

  beforeAll(async () => {
    [team, pager, source] = [
      await CaptureServer.start(),
      await CaptureServer.start(),
      await MetricSource.start(),
    ];
    source.set('test_value', {}, 1);
    source.set('test_silent', {}, 1);
    prometheus = await startPrometheus({ scrapeTargets: [source.target], scrapeInterval: '1s' });
    retune = await startRetune({ prometheusUrl: prometheus.url, rules: rules(team.url, pager.url) });
  }, 60_000);

  /** What a receiver was told of an alert: why, and its states with their severity. */
  const told = (server: CaptureServer, name: string): readonly string[] =>
    (server.json() as readonly Told[]).flatMap((message) =>
      message.alerts
        .filter(({ labels }) => labels['alertname'] === name)
        .map(({ status, labels }) =>
          `${message.notification_reason}: ${status} ${labels['severity'] ?? ''}`.trim(),
        ),
    );
  const healthOf = async (name: string): Promise<string | undefined> =>
    (await retune.get<Rules>('/api/rules')).groups
      .flatMap((group) => group.rules)
      .find((rule) => rule.name === name)?.health;

  it('is one alert that escalates, is routed anew, and is closed where it no longer belongs', async () => {
    source.set('test_value', {}, 15);
    await eventually(() => told(team, 'Severe').length === 1, 15_000);
    source.set('test_value', {}, 25);
    await eventually(() => told(team, 'Severe').length === 2 && told(pager, 'Severe').length === 1, 15_000);
    source.set('test_value', {}, 12);
    await eventually(() => told(pager, 'Severe').length === 2, 15_000);
    source.set('test_value', {}, 7);
    const { alerts } = await retune.get<{ alerts: { activeAt: string; labels: object }[] }>('/api/alerts');
    expect(alerts.filter(({ labels }) => 'severity' in labels)).toHaveLength(1);
    source.set('test_value', {}, 4);
    await eventually(() => told(team, 'Severe').length === 3, 15_000);
    expect(told(team, 'Severe')).toEqual([
      'first notification: firing warning',
      'alerts got worse: firing critical',
      'all alerts resolved: resolved warning',
    ]);
    expect(told(pager, 'Severe')).toEqual([
      'first notification: firing critical',
      'all alerts resolved: resolved critical',
    ]);
  }, 90_000);

  it('tells that nothing matches it', async () => {
    expect(await healthOf('Typo')).toBe('no_match');
    expect(await healthOf('Severe')).toBe('ok');
    const { groups } = await retune.get<Rules>('/api/rules');
    const key = groups.flatMap((group) => group.rules).find(({ name }) => name === 'Typo')?.key ?? '';
    const query = new URLSearchParams({ rule: key }).toString();
    await eventually(async () => {
      const { evaluations } = await retune.get<{ evaluations: readonly object[] }>(
        `/api/rules/history?${query}`,
      );
      expect(evaluations.length).toBeGreaterThan(3);
      expect(evaluations[0]).toMatchObject({ health: 'no_match', series: 0, worst: null });
    }, 20_000);
    expect((await fetch(`${retune.url}/api/rules/history?rule=x`)).status).toBe(404);
  });

  it('is taken back when a reload raises for, and fires again when that is over', async () => {
    await eventually(() => told(team, 'Hasty').length === 1, 15_000);
    const written = rules(team.url, pager.url);
    const reload = async (forTime: string): Promise<void> => {
      retune.writeRules(written.replace("'test_value > -1' }", `'test_value > -1', for: ${forTime} }`));
      expect((await retune.post('/-/reload', {})).status).toBe(200);
    };
    const state = async (): Promise<string> => {
      const { alerts } = await retune.get<{
        alerts: { state: string; activeAt: string; labels: Record<string, string> }[];
      }>('/api/alerts');
      const found = alerts.find(({ labels }) => labels['alertname'] === 'Hasty');
      return `${found?.state} since ${found?.activeAt}`;
    };
    const before = await state();
    await reload('1h');
    await eventually(() => told(team, 'Hasty').length === 2, 15_000);
    expect(await state()).toBe(before.replace('firing', 'pending'));
    await reload('1s');
    await eventually(() => told(team, 'Hasty').length === 3, 15_000);
    expect(await state()).toBe(before);
    expect(told(team, 'Hasty')).toEqual([
      'first notification: firing',
      'all alerts resolved: resolved',
      'first notification: firing',
    ]);
  }, 60_000);

  it('has an alert of its own when its series end, until they are back', async () => {
    source.remove('test_silent', {});
    await eventually(() => told(team, 'RetuneRuleNoData').length === 1, 20_000);
    expect(await healthOf('Silent')).toBe('no_match');
    source.set('test_silent', {}, 1);
    await eventually(() => told(team, 'RetuneRuleNoData').length === 2, 20_000);
    expect(told(team, 'Silent')).toEqual([]);
  }, 60_000);

  it('is covered by one alert when Prometheus is away, which ends when it is back', async () => {
    await prometheus.kill();
    await eventually(() => told(pager, 'RetunePrometheusDown').length === 1, 20_000);
    await prometheus.start();
    await eventually(() => told(pager, 'RetunePrometheusDown').length === 2, 30_000);
    expect(told(pager, 'RetunePrometheusDown')).toEqual([
      'first notification: firing critical',
      'all alerts resolved: resolved critical',
    ]);
    expect(told(team, 'RetuneRuleFailing')).toEqual([]);
  }, 90_000);
});

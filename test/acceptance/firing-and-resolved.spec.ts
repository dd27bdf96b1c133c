import { beforeAll, expect, it } from '@jest/globals';
import { describeWith } from '../support/binaries.js';
import { type CapturedRequest, CaptureServer } from '../support/capture-server.js';
import { eventually } from '../support/eventually.js';
import { MetricSource } from '../support/metric-source.js';
import { type TestPrometheus, startPrometheus } from '../support/prometheus.js';
import { type TestRetune, startRetune } from '../support/retune.js';

interface Told {
  readonly status: string;
  readonly alerts: readonly { readonly status: string; readonly labels: Record<string, string> }[];
}

interface Open {
  readonly activeAt: string;
  readonly state: string;
  readonly labels: Record<string, string>;
}

const told = (request: CapturedRequest): Told => JSON.parse(request.body) as Told;
const ofAlert = (sink: CaptureServer, name: string, status: string): CapturedRequest[] =>
  sink.requests.filter((request) => {
    const { alerts } = told(request);
    return alerts.some((alert) => alert.labels['alertname'] === name && alert.status === status);
  });
/** Distinct messages: a repeated attempt carries the id of the first. */
const distinct = (requests: readonly CapturedRequest[]): number =>
  new Set(requests.map(({ headers }) => headers['webhook-id'] ?? headers['idempotency-key'])).size;

const rules = (hook: string): string => `
groups:
  - name: fast
    interval: 1s
    rules:
      - { alert: High, expr: 'test_value > 10', labels: { severity: critical }, annotations: { summary: 'is {{ $value }}' } }
      - { alert: HighForLong, expr: 'test_slow > 10', for: 6s }
route: { receiver: hook, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h }
receivers: [{ name: hook, webhook_configs: [{ url: '${hook}' }] }]
`;

describeWith(['prometheus'], 'a rule on a real Prometheus', () => {
  let sink: CaptureServer;
  let source: MetricSource;
  let prometheus: TestPrometheus;
  let retune: TestRetune;

  beforeAll(async () => {
    [sink, source] = [await CaptureServer.start(), await MetricSource.start()];
    source.set('test_value', {}, 1);
    source.set('test_slow', {}, 1);
    prometheus = await startPrometheus({ scrapeTargets: [source.target], scrapeInterval: '1s' });
    retune = await startRetune({ prometheusUrl: prometheus.url, rules: rules(sink.url) });
  }, 60_000);

  const crosses = async (value: number): Promise<number> => {
    source.set('test_value', {}, value);
    await eventually(async () => (await prometheus.query('test_value'))[0]?.value === value, 10_000);
    return Date.now();
  };

  it('tells of it within interval + 2 s of the sample that crossed the line, and of its end likewise', async () => {
    const fired = await crosses(42);
    await eventually(() => ofAlert(sink, 'High', 'firing').length === 1, 10_000);
    expect(Date.now() - fired).toBeLessThan(3000);
    const resolved = await crosses(1);
    await eventually(() => ofAlert(sink, 'High', 'resolved').length === 1, 10_000);
    expect(Date.now() - resolved).toBeLessThan(3000);
  }, 60_000);

  it('changes no alert while Prometheus is away for 30 s, and says so in the health of the rule', async () => {
    await crosses(42);
    await eventually(() => ofAlert(sink, 'High', 'firing').length === 2, 10_000);
    const openAlerts = async (): Promise<Open[]> =>
      (await retune.get<{ alerts: Open[] }>('/api/alerts')).alerts;
    const before = await openAlerts();
    await prometheus.kill();
    const gone = Date.now();
    await eventually(async () => {
      const { groups } = await retune.get<{
        groups: { rules: { health: string; lastEvaluation: string }[] }[];
      }>('/api/rules');
      const rule = groups[0]?.rules[0];
      return rule?.health === 'error' && Date.parse(rule.lastEvaluation) - gone > 30_000;
    }, 45_000);
    const [down, ...away] = await openAlerts(); // the newest first
    expect(down?.labels['alertname']).toBe('RetunePrometheusDown');
    expect(away.map(({ activeAt, state }) => [activeAt, state])).toEqual(
      before.map(({ activeAt, state }) => [activeAt, state]),
    );
    await prometheus.start();
    await eventually(async () => {
      const { groups } = await retune.get<{ groups: { rules: { health: string }[] }[] }>('/api/rules');
      return groups[0]?.rules[0]?.health === 'ok';
    }, 20_000);
    expect(ofAlert(sink, 'High', 'resolved')).toHaveLength(1);
    await crosses(1);
    await eventually(() => ofAlert(sink, 'High', 'resolved').length === 2, 15_000);
  }, 120_000);

  it('keeps activeAt over a SIGKILL while pending, and tells once of firing and once of its end', async () => {
    source.set('test_slow', {}, 99);
    const pending = async (): Promise<string | undefined> =>
      (
        await retune.get<{ alerts: { labels: Record<string, string>; activeAt: string; state: string }[] }>(
          '/api/alerts',
        )
      ).alerts.find(({ labels }) => labels['alertname'] === 'HighForLong')?.activeAt;
    let activeAt: string | undefined;
    await eventually(async () => (activeAt = await pending()) !== undefined, 10_000);
    await retune.kill();
    await retune.start();
    await eventually(() => ofAlert(sink, 'HighForLong', 'firing').length > 0, 20_000);
    expect(await pending()).toBe(activeAt);
    await retune.kill();
    source.set('test_slow', {}, 1);
    await retune.start();
    await eventually(() => ofAlert(sink, 'HighForLong', 'resolved').length > 0, 45_000); // a killed attempt's lease is 25 s
    expect(distinct(ofAlert(sink, 'HighForLong', 'firing'))).toBe(1);
    expect(distinct(ofAlert(sink, 'HighForLong', 'resolved'))).toBe(1);
  }, 120_000);

  it('goes on with a delivery that a SIGKILL interrupted, under the same id', async () => {
    const known = sink.requests.length;
    sink.next('hang');
    await crosses(77);
    await sink.received(known + 1, 10_000);
    await retune.kill();
    await retune.start();
    await sink.received(known + 2, 50_000);
    const ids = sink.requests.slice(known).map(({ headers }) => headers['idempotency-key']);
    expect(new Set(ids).size).toBe(1);
    const { deliveries } = await retune.get<{ deliveries: { state: string }[] }>('/api/deliveries?limit=1');
    expect(['delivered', 'sending']).toContain(deliveries[0]?.state);
  }, 120_000);
});

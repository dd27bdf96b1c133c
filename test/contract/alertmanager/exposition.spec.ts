import { beforeAll, describe, expect, it } from '@jest/globals';
import { startAlertmanager } from '../../support/alertmanager.js';
import { describeWith } from '../../support/binaries.js';
import { CaptureServer } from '../../support/capture-server.js';
import { eventually } from '../../support/eventually.js';
import { startTestService, type TestService } from '../../support/service.js';

/** Families whose every sample is the same, whoever of the two answers. */
const SAME = [
  'alerts_received_total',
  'alerts_invalid_total',
  'silences',
  'receivers',
  'integrations',
  'config_last_reload_successful',
  'dispatcher_aggregation_groups',
  'notifications_total',
  'cluster_enabled',
];
const FAR = '2099-01-01T00:00:00Z';
const SILENCE = { createdBy: 'a', comment: 'c', startsAt: '2026-01-01T00:00:00Z', endsAt: FAR };

/** The metrics text of a server as values by name and sorted labels. */
async function scrape(url: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const samples = [...text.matchAll(/^(alertmanager_[a-z_]+)(?:\{(.*)\})? (\S+)$/gm)];
  return new Map(
    samples.map(([, name, labels = '', value]) => [
      `${name?.slice('alertmanager_'.length)} ${labels.split(',').toSorted().join(',')}`.trim(),
      Number(value),
    ]),
  );
}

async function post(url: string, path: string, body: unknown): Promise<void> {
  await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** One quiet alert, one inhibited one, one that is told, one that is wrong. */
async function use(url: string): Promise<void> {
  await post(url, '/api/v2/silences', {
    ...SILENCE,
    matchers: [{ name: 'alertname', value: 'Quiet', isRegex: false }],
  });
  const names = ['Quiet', 'Source', 'Target'];
  const alerts = names.map((alertname) => ({ labels: { alertname }, endsAt: FAR }));
  await post(url, '/api/v2/alerts', [...alerts, { labels: {} }]);
}

describeWith(['alertmanager'], "Alertmanager's metrics", () => {
  let config: string;
  let [service, values]: [TestService, readonly (readonly [string, number])[]] = [] as never;

  beforeAll(async () => {
    const target = await CaptureServer.start();
    config = `
route: { receiver: hook, group_by: [alertname], group_wait: 1s, group_interval: 1h }
receivers: [{ name: hook, webhook_configs: [{ url: '${target.url}', send_resolved: true }] }, { name: idle }]
inhibit_rules: [{ source_matchers: ['alertname="Source"'], target_matchers: ['alertname="Target"'] }]
`;
    service = await startTestService(config);
    const real = await startAlertmanager(config);
    await Promise.all([use(service.url), use(real.url)]);
    const told = 'notifications_total integration="webhook"';
    await eventually(async () => {
      const [ours, theirs] = await Promise.all([scrape(service.url), scrape(real.url)]);
      expect([ours.get(told), theirs.get(told)]).toEqual([1, 1]);
    }, 20_000);
    const theirs = await scrape(real.url);
    values = [...theirs].filter(([key]) => SAME.includes(key.split(' ')[0] as string));
  });

  it.each(SAME)('say the same of %s', async (family) => {
    const ours = await scrape(service.url);
    const expected = values.filter(([key]) => key.split(' ')[0] === family);
    // Receivers that nobody configured count nothing there, and are not listed here.
    const known = expected.filter(([key, value]) => value > 0 || ours.has(key));
    expect(known.length).toBeGreaterThan(0);
    expect(known.map(([key]) => [key, ours.get(key)])).toEqual(known);
  });

  it('count the alerts by what becomes of them', async () => {
    const ours = await scrape(service.url);
    const states = ['active', 'suppressed', 'unprocessed'].map((state) =>
      ours.get(`alerts state="${state}"`),
    );
    expect(states).toEqual([1, 2, 0]);
  });

  it('tell that attempts fail, and why', async () => {
    const target = await CaptureServer.start();
    target.otherwise(() => ({ status: 400, body: 'no' }));
    const own = `
route: { receiver: hook, routes: [{ matchers: [alertname=~"Retune.*"], receiver: idle }], group_wait: 0s }
receivers: [{ name: hook, webhook_configs: [{ url: '${target.url}' }] }, { name: idle }]
`;
    const failing = await startTestService(own);
    await use(failing.url);
    await eventually(async () => {
      const ours = await scrape(failing.url);
      const reasons = ['clientError', 'other'].map((reason) =>
        ours.get(`notifications_failed_total integration="webhook",reason="${reason}"`),
      );
      expect(reasons).toEqual([1, 0]);
    }, 20_000);
  });

  it('name the version whose API is spoken, where karma reads it', async () => {
    const text = await (await fetch(`${service.url}/metrics`)).text();
    expect(text).toMatch(/^alertmanager_build_info\{.*version="0\.33\.\d+".*\} 1$/m);
  });

  it('stand under the prefix, too', async () => {
    const prefixed = await startTestService(config, { RETUNE_ALERTMANAGER_PREFIX: '/am' });
    expect((await scrape(`${prefixed.url}/am`)).get('receivers')).toBe(1);
  });

  describe('without a database', () => {
    it('leave out what cannot be read, and tell the rest', async () => {
      const lonely = await startTestService(config);
      await lonely.postgres.stop();
      const ours = await scrape(lonely.url);
      expect([ours.get('receivers'), ours.has('alerts state="active"')]).toEqual([1, false]);
    });
  });
});

import { beforeAll, describe, expect, it } from '@jest/globals';
import { CaptureServer } from '../support/capture-server.js';
import { eventually } from '../support/eventually.js';
import { type TestRetune, startRetune } from '../support/retune.js';

interface Configuration {
  readonly configHash: string;
  readonly loadedAt: string;
  readonly lastReload: { readonly at: string; readonly result: Result } | null;
}
type Result =
  | { readonly ok: true; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly errors: readonly string[] };

/** Rules with one alert of that name, told to a webhook. */
const rules = (name: string, hook: string): string => `
groups:
  - name: g
    interval: 1h
    rules: [{ alert: ${name}, expr: up == 0 }]
route: { receiver: hook, group_by: [alertname], group_wait: 0s, group_interval: 1s }
receivers: [{ name: hook, webhook_configs: [{ url: '${hook}' }] }]
`;

describe('a reload', () => {
  let [retune, first, second]: [TestRetune, CaptureServer, CaptureServer] = [] as never;

  beforeAll(async () => {
    [first, second] = [await CaptureServer.start(), await CaptureServer.start()];
    retune = await startRetune({ prometheusUrl: 'http://127.0.0.1:1', rules: rules('First', first.url) });
  }, 60_000);

  const configuration = (): Promise<Configuration> => retune.get('/api/configuration');
  const ruleNames = async (): Promise<readonly string[]> => {
    const { groups } = await retune.get<{ groups: { rules: { name: string }[] }[] }>('/api/rules');
    return groups.flatMap((group) => group.rules.map(({ name }) => name));
  };
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${retune.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
  };
  const journal = async (): Promise<readonly string[]> => {
    const { entries } = await retune.get<{ entries: { summary: string }[] }>(
      '/api/journal?kind=configuration',
    );
    return entries.map(({ summary }) => summary);
  };
  const hangUp = (): void => {
    process.kill(retune.pid as number, 'SIGHUP');
  };
  const receiveAlert = async (alertname: string): Promise<void> => {
    const alert = {
      status: 'firing',
      labels: { alertname },
      annotations: {},
      startsAt: new Date().toISOString(),
    };
    expect((await retune.post('/webhooks/alertmanager', { version: '4', alerts: [alert] })).status).toBe(200);
  };

  it('is not needed at the start: the configuration is in force', async () => {
    expect(await ruleNames()).toEqual(['First']);
    expect(await metric('retune_config_last_reload_successful')).toBe(1);
    expect((await configuration()).lastReload).toBeNull();
  });

  it('over HTTP puts good files in force at once: rules, receivers, hash and metric', async () => {
    const before = await configuration();
    await receiveAlert('BeforeReload');
    await first.received(1);
    retune.writeRules(rules('Second', second.url));
    expect(await retune.post('/-/reload', {})).toMatchObject({ status: 200, body: { ok: true } });
    expect(await ruleNames()).toEqual(['Second']);
    const after = await configuration();
    expect(after.configHash).not.toBe(before.configHash);
    expect(after.lastReload?.result).toMatchObject({ ok: true });
    expect(await metric('retune_config_last_reload_successful')).toBe(1);
    expect(await metric('retune_config_last_reload_success_timestamp_seconds')).toBe(
      Date.parse(after.loadedAt) / 1000,
    );
    await receiveAlert('AfterReload');
    await eventually(() => second.requests.some(({ body }) => body.includes('AfterReload')));
    expect(first.requests.some(({ body }) => body.includes('AfterReload'))).toBe(false);
    expect((await journal())[0]).toMatch(/^configuration reloaded: 1 file, 1 group, 1 rule, 1 receiver/);
  }, 30_000);

  it('over HTTP refuses bad files with every error, and all that was in force stays so', async () => {
    const before = await configuration();
    retune.writeRules(rules('Third', first.url).replace('1h', 'sometimes').replace('up == 0', 'up =='));
    const { status, body } = await retune.post('/-/reload', {});
    expect(status).toBe(400);
    expect(body).toMatchObject({
      ok: false,
      errors: [
        expect.stringMatching(
          /rules\.yml:4:15 groups\[0\]\.interval: expected a duration such as 5m, got "sometimes"$/,
        ),
        expect.stringMatching(/rules\.yml:5:\d+ groups\[0\]\.rules\[0\]\.expr: /),
      ],
    });
    const after = await configuration();
    expect([after.configHash, after.loadedAt]).toEqual([before.configHash, before.loadedAt]);
    expect(after.lastReload?.result).toEqual(body);
    expect(await ruleNames()).toEqual(['Second']);
    expect(await metric('retune_config_last_reload_successful')).toBe(0);
    expect(await metric('retune_config_last_reload_success_timestamp_seconds')).toBe(
      Date.parse(before.loadedAt) / 1000,
    );
    await receiveAlert('AfterRefusal');
    await eventually(() => second.requests.some(({ body: told }) => told.includes('AfterRefusal')));
    expect((await journal())[0]).toContain('reload refused, the running configuration stays: ');
    expect((await fetch(`${retune.url}/readyz`)).status).toBe(200);
  }, 30_000);

  it('by SIGHUP refuses bad files too, and the service goes on', async () => {
    const before = await configuration();
    retune.writeRules('groups: {');
    hangUp();
    await eventually(async () => {
      const { lastReload, configHash } = await configuration();
      expect(lastReload?.at).not.toBe(before.lastReload?.at);
      expect(lastReload?.result).toMatchObject({ ok: false });
      expect(configHash).toBe(before.configHash);
    });
    expect(await ruleNames()).toEqual(['Second']);
  }, 30_000);

  it('by SIGHUP puts good files in force', async () => {
    retune.writeRules(rules('Fourth', second.url));
    hangUp();
    await eventually(async () =>
      expect((await configuration()).lastReload?.result).toMatchObject({ ok: true }),
    );
    expect(await ruleNames()).toEqual(['Fourth']);
    expect(await metric('retune_config_last_reload_successful')).toBe(1);
  }, 30_000);

  it('of files that did not change changes nothing', async () => {
    const before = await configuration();
    const known = second.requests.length;
    expect((await retune.post('/-/reload', {})).status).toBe(200);
    expect((await configuration()).configHash).toBe(before.configHash);
    await receiveAlert('AfterSame');
    await eventually(() => second.requests.some(({ body }) => body.includes('AfterSame')));
    const told = second.requests.slice(known).map(({ body }) => body);
    expect(told.filter((body) => !body.includes('AfterSame'))).toEqual([]);
  }, 30_000);
});

import { beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { describeWith } from '../support/binaries.js';
import { type CapturedRequest, CaptureServer } from '../support/capture-server.js';
import { eventually } from '../support/eventually.js';
import { MetricSource } from '../support/metric-source.js';
import { startPostgres } from '../support/postgres.js';
import { type TestPrometheus, startPrometheus } from '../support/prometheus.js';
import { startRedis } from '../support/redis.js';
import { type TestRetune, startRetune } from '../support/retune.js';

/** One service with its queues in one of the two places, and everything it talks to. */
interface Side {
  readonly backend: 'postgres' | 'redis';
  readonly retune: TestRetune;
  /** Takes most notifications, those about a target that fails, and those of a target that fails. */
  readonly hook: CaptureServer;
  readonly ops: CaptureServer;
  readonly broken: CaptureServer;
  readonly ci: CaptureServer;
  /** Keeps the queues from taking anything, without ending the service. */
  blockQueues(): Promise<void>;
  freeQueues(): Promise<void>;
}

interface Run {
  readonly id: string;
  readonly state: string;
  readonly reason: string;
  readonly claimedBy?: string;
  readonly newVersion?: string;
  readonly verification?: {
    readonly result: string;
    readonly accuracy: number;
    readonly baselineAccuracy: number;
  };
}
interface Callback {
  readonly url: string;
  readonly claim_url: string;
  readonly token: string;
}

const rules = (hook: string, ops: string, broken: string, ci: string): string => `
groups:
  - name: fast
    interval: 1s
    rules:
      - { alert: High, expr: 'test_value > 10' }
      - { alert: IrisAccuracyLow, accuracy: { model: iris, below: 0.9, window: 5m }, labels: { severity: critical } }
policies:
  - name: iris-retrain
    model: iris
    mode: auto
    trigger: { any: [IrisAccuracyLow] }
    cooldown: 0s
    run: train
    verify: { new_version_within: 5m, soak: 0s, window: 10s, deadline: 5m, min_samples: 100 }
ci:
  - name: train
    webhook: { url: '${ci}/runs', secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }
route:
  receiver: hook
  group_by: [alertname]
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 1h
  routes:
    - { matchers: ['alertname="RetuneDeliveryFailed"'], receiver: ops, group_by: [failed_receiver] }
    - { matchers: ['alertname=~"Broken.*"'], receiver: broken }
receivers:
  - { name: hook, webhook_configs: [{ url: '${hook}' }] }
  - { name: ops, webhook_configs: [{ url: '${ops}' }] }
  - { name: broken, webhook_configs: [{ url: '${broken}' }] }
`;

const about = (server: CaptureServer, alertname: string, status = 'firing'): readonly CapturedRequest[] =>
  server.requests.filter(({ body }) => {
    const told = JSON.parse(body) as { alerts: { status: string; labels: Record<string, string> }[] };
    return told.alerts.some((alert) => alert.labels['alertname'] === alertname && alert.status === status);
  });
const idOf = ({ headers }: CapturedRequest): string | undefined => headers['idempotency-key'];

async function startSide(backend: Side['backend'], prometheusUrl: string): Promise<Side> {
  const [hook, ops, broken, ci] = await Promise.all([
    CaptureServer.start(),
    CaptureServer.start(),
    CaptureServer.start(),
    CaptureServer.start(),
  ]);
  const given = { prometheusUrl, rules: rules(hook.url, ops.url, broken.url, ci.url) };
  if (backend === 'redis') {
    const redis = await startRedis();
    const retune = await startRetune({ ...given, env: { REDIS_URL: redis.url } });
    return {
      backend,
      retune,
      hook,
      ops,
      broken,
      ci,
      blockQueues: () => redis.stop(),
      freeQueues: () => redis.start(),
    };
  }
  const postgres = await startPostgres();
  const retune = await startRetune({ ...given, env: { DATABASE_URL: postgres.url } });
  let blocker: pg.Client | undefined;
  const blockQueues = async (): Promise<void> => {
    blocker = new pg.Client(postgres.url);
    await blocker.connect();
    await blocker.query('begin');
    await blocker.query('lock table bullmq.job in share row exclusive mode');
  };
  return { backend, retune, hook, ops, broken, ci, blockQueues, freeQueues: async () => blocker?.end() };
}

describeWith(['prometheus', 'redis'], 'with the queues on PostgreSQL and on Redis', () => {
  let [source, prometheus, sides]: [MetricSource, TestPrometheus, readonly Side[]] = [] as never;

  beforeAll(async () => {
    source = await MetricSource.start();
    source.set('test_value', {}, 1);
    count('7', 0, 0);
    prometheus = await startPrometheus({ scrapeTargets: [source.target], scrapeInterval: '1s' });
    sides = await Promise.all([startSide('postgres', prometheus.url), startSide('redis', prometheus.url)]);
  }, 90_000);

  /** Serves and labels that many predictions more. */
  function count(version: string, right: number, wrong: number): void {
    const labels = { model_name: 'iris', model_version: version };
    source.add('model_prediction_requests_total', labels, right + wrong);
    source.add('model_labeled_predictions_total', { ...labels, outcome: 'correct' }, right);
    source.add('model_labeled_predictions_total', { ...labels, outcome: 'incorrect' }, wrong);
  }
  /** The same on both sides, at the same time; a failure says on which. */
  const onBoth = (work: (side: Side) => Promise<void>): Promise<unknown> =>
    Promise.all(
      sides.map((side) =>
        work(side).catch((error: Error) => {
          error.message = `on ${side.backend}: ${error.message}`;
          throw error;
        }),
      ),
    );
  const receiveAlert = async ({ retune }: Side, alertname: string): Promise<void> => {
    const alert = { status: 'firing', labels: { alertname }, startsAt: new Date().toISOString() };
    const { status } = await retune.post('/webhooks/alertmanager', { version: '4', alerts: [alert] });
    expect(status).toBe(200);
  };
  const journal = async ({ retune }: Side, query: string): Promise<readonly string[]> => {
    const { entries } = await retune.get<{ entries: readonly { summary: string }[] }>(
      `/api/journal?${query}`,
    );
    return entries.map(({ summary }) => summary);
  };
  const latestRun = async ({ retune }: Side): Promise<Run> => {
    const { runs } = await retune.get<{ runs: readonly Run[] }>('/api/runs?model=iris');
    expect(runs).toHaveLength(1);
    return runs[0] as Run;
  };
  const call = async (url: string, token: string, body: object): Promise<number> => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status;
  };

  it('a notification that its target does not take is tried again, under the same id, and told once', async () => {
    for (const { hook } of sides) hook.next({ status: 500 });
    source.set('test_value', {}, 42);
    await onBoth(async ({ hook, retune }) => {
      await eventually(() => about(hook, 'High').length === 2);
      expect(new Set(about(hook, 'High').map(idOf)).size).toBe(1);
      await eventually(async () => {
        const { deliveries } = await retune.get<{ deliveries: { state: string; attempts: number }[] }>(
          '/api/deliveries',
        );
        expect(deliveries).toMatchObject([{ state: 'delivered', attempts: 2 }]);
      });
    });
    source.set('test_value', {}, 1);
    await onBoth(async ({ hook }) => {
      await eventually(() => about(hook, 'High', 'resolved').length === 1);
      expect(about(hook, 'High')).toHaveLength(2);
    });
  }, 60_000);

  it('a target that is broken is told of elsewhere, until it takes something again', async () => {
    await onBoth(async (side) => {
      const { broken, ops } = side;
      broken.otherwise({ status: 404, body: 'no such channel' });
      await receiveAlert(side, 'BrokenFirst');
      await eventually(() => about(ops, 'RetuneDeliveryFailed').length === 1);
      const [failed] = await journal(side, 'kind=delivery_failed');
      expect(failed).toMatch(/^broken\/webhook\/0 was not told yet, trying on \(not_found: HTTP 404/);
      broken.otherwise({ status: 200 });
      await receiveAlert(side, 'BrokenSecond');
      await eventually(() => about(ops, 'RetuneDeliveryFailed', 'resolved').length === 1);
      await eventually(() => about(broken, 'BrokenFirst').length === 2); // at once, not after the minute it had to wait
      expect(new Set(about(broken, 'BrokenFirst').map(idOf)).size).toBe(1);
      expect(await journal(side, 'kind=delivered')).toContain('broken/webhook/0 was told (first, attempt 1)');
      await eventually(async () =>
        expect(await journal(side, 'kind=delivered')).toContain(
          'broken/webhook/0 was told (first, attempt 2)',
        ),
      );
      const told = await journal(side, 'kind=transition');
      expect(told.filter((text) => text.startsWith('RetuneDeliveryFailed'))).toEqual([
        'RetuneDeliveryFailed firing → resolved: what it told of is over',
        'RetuneDeliveryFailed inactive → firing: Retune raised it',
      ]);
    });
  }, 60_000);

  it('a model that got worse is retrained once, and believed only on live metrics', async () => {
    for (const { ci } of sides) ci.next('reset'); // the request arrives, its answer is lost
    count('7', 100, 100);
    await onBoth(async (side) => {
      const { ci, hook } = side;
      await ci.received(1, 30_000);
      await eventually(() => about(hook, 'RetrainingUnclear').length === 1);
      expect(await latestRun(side)).toMatchObject({ state: 'ambiguous', reason: 'ask_person' });

      const { data } = JSON.parse(ci.requests[0]?.body ?? '') as {
        data: { model: string; current_version: string; callback: Callback };
      };
      expect(data).toMatchObject({ model: 'iris', current_version: '7' });
      const { url, claim_url, token } = data.callback;
      expect(await call(claim_url, 'guessed', { run_id: 'build-1' })).toBe(401);
      expect(await call(claim_url, token, { run_id: 'build-1' })).toBe(200);
      expect(await call(claim_url, token, { run_id: 'build-2' })).toBe(409);
      expect(await call(claim_url, token, { run_id: 'build-1' })).toBe(200);
      expect(await latestRun(side)).toMatchObject({ state: 'running', claimedBy: 'build-1' });
      await eventually(() => about(hook, 'RetrainingUnclear', 'resolved').length === 1);

      const report = { run_id: 'build-1', status: 'succeeded', model_version: '8' };
      expect(await call(url, token, report)).toBe(200);
      expect(await call(url, token, report)).toBe(200);
      expect(await latestRun(side)).toMatchObject({ state: 'succeeded', newVersion: '8' });
    });

    count('8', 0, 0);
    await eventually(async () => (await prometheus.query('model_labeled_predictions_total')).length === 4);
    count('8', 290, 10);
    await onBoth(async (side) => {
      await eventually(async () => expect((await latestRun(side)).state).toBe('verified'), 40_000);
      const { verification } = await latestRun(side);
      expect(verification?.accuracy).toBeGreaterThan(0.9);
      expect(verification?.baselineAccuracy).toBeLessThan(0.6);
      expect(side.ci.requests).toHaveLength(1);
      const steps = (await journal(side, 'kind=run')).toReversed();
      expect(
        steps.map((text) => text.replace(/^retraining iris \(rt-\w+\) /, '').replace(/, as .*/, '')),
      ).toEqual([
        'queued: decided',
        'queued → triggering: sending',
        'triggering → ambiguous: answer lost',
        'ambiguous: ask person',
        'ambiguous → running: claimed',
        'running → succeeded: succeeded in ci, new version 8',
        'succeeded → soaking: version seen',
        expect.stringMatching(/^soaking → verified: verified, better_than_baseline/),
      ]);
      await eventually(async () => {
        expect(await journal(side, 'kind=incident')).toContainEqual(
          expect.stringMatching(/^incident inc-\w+ of iris closed: run verified$/),
        );
      });
    });
  }, 120_000);

  it('a SIGKILL between the commit of a delivery and its queue loses nothing and tells nothing twice', async () => {
    await onBoth(async (side) => {
      const { retune, hook } = side;
      await side.blockQueues();
      await receiveAlert(side, 'Killed');
      await eventually(async () => {
        const { deliveries } = await retune.get<{
          deliveries: {
            state: string;
            message: { groupLabels: { alertname: string } };
            enqueued_at: string | null;
          }[];
        }>('/api/deliveries?limit=1');
        expect(deliveries[0]).toMatchObject({
          state: 'queued',
          enqueued_at: null,
          message: { groupLabels: { alertname: 'Killed' } },
        });
      });
      await retune.kill();
      expect(about(hook, 'Killed')).toEqual([]);
      await side.freeQueues();
      await retune.start();
      await eventually(() => about(hook, 'Killed').length === 1, 30_000);
      await receiveAlert(side, 'AfterKill');
      await eventually(() => about(hook, 'AfterKill').length === 1);
      expect(about(hook, 'Killed')).toHaveLength(1);
    });
  }, 90_000);
});

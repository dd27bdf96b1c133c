import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { HttpClient } from '../../../src/platform/http.client.js';
import { BuildbotConfig } from '../../../src/retraining/ci/buildbot/config.js';
import { buildbot } from '../../../src/retraining/ci/buildbot/index.js';
import type { CiIo, CiRef, CiStatus, RunRequest } from '../../../src/retraining/ci/ci-provider.js';
import { describeWith } from '../../support/binaries.js';
import { type TestBuildbot, startBuildbot } from '../../support/buildbot.js';
import { CaptureServer } from '../../support/capture-server.js';
import { ChaosProxy } from '../../support/chaos-proxy.js';
import { eventually } from '../../support/eventually.js';

/** Every test watches another process, which a busy machine slows down. */
const WITHIN_MS = 60_000;
const window = { from: '2026-03-10T06:00:00.000Z', to: '2026-03-10T12:00:00.000Z' };
let [server, proxy, callback]: [TestBuildbot, ChaosProxy, CaptureServer] = [] as never;
const http = new HttpClient();
const io: CiIo = {
  http,
  reveal: (secret) => secret.reveal(async () => ''),
  get now() {
    return new Date();
  },
};

let runs = 0;
const newRun = (): RunRequest => ({
  correlationId: `rt-${String(++runs).padStart(26, '0')}`,
  model: 'iris',
  reason: { kind: 'accuracy', summary: '"; rm -rf / # `id`', requestedBy: 'policy:iris' },
  evidence: [],
  windows: { drifted: window, training: window },
  links: {},
  deadline: '2026-03-10T19:00:00.000Z',
  requestedAt: '2026-03-10T12:00:00.000Z',
  callback: { url: `${callback.url}/report`, claimUrl: `${callback.url}/claim`, token: 'ONCE' },
});
const configOf = (scheduler: string, builder: string, parameters: object = {}): BuildbotConfig =>
  BuildbotConfig.parse({ url: proxy.url, scheduler, builder, parameters });
const act = (what: string, version = '8', builder = 'act'): BuildbotConfig =>
  configOf('act', builder, { act: what, version });

/** Triggers, and gives back the run with what leads to it. */
async function started(config: BuildbotConfig): Promise<{
  readonly run: RunRequest;
  readonly ref: CiRef;
  status(): Promise<CiStatus>;
  reaches(state: CiStatus['state']): Promise<CiStatus>;
}> {
  const run = newRun();
  const result = await buildbot.trigger(run, config, io);
  expect(result).toMatchObject({ kind: 'triggered', adopted: false });
  const ref = (result as { ref: CiRef }).ref;
  const status = (): Promise<CiStatus> => buildbot.status(ref, run.correlationId, config, io);
  const reaches = (state: CiStatus['state']): Promise<CiStatus> =>
    eventually(async () => {
      const now = await status();
      if (now.state !== state) throw new Error(`expected ${state}, got ${JSON.stringify(now)}`);
      return now;
    });
  return { run, ref, status, reaches };
}
const find = (correlationId: string): Promise<readonly CiRef[]> | undefined =>
  buildbot.find?.(correlationId, new Date(), act('ok'), io);

describeWith(['buildbot'], 'a real Buildbot', () => {
  beforeAll(async () => {
    server = await startBuildbot();
    proxy = await ChaosProxy.start(server.url);
    callback = await CaptureServer.start();
  }, WITHIN_MS);
  beforeEach(() => {
    proxy.script = () => 'none';
    proxy.requests.length = 0;
  });
  afterAll(() => http.onApplicationShutdown());

  it(
    'runs what it is told, to a success that names its version',
    async () => {
      const { ref, run, reaches } = await started(act('ok', '9'));
      const status = await reaches('succeeded');
      expect(status).toMatchObject({ modelVersion: '9', nothingRan: false, ref: { id: ref.id } });
      expect(status.ref?.url).toMatch(/\/#\/builders\/\d+\/builds\/\d+$/);
      expect(await server.requestsOf(run.correlationId)).toMatchObject([
        { id: ref.id, complete: true, results: 0 },
      ]);
    },
    WITHIN_MS,
  );

  it.each(['fail', 'timeout'])(
    'tells of one that comes to a %s',
    async (what) => {
      const { reaches } = await started(act(what));
      const status = await reaches('failed');
      expect(status).toMatchObject({
        raw: 'complete/2',
        nothingRan: false,
        detail: expect.stringMatching(/^failed/),
      });
    },
    WITHIN_MS,
  );

  it(
    'keeps what waits apart from what runs, finds both, and cancels both',
    async () => {
      const first = await started(act('wait'));
      await first.reaches('running');
      const second = await started(act('wait'));
      expect(await second.status()).toMatchObject({ state: 'queued' });
      expect(await find(first.run.correlationId)).toMatchObject([{ id: first.ref.id }]);
      expect(await find(second.run.correlationId)).toMatchObject([{ id: second.ref.id }]);
      expect(await find('rt-nobody')).toEqual([]);

      expect(await buildbot.cancel?.(second.ref, act('wait'), io)).toBe('requested');
      expect(await second.reaches('cancelled')).toMatchObject({ raw: 'complete/6' });
      expect(await first.status()).toMatchObject({ state: 'running' });
      expect(await buildbot.cancel?.(first.ref, act('wait'), io)).toBe('requested');
      await first.reaches('cancelled');
      expect(await buildbot.cancel?.(first.ref, act('wait'), io)).toBe('already_finished');
      expect(await first.status()).toMatchObject({ state: 'cancelled' });
    },
    WITHIN_MS,
  );

  it.each<[string, () => BuildbotConfig, object]>([
    [
      'a scheduler that is not there',
      () => configOf('nobody', 'act'),
      { reason: 'not_found', detail: expect.stringContaining('there is no force scheduler nobody') },
    ],
    [
      'a builder of another scheduler',
      () => configOf('act', 'train'),
      { reason: 'not_found', detail: expect.stringContaining('act has no builder train') },
    ],
    [
      'a parameter that is missing',
      () => configOf('act', 'act'),
      { reason: 'invalid_request', detail: expect.stringContaining("'act' needs to be specified") },
    ],
  ])(
    'refuses %s, and runs nothing',
    async (_what, config, expected) => {
      const run = newRun();
      expect(await buildbot.trigger(run, config(), io)).toMatchObject({
        kind: 'refused',
        retryable: false,
        ...expected,
      });
      expect(await server.requestsOf(run.correlationId)).toEqual([]);
    },
    WITHIN_MS,
  );

  it.each<[string, () => BuildbotConfig, readonly string[]]>([
    ['finds nothing wrong with one that fits', () => act('ok'), ['not_checked']],
    ['misses a scheduler', () => configOf('nobody', 'act'), ['not_found']],
    ['misses a builder', () => act('ok', '8', 'train'), ['not_found', 'not_checked']],
    ['misses a required parameter', () => configOf('act', 'act'), ['inputs_missing', 'not_checked']],
    [
      'misses what is not declared',
      () => configOf('forgetful', 'act'),
      ['inputs_not_declared', 'not_checked'],
    ],
  ])(
    '%s before the first run, and starts nothing',
    async (_what, config, reasons) => {
      const before = await server.countRequests();
      const found = (await buildbot.preflight?.(config(), io)) ?? [];
      expect(found.map(({ reason }) => reason)).toEqual(reasons);
      expect(await server.countRequests()).toEqual(before);
    },
    WITHIN_MS,
  );

  it(
    'takes no scheduler that forgets the correlation id for proof that nothing runs',
    async () => {
      const { run, ref } = await started(configOf('forgetful', 'act'));
      expect(ref.id).toMatch(/^\d+$/);
      const search = buildbot.find?.(run.correlationId, new Date(), configOf('forgetful', 'act'), io);
      await expect(search).rejects.toThrow('expected a parameter correlation_id of forgetful');
    },
    WITHIN_MS,
  );

  it.each(['swallow_answer', 'gateway_after'] as const)(
    'is in doubt after %s, and the search finds the one run',
    async (fault) => {
      proxy.script = ({ method }) => (method === 'POST' ? fault : 'none');
      const run = newRun();
      expect(await buildbot.trigger(run, act('ok'), io)).toMatchObject({ kind: 'ambiguous' });
      const [found, ...others] = (await find(run.correlationId)) ?? [];
      expect(others).toEqual([]);
      expect(await server.requestsOf(run.correlationId)).toMatchObject([{ id: found?.id }]);
      expect(proxy.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
    },
    WITHIN_MS,
  );

  it(
    'is in doubt as well where the request never arrived, and the search finds nothing',
    async () => {
      proxy.script = ({ method }) => (method === 'POST' ? 'swallow_request' : 'none');
      const run = newRun();
      expect(await buildbot.trigger(run, act('ok'), io)).toMatchObject({ kind: 'ambiguous' });
      expect(await find(run.correlationId)).toEqual([]);
      proxy.script = () => 'swallow_answer';
      await expect(find(run.correlationId)).rejects.toThrow('searching Buildbot');
    },
    WITHIN_MS,
  );

  it(
    'goes on with a run over a SIGKILL of Buildbot, although its build is another one then',
    async () => {
      const { run, ref, status, reaches } = await started(act('wait'));
      await reaches('running');
      const waiting = await started(act('ok'));
      await server.kill();
      expect(await status()).toMatchObject({ state: 'unknown' });
      await server.start();
      await reaches('running');
      server.open(run.correlationId);
      expect(await reaches('succeeded')).toMatchObject({ modelVersion: '8', ref: { id: ref.id } });
      const [request, ...others] = await server.requestsOf(run.correlationId);
      expect(others).toEqual([]);
      expect(request?.builds.map(({ results }) => results)).toEqual([5, 0]);
      await waiting.reaches('succeeded');
    },
    WITHIN_MS,
  );

  it(
    'runs the pipeline of our README: it claims with the id of its request, and ends where the claim is refused',
    async () => {
      callback.next({ status: 200, body: { claimed: true } });
      const granted = await started(configOf('retrain', 'train'));
      expect(await granted.reaches('succeeded')).toMatchObject({ modelVersion: '8' });
      expect(callback.requests).toMatchObject([
        {
          path: '/claim',
          headers: { authorization: 'Bearer ONCE' },
          body: `{"run_id": "${granted.ref.id}"}`,
        },
      ]);
      callback.next({ status: 409 });
      const refused = await started(configOf('retrain', 'train'));
      expect(await refused.reaches('failed')).not.toHaveProperty('modelVersion');
    },
    WITHIN_MS,
  );
});

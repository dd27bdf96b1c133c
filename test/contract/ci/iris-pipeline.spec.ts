import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPipeline } from '../../../examples/iris/pipeline.js';
import { HttpClient } from '../../../src/platform/http.client.js';
import type { CiIo, RunRequest } from '../../../src/retraining/ci/ci-provider.js';
import { WebhookConfig } from '../../../src/retraining/ci/webhook/config.js';
import { webhook } from '../../../src/retraining/ci/webhook/index.js';
import { freePort } from '../../support/free-port.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const ID = 'rt-01kkbt4s00000000000000000a';
const window = { from: '2026-03-10T06:00:00.000Z', to: '2026-03-10T12:00:00.000Z' };
const request: RunRequest = {
  correlationId: ID,
  model: 'iris-classifier',
  reason: { kind: 'accuracy', summary: 'accuracy 0.88', requestedBy: 'policy:iris' },
  evidence: [],
  windows: { drifted: window, training: window },
  links: {},
  deadline: '2026-03-10T19:00:00.000Z',
  requestedAt: '2026-03-10T12:00:00.000Z',
};

const http = new HttpClient();
let pipeline: Awaited<ReturnType<typeof startPipeline>>;
beforeAll(async () => {
  // Nobody listens where the model server should be: the run is taken, and fails or waits in its own time.
  const modelServer = `http://127.0.0.1:${await freePort()}`;
  const settings = { modelServer, mostRows: 300, leastRows: 100, seed: 3 };
  pipeline = await startPipeline({ host: '127.0.0.1', port: 0, secret: SECRET, ...settings });
});
afterAll(async () => {
  await pipeline.close();
  http.onApplicationShutdown();
});

describe('the webhook of the iris pipeline', () => {
  const configOf = (secret: string): WebhookConfig =>
    WebhookConfig.parse({
      url: `${pipeline.url}/runs`,
      status_url: `${pipeline.url}/runs/{correlation_id}`,
      secret,
    });
  const io = (): CiIo => ({ http, reveal: (secret) => secret.reveal(async () => ''), now: new Date() });

  it('refuses a request signed with another secret', async () => {
    const other = configOf(`whsec_${Buffer.alloc(24, 9).toString('base64')}`);
    expect(await webhook.trigger(request, other, io())).toMatchObject({
      kind: 'refused',
      reason: 'unauthorized',
    });
  });

  it('takes a run once, tells it again when it is repeated, and shows how it fares', async () => {
    const config = configOf(SECRET);
    expect(await webhook.find?.(ID, new Date(), config, io())).toEqual([]);
    const first = await webhook.trigger(request, config, io());
    const again = await webhook.trigger(request, config, io());
    expect(first).toMatchObject({
      kind: 'triggered',
      adopted: false,
      ref: { id: expect.stringMatching(/^train-/) },
    });
    expect(again).toEqual({ ...first, adopted: true });
    const [found] = (await webhook.find?.(ID, new Date(), config, io())) ?? [];
    const ref = first.kind === 'triggered' ? first.ref : undefined;
    expect(found?.id).toBe(ref?.id);
    expect(await webhook.status(ref ?? { id: '' }, ID, config, io())).toMatchObject({
      state: expect.stringMatching(/^(queued|running|failed)$/),
      ref: { id: ref?.id },
    });
  });
});

import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { accuracy } from './classifier.js';
import { parseJson, serve, type Call, type Listening } from './http-json.js';
import type { ModelFile } from './model-file.js';
import { startPipeline, type PipelineRun } from './pipeline.js';
import { seededRandom } from './random.js';
import { nextVersion } from './retrain.js';
import { readRunOrder } from './run-order.js';
import { drawRows } from './sensor.js';
import { firstModel, startServer } from './server.js';

const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const HOST = { host: '127.0.0.1', port: 0 };
const MODEL = firstModel('iris-classifier', 1, new Date());

let server: Awaited<ReturnType<typeof startServer>>;
let pipeline: Awaited<ReturnType<typeof startPipeline>>;
let retune: Listening;
let heard: { path: string; authorization: string | undefined; body: Record<string, unknown> }[];
let claimStatus: number;
let ended: Promise<PipelineRun>;

beforeEach(async () => {
  heard = [];
  claimStatus = 200;
  const hear = ({ path, headers, body }: Call) => {
    heard.push({
      path,
      authorization: headers.authorization,
      body: parseJson(body) as Record<string, unknown>,
    });
  };
  retune = await serve(HOST.host, HOST.port, {
    'POST /claim': (call) => {
      hear(call);
      return { status: claimStatus };
    },
    'POST /report': (call) => {
      hear(call);
      return { status: 202 };
    },
  });
  server = await startServer({ ...HOST, model: MODEL });
  let end: (run: PipelineRun) => void;
  ended = new Promise((resolve) => {
    end = resolve;
  });
  pipeline = await startPipeline({
    ...HOST,
    modelServer: server.url,
    mostRows: 400,
    leastRows: 100,
    seed: 3,
    secret: SECRET,
    onRun: (run) => {
      if (run.finished_at !== undefined) end(run);
    },
  });
});
afterEach(async () => {
  await pipeline.close();
  await server.close();
  await retune.close();
});

/** A request as the service sends it. */
function request(changes: object = {}) {
  const window = { from: '2020-01-01T00:00:00Z', to: '2999-01-01T00:00:00Z' };
  return {
    correlationId: 'rt-01k0000000000000000000000a',
    model: 'iris-classifier',
    currentVersion: '1',
    reason: { kind: 'accuracy', summary: 'accuracy 0.68 < 0.92', requestedBy: 'policy' },
    evidence: [],
    windows: { drifted: window, training: window },
    links: {},
    deadline: '2999-01-01T00:00:00Z',
    requestedAt: '2026-03-01T12:00:00Z',
    callback: { url: `${retune.url}/report`, claimUrl: `${retune.url}/claim`, token: 'only-for-this-run' },
    ...changes,
  };
}

async function order(data: unknown, headers: Record<string, string> = {}) {
  const body = JSON.stringify({ specversion: '1.0', id: '1', source: '/retune', type: 'retrain', data });
  const at = new Date();
  const answer = await fetch(`${pipeline.url}/runs`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/cloudevents+json',
      'idempotency-key': 'rt-01k0000000000000000000000a',
      'webhook-id': 'msg-1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(SECRET).sign('msg-1', at, body),
      ...headers,
    },
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
}

async function serveShifted(count: number): Promise<void> {
  for (const { features, label } of drawRows('shifted', count, seededRandom(5))) {
    const answer = await fetch(`${server.url}/predict`, {
      method: 'POST',
      body: JSON.stringify({ features }),
    });
    const { id } = (await answer.json()) as { id: string };
    await fetch(`${server.url}/label`, { method: 'POST', body: JSON.stringify({ id, label }) });
  }
}
const served = async () => (await (await fetch(`${server.url}/model`)).json()) as ModelFile;

describe('the training pipeline', () => {
  it('claims, trains on what drifted, deploys a better version and reports it', async () => {
    const live = drawRows('shifted', 2000, seededRandom(6));
    expect(accuracy(await served(), live)).toBeLessThan(0.75);
    await serveShifted(300);

    const accepted = await order(request());
    expect(accepted.status).toBe(202);
    const run = await ended;

    expect(accuracy(await served(), live)).toBeGreaterThan(0.93);
    expect((await served()).version).toBe('2');
    expect(run.metrics?.accuracy).toBeGreaterThan((run.metrics?.champion_accuracy ?? 1) + 0.1);
    const token = 'Bearer only-for-this-run';
    const who = { correlation_id: request().correlationId, run_id: accepted.body.run_id };
    expect(heard).toMatchObject([
      { path: '/claim', authorization: token, body: who },
      {
        path: '/report',
        authorization: token,
        body: { ...who, status: 'succeeded', model_version: '2', metrics: run.metrics },
      },
    ]);
    const shown = await (await fetch(accepted.body.status_url as string)).json();
    expect(shown).toMatchObject({ ...who, status: 'succeeded', model_version: '2', reported: 'delivered' });
    const byCorrelation = await fetch(`${pipeline.url}/runs/${who.correlation_id}`);
    expect(await byCorrelation.json()).toEqual(shown);
  });

  it('refuses an order it already has, and says which run it became', async () => {
    const first = await order(request());
    const second = await order(request());
    expect([first.status, second.status]).toEqual([202, 409]);
    expect(second.body).toEqual(first.body);
    await ended;
    expect(heard.filter(({ path }) => path === '/claim')).toHaveLength(1);
  });

  it('does nothing when somebody else holds the claim', async () => {
    claimStatus = 409;
    await serveShifted(120);
    await order(request());
    expect(await ended).toMatchObject({ status: 'cancelled', detail: 'another run has claimed this order' });
    expect((await served()).version).toBe('1');
    expect(heard.map(({ path }) => path)).toEqual(['/claim']);
  });

  it.each([
    ['too few labelled rows', {}, 'expected at least 100 labelled rows, got 0'],
    ['a model it does not train', { model: 'fraud' }, 'expected the model iris-classifier, got fraud'],
  ])('reports a failure for %s', async (_what, changes, detail) => {
    await order(request(changes));
    await ended;
    expect(heard.at(-1)).toMatchObject({ path: '/report', body: { status: 'failed', detail } });
    expect((await served()).version).toBe('1');
  });

  it('fails without training when the claim is not granted', async () => {
    claimStatus = 401;
    await order(request());
    expect(await ended).toMatchObject({
      status: 'failed',
      detail: 'the claim was not granted: it answered 401',
    });
  });

  it.each([
    ['unsigned', { 'webhook-signature': '' }, 401, 'signature wrong'],
    [
      'signed by somebody else',
      { 'webhook-signature': `v1,${randomBytes(32).toString('base64')}` },
      401,
      'signature wrong',
    ],
    ['signed long ago', { 'webhook-timestamp': '1700000000' }, 401, 'signature too_old_or_new'],
    ['signed at no time', { 'webhook-timestamp': 'now' }, 401, 'signature too_old_or_new'],
    ['without a key', { 'idempotency-key': '' }, 400, 'expected an Idempotency-Key header'],
  ])('refuses an order that is %s', async (_what, headers, status, error) => {
    expect(await order(request(), headers)).toEqual({ status, body: { error } });
    expect(heard).toEqual([]);
  });

  it('stops at once with a run under way, and tries nothing more', async () => {
    claimStatus = 503;
    await order(request());
    const before = performance.now();
    await pipeline.close();
    expect(performance.now() - before).toBeLessThan(2000);
    expect((await ended).status).toBe('failed');
  });

  it('refuses an order it cannot read', async () => {
    expect((await order({ model: 'iris-classifier' })).status).toBe(422);
    expect((await fetch(`${pipeline.url}/runs/nothing`)).status).toBe(404);
  });
});

describe('an order', () => {
  const read = {
    correlationId: 'rt-1',
    model: 'iris',
    callback: { url: 'http://r/report', claimUrl: 'http://r/claim', token: 't' },
  };
  const snake = {
    correlation_id: 'rt-1',
    model: 'iris',
    callback: { url: 'http://r/report', claim_url: 'http://r/claim', token: 't' },
  };
  it.each([
    ['in camelCase within an envelope', { specversion: '1.0', data: read }],
    ['in snake_case without one', snake],
    ['with a model described', { ...snake, model: { name: 'iris', current_version: '1' } }],
  ])('is read %s', (_how, body) => {
    expect(readRunOrder(body).data).toEqual(read);
  });

  it.each([
    ['7', '8'],
    ['iris-9', 'iris-10'],
    ['v1.09', 'v1.10'],
    ['gold', 'gold-2'],
  ])('turns version %s into %s', (version, next) => {
    expect(nextVersion(version)).toBe(next);
  });
});

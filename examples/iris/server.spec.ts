import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FISHERS_FLOWERS, type LabelledFlower } from './flower.js';
import type { ModelFile } from './model-file.js';
import { firstModel, startServer } from './server.js';

const OPTIONS = { host: '127.0.0.1', port: 0, model: firstModel('iris-classifier', 1, new Date()) };
const [setosa] = FISHERS_FLOWERS as [LabelledFlower];

let server: Awaited<ReturnType<typeof startServer>>;
beforeEach(async () => {
  server = await startServer(OPTIONS);
});
afterEach(() => server.close());

async function call(
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(
    server.url + path,
    body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
  );
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}
const predict = () => call('/predict', { features: setosa.features });
const model = async () => (await call('/model')).body as unknown as ModelFile;
const metric = async (series: string) => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return text
    .split('\n')
    .find((line) => line.startsWith(`${series} `))
    ?.slice(series.length + 1);
};
const NAME = 'model_name="iris-classifier"';

describe('the model server', () => {
  it('predicts, takes the late label, and shows both in its metrics', async () => {
    const { status, body } = await predict();
    expect([status, body.class, body.model_version]).toEqual([200, 'setosa', '1']);
    expect(await call('/label', { id: body.id, label: 'virginica' })).toEqual({
      status: 200,
      body: { correct: false },
    });
    expect(await metric(`model_prediction_requests_total{${NAME},model_version="1"}`)).toBe('1');
    expect(await metric(`predictions_total{${NAME},model_version="1",class="setosa"}`)).toBe('1');
    expect(
      await metric(`model_labeled_predictions_total{${NAME},model_version="1",outcome="incorrect"}`),
    ).toBe('1');
    expect(await metric(`model_feature_value_count{${NAME},model_version="1",feature="petal_width"}`)).toBe(
      '1',
    );
    expect(await metric(`model_prediction_latency_seconds_count{${NAME}}`)).toBe('1');
    expect(await metric(`model_accuracy{${NAME},model_version="1"}`)).toBeUndefined();
  });

  it('publishes an accuracy with its time once there are twenty labels', async () => {
    for (let n = 0; n < 20; n++) {
      const { body } = await predict();
      await call('/label', { id: body.id, label: n < 5 ? 'virginica' : 'setosa' });
    }
    expect(await metric(`model_accuracy{${NAME},model_version="1"}`)).toBe('0.75');
    const at = Number(await metric(`model_accuracy_evaluated_timestamp_seconds{${NAME},model_version="1"}`));
    expect(Math.abs(at - Date.now() / 1000)).toBeLessThan(60);
  });

  it.each([
    ['a missing reading', { features: { ...setosa.features, petal_length: null } }],
    ['a reading in words', { features: { ...setosa.features, petal_length: 'long' } }],
    ['nothing', undefined],
  ])('refuses %s and counts it as an error', async (_what, body) => {
    const answer = await call('/predict', body ?? null);
    expect([answer.status, answer.body.error_type]).toEqual([422, 'InvalidInput']);
    expect(await metric(`model_prediction_errors_total{${NAME},error_type="InvalidInput"}`)).toBe('1');
    expect(await metric(`model_prediction_requests_total{${NAME},model_version="1"}`)).toBe('1');
    const overflow = `model_feature_value_bucket{le="+Inf",${NAME},model_version="1",feature="petal_length"}`;
    expect(await metric(overflow)).toBe(body ? '1' : '0');
    expect(await metric(overflow.replace('+Inf', '8'))).toBe('0');
  });

  it.each([
    ['an unknown prediction', { id: '4d3c1f8e-4c5b-4c5e-9f53-2a7b6c1d0e9f', label: 'setosa' }, 404],
    ['an unknown species', { id: '4d3c1f8e-4c5b-4c5e-9f53-2a7b6c1d0e9f', label: 'rosa' }, 422],
    ['a lost label', { id: '4d3c1f8e-4c5b-4c5e-9f53-2a7b6c1d0e9f', label: null }, 422],
  ])('refuses a label for %s', async (_what, body, status) => {
    expect((await call('/label', body)).status).toBe(status);
  });

  it('refuses a second label for one prediction', async () => {
    const { id } = (await predict()).body;
    await call('/label', { id, label: 'setosa' });
    expect(await call('/label', { id, label: 'virginica' })).toEqual({
      status: 409,
      body: { error: 'already_labelled' },
    });
  });

  it('hands out recent labelled rows by time', async () => {
    const { id } = (await predict()).body;
    await call('/label', { id, label: 'setosa' });
    const rows = async (query: string) =>
      (await call(`/labelled${query}`)).body.rows as Record<string, unknown>[];
    expect(await rows('')).toMatchObject([
      { id, features: setosa.features, label: 'setosa', model_version: '1' },
    ]);
    expect(await rows('?since=2020-01-01T00:00:00Z')).toHaveLength(1);
    expect(await rows('?since=2999-01-01T00:00:00Z')).toEqual([]);
    expect(await rows('?until=2020-01-01T00:00:00Z')).toEqual([]);
    expect((await call('/labelled?since=yesterday')).status).toBe(422);
  });

  it('takes a new model while it serves, once per version, and sorts late labels to the version that predicted', async () => {
    const { id } = (await predict()).body;
    const next = { ...(await model()), version: '2', created_at: '2026-03-01T12:00:00Z' };
    expect(await call('/deploy', next)).toEqual({
      status: 200,
      body: { result: 'deployed', model_version: '2' },
    });
    expect(await call('/deploy', next)).toEqual({
      status: 200,
      body: { result: 'in_service', model_version: '2' },
    });
    expect((await call('/deploy', { ...next, created_at: '2026-03-02T12:00:00Z' })).body.error).toBe(
      'version_taken',
    );
    expect((await call('/deploy', { ...next, name: 'fraud', version: '3' })).body.error).toBe('other_model');
    expect((await call('/deploy', { ...next, weights: [] })).status).toBe(422);
    expect((await predict()).body.model_version).toBe('2');
    await call('/label', { id, label: 'setosa' });
    expect(await metric(`model_labeled_predictions_total{${NAME},model_version="1",outcome="correct"}`)).toBe(
      '1',
    );
    expect(await metric(`model_labeled_predictions_total{${NAME},model_version="2",outcome="correct"}`)).toBe(
      '0',
    );
    expect((await call('/reference')).body).toMatchObject({ format: 'drift-reference/1' });
  });

  it('keeps metrics of the last five versions', async () => {
    const first = await model();
    for (const version of ['2', '3', '4', '5', '6']) await call('/deploy', { ...first, version });
    expect(await metric(`model_prediction_requests_total{${NAME},model_version="1"}`)).toBeUndefined();
    expect(await metric(`model_prediction_requests_total{${NAME},model_version="2"}`)).toBe('0');
  });

  it('starts again with the model it had', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'iris-'));
    const modelFile = join(folder, 'model.json');
    try {
      await server.close();
      server = await startServer({ ...OPTIONS, modelFile });
      const next = { ...(await model()), version: '2' };
      await call('/deploy', next);
      await server.close();
      server = await startServer({ ...OPTIONS, modelFile });
      expect(await model()).toEqual(next);
      expect(JSON.parse(await readFile(modelFile, 'utf8'))).toEqual(next);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each([
    ['GET', '/predict', 405],
    ['GET', '/nothing', 404],
  ])('answers %s %s with %i', async (method, path, status) => {
    expect((await fetch(server.url + path, { method })).status).toBe(status);
  });
});

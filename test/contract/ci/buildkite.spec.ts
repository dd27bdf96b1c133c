import { describe, expect, it } from '@jest/globals';
import { BuildkiteConfig } from '../../../src/retraining/ci/buildkite/config.js';
import { buildkite } from '../../../src/retraining/ci/buildkite/index.js';
import { build } from './setup-buildkite.js';
import { ID, SINCE, TOKEN, ok, request, startFrame } from './setup.js';

const frame = startFrame();
const { io } = frame;
const config = (more: object = {}) =>
  BuildkiteConfig.parse({
    organization: 'flowers',
    pipeline: 'iris-retrain',
    token: TOKEN,
    api_url: frame.server.url,
    ...more,
  });

describe('buildkite', () => {
  it('sends what the operator adds, and can be found by its meta-data', async () => {
    frame.server.otherwise({ status: 201, body: build() });
    await buildkite.trigger(request, config({ env: { SIZE: 'full' }, commit: 'abc' }), io);
    const body: unknown = JSON.parse(frame.server.requests[0]?.body ?? '');
    expect(body).toMatchObject({
      commit: 'abc',
      env: { SIZE: 'full', CORRELATION_ID: ID },
      meta_data: { correlation_id: ID },
    });
  });

  it('asks for the builds of this run only', async () => {
    frame.server.otherwise(ok([]));
    await buildkite.find?.(ID, SINCE, config(), io);
    const { searchParams } = new URL(frame.server.requests[0]?.path ?? '', 'http://x');
    expect(Object.fromEntries(searchParams)).toEqual({ 'meta_data[correlation_id]': ID, per_page: '100' });
  });

  it('gives several builds of one request oldest first', async () => {
    frame.server.otherwise(ok([build({ number: 101 }), build({ number: 42 })]));
    expect(await buildkite.find?.(ID, SINCE, config(), io)).toMatchObject([{ id: '42' }, { id: '101' }]);
  });

  it('proves nothing by a list that was not filtered', async () => {
    frame.server.otherwise(ok([build(), build({ number: 43, meta_data: {} })]));
    await expect(buildkite.find?.(ID, SINCE, config(), io)).rejects.toThrow(
      '1 of 2 builds are not of this run',
    );
  });

  it('cancels and follows nothing that has no number', async () => {
    await expect(buildkite.cancel?.({ id: 'x' }, config(), io)).rejects.toThrow(
      'expected the number of a build',
    );
    expect(await buildkite.status({ id: 'x' }, ID, config(), io)).toMatchObject({ state: 'unknown' });
    expect(frame.server.requests).toHaveLength(0);
  });

  it('is cancelled by PUT', async () => {
    frame.server.otherwise(ok(build({ state: 'canceling' })));
    await buildkite.cancel?.({ id: '42' }, config(), io);
    expect(frame.asked()).toEqual(['PUT /organizations/flowers/pipelines/iris-retrain/builds/42/cancel']);
  });
});

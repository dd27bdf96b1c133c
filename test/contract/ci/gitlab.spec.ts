import { describe, expect, it } from '@jest/globals';
import { GitlabConfig } from '../../../src/retraining/ci/gitlab/config.js';
import { gitlab } from '../../../src/retraining/ci/gitlab/index.js';
import { pipeline } from './setup-gitlab.js';
import { ID, SINCE, TOKEN, ok, request, routes, saidToGet, startFrame } from './setup.js';

const frame = startFrame();
const { io } = frame;
const configOf = (more: object = {}) =>
  GitlabConfig.parse({ url: frame.server.url, project: 'flowers/iris', token: TOKEN, ...more });

describe('gitlab', () => {
  it('starts with the trigger token where there is one, and keeps both to itself', async () => {
    frame.server.otherwise({ status: 400, body: { message: `bad glptt-SECRET ${TOKEN}` } });
    const result = await gitlab.trigger(request, configOf({ trigger_token: 'glptt-SECRET' }), io);
    expect(result).toMatchObject({ kind: 'refused', detail: '400: bad <secret> <secret>' });
    const [sent] = frame.server.requests;
    expect(sent?.path).toBe('/api/v4/projects/flowers%2Firis/trigger/pipeline');
    expect(JSON.parse(sent?.body ?? '')).toMatchObject({
      token: 'glptt-SECRET',
      ref: 'main',
      inputs: { correlation_id: ID },
    });
  });

  it('needs no more than reading where a trigger token starts', async () => {
    frame.server.otherwise(
      routes({
        'personal_access_tokens/self': ok({ scopes: ['read_api'] }),
        '/repository/branches/main': ok({ protected: true, can_push: false }),
        '/repository/files/': ok({
          content: Buffer.from("workflow: { name: '$CORRELATION_ID' }").toString('base64'),
        }),
        'GET /api/v4/projects/flowers%2Firis': ok({ permissions: { project_access: { access_level: 20 } } }),
      }),
    );
    const found = await gitlab.preflight?.(configOf({ trigger_token: 'x', pass_as: 'variables' }), io);
    expect(found).toMatchObject([{ severity: 'info', reason: 'not_checked' }]);
  });

  it('knows a project that lets nobody set variables', async () => {
    frame.server.otherwise(
      routes({
        '/repository/branches/main': ok({}),
        '/repository/files/': ok({
          content: Buffer.from("workflow: { name: '$CORRELATION_ID' }").toString('base64'),
        }),
        'GET /api/v4/projects/flowers%2Firis': ok({
          ci_pipeline_variables_minimum_override_role: 'no_one_allowed',
        }),
      }),
    );
    const reasons = async (pass_as: string) =>
      (await gitlab.preflight?.(configOf({ pass_as }), io))?.map(({ reason }) => reason);
    expect(await reasons('variables')).toEqual(['permission_missing']);
    expect(await reasons('inputs')).toEqual(['inputs_not_declared', 'not_searchable']);
  });

  it.each(['job_execution_timeout', 'stuck_or_timeout_failure'])(
    'tells a pipeline that ended by %s',
    async (failure_reason) => {
      frame.server.otherwise(
        routes({
          '/pipelines/42/jobs?scope[]=failed': ok([{ failure_reason }]),
          '/pipelines/42': ok(pipeline({ status: 'failed' })),
        }),
      );
      expect(await gitlab.status({ id: '42' }, ID, configOf(), io)).toMatchObject({
        state: 'timed_out',
        raw: 'failed',
      });
    },
  );

  it('takes a pipeline for failed when its jobs cannot be read', async () => {
    frame.server.otherwise(
      routes({
        '/pipelines/42/jobs': saidToGet(500, 'oops'),
        '/pipelines/42': ok(pipeline({ status: 'failed' })),
      }),
    );
    expect(await gitlab.status({ id: '42' }, ID, configOf(), io)).toMatchObject({ state: 'failed' });
  });

  it('proves nothing while pipelines without a name could be the one', async () => {
    frame.server.otherwise(ok([pipeline({ name: null })]));
    await expect(gitlab.find?.(ID, SINCE, configOf(), io)).rejects.toThrow('have no name');
    frame.server.otherwise(
      ok([pipeline({ name: null, source: 'push' }), pipeline({ name: null, ref: 'other' })]),
    );
    expect(await gitlab.find?.(ID, SINCE, configOf(), io)).toEqual([]);
  });

  it('tells pipelines without a name by their variables', async () => {
    const list = [pipeline({ id: 43, name: null }), pipeline({ id: 42, name: null, source: 'trigger' })];
    frame.server.otherwise(
      routes({
        '/pipelines/42/variables': ok([{ key: 'CORRELATION_ID', value: ID }]),
        '/pipelines/43/variables': ok([{ key: 'CORRELATION_ID', value: 'rt-other' }]),
        '/pipelines?': ok(list),
      }),
    );
    expect(await gitlab.find?.(ID, SINCE, configOf({ pass_as: 'variables' }), io)).toMatchObject([
      { id: '42' },
    ]);
  });

  it('reads on until it is past the time of the request, and gives the oldest first', async () => {
    const page = (created_at: string) =>
      ok(Array.from({ length: 100 }, (_, index) => pipeline({ id: 900 - index, name: 'x', created_at })));
    frame.server.next(page('2026-03-10T12:30:00Z'), ok([pipeline({ id: 44 }), pipeline({ id: 43 })]));
    expect(await gitlab.find?.(ID, SINCE, configOf(), io)).toMatchObject([{ id: '43' }, { id: '44' }]);
    expect(
      frame.server.requests.map(({ path }) => new URL(path, frame.server.url).searchParams.get('page')),
    ).toEqual(['1', '2']);
    frame.server.next(page('2026-03-10T11:00:00Z'));
    expect(await gitlab.find?.(ID, SINCE, configOf(), io)).toEqual([]);
    expect(frame.server.requests).toHaveLength(3);
    frame.server.otherwise(page('2026-03-10T12:30:00Z'));
    await expect(gitlab.find?.(ID, SINCE, configOf(), io)).rejects.toThrow('more than 1000 pipelines');
  });
});

import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { AirflowConfig } from '../../../src/retraining/ci/airflow/config.js';
import { airflow } from '../../../src/retraining/ci/airflow/index.js';
import type { CiIo } from '../../../src/retraining/ci/ci-provider.js';
import type { Answering } from '../../support/capture-server.js';
import { dagRun, details } from './setup-airflow.js';
import { ID, SINCE, TOKEN, ok, request, routes, saidToGet, startFrame } from './setup.js';

const frame = startFrame();
const { io, asked } = frame;
const impatient: CiIo = { ...io, http: { send: (sent) => io.http.send({ ...sent, timeoutMs: 300 }) } };
const configOf = (more: object = {}) =>
  AirflowConfig.parse({ url: frame.server.url, dag: 'iris_retrain', token: TOKEN, ...more });
const USER = { token: undefined, username: 'retune', password: TOKEN };
const RUN = `/api/v2/dags/iris_retrain/dagRuns/${ID}`;
const json = (index: number): unknown => JSON.parse(frame.server.requests[index]?.body ?? '');

describe('airflow', () => {
  it('adopts the run that has its id already', async () => {
    frame.server.otherwise(
      routes({
        'POST /api/v2/dags': { status: 409, body: { detail: 'exists' } },
        [`GET ${RUN}`]: ok(dagRun()),
      }),
    );
    expect(await airflow.trigger(request, configOf(), io)).toMatchObject({
      kind: 'triggered',
      adopted: true,
      ref: { id: ID },
    });
  });

  it('finds nothing where the id belongs to somebody else', async () => {
    frame.server.otherwise(ok(dagRun({ conf: { correlation_id: 'rt-other' } })));
    expect(await airflow.find?.(ID, SINCE, configOf(), io)).toEqual([]);
    expect(await airflow.status({ id: ID }, ID, configOf(), io)).toMatchObject({ state: 'unknown' });
  });

  it.each(['<html>nginx: not found</html>', ''])(
    'proves nothing by a 404 that is not Airflow’s: %j',
    async (body) => {
      frame.server.otherwise({ status: 404, body });
      await expect(airflow.find?.(ID, SINCE, configOf(), io)).rejects.toThrow('searching Airflow: 404');
    },
  );

  describe('with a user', () => {
    const login = (more: object = {}) =>
      routes({ 'POST /auth/token': { status: 201, body: { access_token: 'jwt' } }, ...more });

    it('fetches a token for each use, and shows the password to nobody else', async () => {
      frame.server.otherwise(login({ 'POST /api/v2/dags': ok(dagRun()) }));
      expect(await airflow.trigger(request, configOf(USER), io)).toMatchObject({ kind: 'triggered' });
      expect(asked()).toEqual(['POST /auth/token', 'POST /api/v2/dags/iris_retrain/dagRuns']);
      expect(json(0)).toEqual({ username: 'retune', password: TOKEN });
      expect(frame.server.requests[0]?.headers['authorization']).toBeUndefined();
      expect(frame.server.requests[1]?.headers['authorization']).toBe('Bearer jwt');
      expect(frame.server.requests[1]?.body).not.toContain(TOKEN);
    });

    it.each<[string, Answering, object]>([
      [
        'a wrong password',
        saidToGet(401, 'Invalid credentials'),
        { reason: 'unauthorized', retryable: false },
      ],
      ['no such address', saidToGet(404, 'Not Found'), { reason: 'not_found', retryable: false }],
      ['a server that fails', saidToGet(500, 'oops'), { reason: 'unreachable', retryable: true }],
      ['silence', 'hang', { reason: 'unreachable', retryable: true }],
      ['a page', { status: 200, body: `<html>${TOKEN}</html>` }, { reason: 'unreachable', retryable: true }],
    ])('is never in doubt about a run after a login with %s', async (_what, answer, expected) => {
      frame.server.otherwise(answer);
      const result = await airflow.trigger(request, configOf(USER), impatient);
      expect(result).toMatchObject({ kind: 'refused', ...expected });
      expect(JSON.stringify(result)).not.toContain(TOKEN);
      expect(asked()).toEqual(['POST /auth/token']);
      await expect(airflow.find?.(ID, SINCE, configOf(USER), impatient)).rejects.toThrow('searching Airflow');
      await expect(airflow.cancel?.({ id: ID }, configOf(USER), impatient)).rejects.toThrow(
        'cancelling in Airflow',
      );
      expect(await airflow.status({ id: ID }, ID, configOf(USER), impatient)).toMatchObject({
        state: 'unknown',
      });
    });

    it.each<[string, Answering, string]>([
      ['a wrong password', saidToGet(401, 'Invalid credentials'), 'unauthorized'],
      ['no such address', saidToGet(404, 'Not Found'), 'not_found'],
    ])('finds %s before the first run', async (_what, answer, reason) => {
      frame.server.otherwise(answer);
      expect(await airflow.preflight?.(configOf(USER), io)).toMatchObject([{ severity: 'error', reason }]);
    });
  });

  describe('of version 2', () => {
    const two = (more: object = {}) => configOf({ version: 2, ...USER, ...more });
    const OLD = RUN.replace('/v2/', '/v1/');

    it('is asked as its API wants it', async () => {
      frame.server.otherwise(ok(dagRun()));
      expect(await airflow.trigger(request, two(), io)).toMatchObject({ kind: 'triggered' });
      expect(asked()).toEqual(['POST /api/v1/dags/iris_retrain/dagRuns']);
      expect(Object.keys(json(0) as object).toSorted()).toEqual(['conf', 'dag_run_id']);
      const basic = Buffer.from(`retune:${TOKEN}`).toString('base64');
      expect(frame.server.requests[0]?.headers['authorization']).toBe(`Basic ${basic}`);
    });

    it.each([200, 404])(
      'is cancelled with a note, or without where notes are unknown (%d)',
      async (status) => {
        frame.server.otherwise(
          routes({
            [`PATCH ${OLD}/setNote`]: { status, body: {} },
            [`GET ${OLD}`]: ok(dagRun({ state: 'running' })),
            [`PATCH ${OLD}`]: ok(dagRun()),
          }),
        );
        expect(await airflow.cancel?.({ id: ID }, two(), io)).toBe('requested');
        expect(asked()).toEqual([`GET ${OLD}`, `PATCH ${OLD}/setNote`, `PATCH ${OLD}`]);
        expect([json(1), json(2)]).toEqual([{ note: 'cancelled by Retune' }, { state: 'failed' }]);
      },
    );

    it('is told from version 3 before the first run', async () => {
      frame.server.otherwise(routes({ 'GET /api/v2/version': ok({ version: '3.1.0' }) }));
      expect(await airflow.preflight?.(two(), io)).toMatchObject([
        { reason: 'wrong_version', instead: 'write version: 3' },
      ]);
    });

    it('knows a DAG that is not active', async () => {
      frame.server.otherwise(
        routes({
          'GET /api/v1/dags/iris_retrain/details': ok({ is_active: false }),
          POST: saidToGet(400, 'no date'),
        }),
      );
      expect(await airflow.preflight?.(two(), io)).toMatchObject([{ reason: 'not_found' }]);
    });
  });

  it('is cancelled with state and note in one, and only while it is not over', async () => {
    frame.server.otherwise(
      routes({ [`GET ${RUN}`]: ok(dagRun({ state: 'running' })), [`PATCH ${RUN}`]: ok(dagRun()) }),
    );
    await airflow.cancel?.({ id: ID }, configOf(), io);
    expect(json(1)).toEqual({ state: 'failed', note: 'cancelled by Retune' });
    frame.server.requests.splice(0);
    frame.server.otherwise(ok(dagRun({ state: 'success' })));
    expect(await airflow.cancel?.({ id: ID }, configOf(), io)).toBe('already_finished');
    expect(asked()).toEqual([`GET ${RUN}`]);
  });

  it.each<[string, Answering, object]>([
    [
      'one task succeeded',
      ok({ task_instances: [{ state: 'success' }] }),
      { state: 'succeeded', nothingRan: false },
    ],
    ['no task succeeded', ok({ task_instances: [] }), { state: 'failed', nothingRan: true }],
    [
      'a filter was ignored',
      ok({ task_instances: [{ state: 'skipped' }] }),
      { state: 'failed', nothingRan: true },
    ],
    ['tasks are hidden', saidToGet(403, 'Forbidden'), { state: 'succeeded' }],
    ['tasks cannot be read now', saidToGet(500, 'oops'), { state: 'unknown' }],
  ])('reads a success of which %s', async (_what, tasks, expected) => {
    frame.server.otherwise(routes({ taskInstances: tasks, [RUN]: ok(dagRun({ state: 'success' })) }));
    expect(await airflow.status({ id: ID }, ID, configOf(), io)).toMatchObject(expected);
  });

  it.each<[string, Answering, string]>([
    ['its time was over', ok(details({ dag_run_timeout: 'PT1H' })), 'timed_out'],
    ['it had time left', ok(details({ dag_run_timeout: 'PT2H' })), 'failed'],
    ['nobody says how long it may take', saidToGet(500, 'oops'), 'failed'],
  ])('reads a failure when %s', async (_what, answer, state) => {
    const run = dagRun({
      state: 'failed',
      start_date: '2026-03-10T10:00:00Z',
      end_date: '2026-03-10T11:00:01Z',
    });
    frame.server.otherwise(routes({ '/details': answer, [RUN]: ok(run) }));
    expect(await airflow.status({ id: ID }, ID, configOf(), io)).toMatchObject({ state });
  });

  it('takes the address of a run’s page from a person', async () => {
    frame.server.otherwise(ok(dagRun({ dag_run_id: 'manual__1', conf: {}, state: 'running' })));
    const page = { id: 'https://airflow.example/dags/iris_retrain/runs/manual__1' };
    expect(await airflow.status(page, ID, configOf(), io)).toMatchObject({ state: 'running' });
    expect(asked()).toEqual(['GET /api/v2/dags/iris_retrain/dagRuns/manual__1']);
  });
});

const hasPython = spawnSync('python3', ['--version'], { timeout: 20_000 }).status === 0;
(hasPython ? it : it.skip)(
  'shows a DAG that Python can read, whose first task claims (needs python3)',
  () => {
    const readme = new URL('../../../src/retraining/ci/airflow/README.md', import.meta.url);
    const [, snippet = ''] = /```python\n([\s\S]*?)```/.exec(readFileSync(readme, 'utf8')) ?? [];
    const check =
      'import ast, sys; print([n.name for n in ast.walk(ast.parse(sys.stdin.read())) if isinstance(n, ast.FunctionDef)])';
    const { stdout, stderr } = spawnSync('python3', ['-c', check], { input: snippet, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout).toContain("['tell', 'iris_retrain', 'claim', 'train', 'report']");
  },
);

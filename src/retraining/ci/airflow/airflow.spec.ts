import { describe, expect, it } from '@jest/globals';
import type { CiStatus, RunRequest } from '../ci-provider.js';
import { runPayload } from '../run-payload.js';
import { rootOf, runPath } from './api.js';
import { AirflowConfig } from './config.js';
import { dagRunBody } from './payload.js';
import { dagRunRef, dagRunStatus, isOurs, runIdOf, usedUpItsTime } from './status.js';

const request: RunRequest = {
  correlationId: 'rt-1',
  model: 'iris',
  reason: { kind: 'accuracy', summary: 's'.repeat(2000), requestedBy: 'policy:iris' },
  evidence: [],
  windows: { drifted: { from: 'a', to: 'b' }, training: { from: 'a', to: 'b' } },
  links: {},
  deadline: 'c',
  requestedAt: 'd',
};
const BASE = { url: 'https://air.example/flow/', dag: 'iris_retrain', token: 's3cret' };
const three = AirflowConfig.parse(BASE);
const two = AirflowConfig.parse({ ...BASE, version: 2 });

describe('AirflowConfig', () => {
  const errors = (config: object): readonly string[] =>
    (AirflowConfig.safeParse(config).error?.issues ?? []).map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
  const none = { token: undefined };
  it.each<[string, object, string]>([
    [
      'no credentials',
      none,
      'token_file: expected token_file (a path) or token, got neither, and no username',
    ],
    ['two tokens', { token_file: '/t' }, 'token_file: expected either token or token_file, got both'],
    [
      'a user without a password',
      { ...none, username: 'retune' },
      'password_file: expected password_file (a path) or password, got neither',
    ],
    [
      'a password without a user',
      { password: 'x' },
      'username: expected the username that the password belongs to',
    ],
    [
      'a user and a token',
      { username: 'retune', password: 'x' },
      'username: expected either username or token, got both',
    ],
    ['another version', { version: 1 }, 'version: expected 2 or 3, the major version of Airflow'],
    ['a path', { dag: 'a/b' }, 'dag: expected the id of a DAG such as iris_retrain'],
    [
      'conf that every run sets',
      { conf: { payload: 'x' } },
      'conf.payload: expected another name than payload, which every run sets itself',
    ],
  ])('refuses %s', (_what, more, message) => expect(errors({ ...BASE, ...more })).toEqual([message]));
});

describe('addresses', () => {
  it.each([
    [three, 'https://air.example/flow/api/v2'],
    [two, 'https://air.example/flow/api/v1'],
  ])('begin where the version has its API', (config, root) => expect(rootOf(config)).toBe(root));
  it('hold ids of any form', () =>
    expect(runPath(three, 'manual__2026-03-10T12:00:00+00:00')).toBe(
      '/dags/iris_retrain/dagRuns/manual__2026-03-10T12%3A00%3A00%2B00%3A00',
    ));
});

describe('dagRunBody', () => {
  const conf = { correlation_id: 'rt-1', model: 'iris', payload: runPayload(request), epochs: 3, full: true };
  const config = { conf: { epochs: 3, full: true } };
  it('chooses the id, names no date and tells people why, in Airflow 3', () => {
    const body = dagRunBody(request, AirflowConfig.parse({ ...BASE, ...config }));
    expect(body).toEqual({ dag_run_id: 'rt-1', logical_date: null, conf, note: expect.any(String) });
    expect(body.note).toHaveLength(1000);
    expect(body.note).toMatch(/^policy:iris: sss/);
  });
  it('sends no key that an Airflow 2 may not know', () =>
    expect(dagRunBody(request, AirflowConfig.parse({ ...BASE, ...config, version: 2 }))).toEqual({
      dag_run_id: 'rt-1',
      conf,
    }));
});

describe('dagRunStatus', () => {
  it.each<[string, string | null, CiStatus['state'], Partial<CiStatus>?]>([
    ['queued', null, 'queued'],
    ['running', 'cancelled by Retune', 'running'],
    ['success', 'cancelled by Retune', 'succeeded'],
    ['failed', null, 'failed'],
    ['failed', 'policy:iris: accuracy 0.88', 'failed'],
    ['failed', 'cancelled by Retune', 'cancelled'],
    ['splendid', null, 'running', { detail: 'unknown state splendid' }],
  ])('reads %s with the note %s as %s', (state, note, expected, more = {}) => {
    expect(dagRunStatus({ dag_run_id: 'rt-1', state, note }, three)).toEqual({
      state: expected,
      raw: state,
      ref: { id: 'rt-1', url: 'https://air.example/flow/dags/iris_retrain/runs/rt-1' },
      ...more,
    });
  });
  it('reads an empty object as a run that goes on', () =>
    expect(dagRunStatus({}, three)).toMatchObject({ state: 'running', raw: 'missing' }));
  it('knows the pages of Airflow 2', () =>
    expect(dagRunRef({ dag_run_id: 'a+b' }, two)?.url).toBe(
      'https://air.example/flow/dags/iris_retrain/grid?dag_run_id=a%2Bb',
    ));
});

describe('runIdOf', () => {
  it.each<[string, string | undefined]>([
    ['rt-1', 'rt-1'],
    ['https://air.example/dags/iris_retrain/runs/rt-1/tasks/train', 'rt-1'],
    ['https://air.example/dags/iris_retrain/grid?tab=graph&dag_run_id=a%2Bb', 'a+b'],
    ['https://air.example/dags/iris_retrain', undefined],
    ['https://air.example/dags/iris_retrain/runs/%E0%A4%A', undefined],
    ['../../users', undefined],
    ['', undefined],
  ])('takes %s for %s', (id, expected) => expect(runIdOf({ id })).toBe(expected));
});

describe('isOurs', () => {
  it.each<[string, object, boolean]>([
    ['the same id in its conf', { dag_run_id: 'rt-1', conf: { correlation_id: 'rt-1' } }, true],
    ['another id in its conf', { dag_run_id: 'rt-1', conf: { correlation_id: 'rt-2' } }, false],
    ['no conf, and our id', { dag_run_id: 'rt-1', conf: null }, true],
    ['no conf, and another id', { dag_run_id: 'manual__1' }, false],
  ])('judges a run with %s', (_what, run, expected) =>
    expect(isOurs(run as Record<string, unknown>, 'rt-1')).toBe(expected),
  );
});

describe('usedUpItsTime', () => {
  const run = { start_date: '2026-03-10T06:00:00Z', end_date: '2026-03-10T12:00:00.4Z' };
  it.each<[unknown, boolean]>([
    ['PT6H', true],
    ['PT21600S', true],
    ['PT6H1M', false],
    ['P1DT1S', false],
    [{ __type: 'TimeDelta', days: 0, seconds: 21_600, microseconds: 0 }, true],
    [{ __type: 'TimeDelta', days: 1, seconds: 0, microseconds: 0 }, false],
    [null, false],
    ['six hours', false],
  ])('compares six hours with %j: %s', (dag_run_timeout, expected) =>
    expect(usedUpItsTime(run, { dag_run_timeout })).toBe(expected),
  );
  it('knows nothing of a run that never began', () =>
    expect(usedUpItsTime({ start_date: null, end_date: null }, { dag_run_timeout: 'PT1S' })).toBe(false));
});

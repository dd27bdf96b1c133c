import { z } from 'zod';
import type { Answering } from '../../support/capture-server.js';
import { ID, TOKEN, type Setup, ok, routes, said, saidToGet } from './setup.js';

const DAG = '/api/v2/dags/iris_retrain';
const STATES = {
  running: ['running', null],
  succeeded: ['success', null],
  failed: ['failed', null],
  cancelled: ['failed', 'cancelled by Retune'],
  'nobody knows': ['levitating', null],
} as const;

/** A DAG run as Airflow 3 describes it (`DAGRunResponse` in its API), as far as we read it. */
export const dagRun = (more: object = {}): object => ({
  dag_run_id: ID,
  dag_id: 'iris_retrain',
  logical_date: null,
  start_date: '2026-03-10T11:59:00Z',
  end_date: null,
  run_type: 'manual',
  state: 'queued',
  conf: { correlation_id: ID, model: 'iris-classifier' },
  note: null,
  ...more,
});
/** The details of a DAG, as far as we read them. */
export const details = (more: object = {}): object => ({
  dag_id: 'iris_retrain',
  is_paused: false,
  is_stale: false,
  has_import_errors: false,
  allowed_run_types: null,
  dag_run_timeout: 'PT6H',
  params: {},
  ...more,
});
const RUN = `GET ${DAG}/dagRuns/${ID}`;
const TASKS = `${RUN}/taskInstances`;
const DETAILS = `GET ${DAG}/details`;
const CREATE = `POST ${DAG}/dagRuns`;
const tasks = (...states: readonly string[]): object => ({
  task_instances: states.map((state) => ({ task_id: 'train', state })),
  total_entries: states.length,
});
const none = {
  status: 404,
  body: { detail: `The DagRun with dag_id: iris_retrain and run_id: ${ID} was not found` },
};
const noDate = {
  status: 422,
  body: { detail: [{ type: 'datetime_from_date_parsing', loc: ['body', 'logical_date'], msg: 'invalid' }] },
};
const preflight = (more: object, created: Answering = noDate): ReturnType<typeof routes> =>
  routes({ [CREATE]: created, [DETAILS]: ok(details(more)) });

/** Airflow. */
export const airflow: Setup = {
  config: (url) => ({ url, dag: 'iris_retrain', token: TOKEN }),
  id: ID,
  documented: z.strictObject({
    method: z.literal('POST'),
    path: z.literal(`${DAG}/dagRuns`),
    // Airflow 3 refuses any other key, and 3.0 and 3.1 a body without logical_date.
    body: z.strictObject({
      dag_run_id: z.string().regex(/^[A-Za-z0-9_.~:+-]+$/),
      logical_date: z.null(),
      note: z.string().max(1000),
      conf: z.strictObject({
        correlation_id: z.string(),
        model: z.string(),
        payload: z.record(z.string(), z.unknown()),
      }),
    }),
  }),
  authorization: ['authorization', `Bearer ${TOKEN}`],
  made: ok(dagRun()),
  status: (state) => {
    const [word, note] = STATES[state];
    return routes({
      [TASKS]: ok(tasks('success')),
      [DETAILS]: ok(details()),
      [RUN]: ok(dagRun({ state: word, note })),
    });
  },
  found: routes({ [RUN]: ok(dagRun()) }),
  notFound: none,
  refusals: [
    ['a wrong token', said(401, 'Invalid JWT token'), { reason: 'unauthorized', retryable: false }],
    ['a user who may too little', said(403, 'Forbidden'), { reason: 'unauthorized', retryable: false }],
    [
      'an unknown DAG',
      { status: 404, body: { detail: `DAG with dag_id: 'iris_retrain' not found ${TOKEN}` } },
      { reason: 'not_found', retryable: false },
    ],
    ['the login page', { status: 302, headers: { location: '/login' } }, { reason: 'not_found' }],
    ['a method that is not there', said(405, 'Method Not Allowed'), { reason: 'not_found' }],
    [
      'a DAG with import errors',
      { status: 400, body: { detail: 'DAG has import errors and cannot be triggered' } },
      {
        reason: 'invalid_request',
        retryable: false,
        detail: '400: DAG has import errors and cannot be triggered',
      },
    ],
    [
      'a key that it does not know',
      {
        status: 422,
        body: {
          detail: [{ type: 'extra_forbidden', loc: ['body', 'x'], msg: 'Extra inputs', input: TOKEN }],
        },
      },
      { reason: 'invalid_request', retryable: false, detail: '422: body.x: Extra inputs' },
    ],
    [
      'problem details of Airflow 2',
      {
        status: 400,
        body: { detail: "{'conf': ['Not a dict']}", status: 400, title: 'Bad Request', type: 'x' },
      },
      { reason: 'invalid_request', detail: "400: {'conf': ['Not a dict']}" },
    ],
    [
      'a proxy that limits',
      said(429, 'slow down', { 'retry-after': '30' }),
      { reason: 'rate_limited', retryable: true, retryAfterMs: 30_000 },
    ],
    [
      'an id that belongs to another request',
      routes({
        [CREATE]: said(409, 'DAGRun already exists'),
        [RUN]: ok(dagRun({ conf: { correlation_id: 'rt-other' } })),
      }),
      { reason: 'invalid_request', retryable: false },
    ],
  ],
  doubts: [
    ['a page with status 200', { status: 200, body: '<html>' }],
    [
      'a conflict that cannot be looked at',
      routes({ [CREATE]: said(409, 'exists'), [RUN]: saidToGet(500, 'oops') }),
    ],
    ['a conflict without such a run', routes({ [CREATE]: said(409, 'logical date exists'), [RUN]: none })],
  ],
  cancel: {
    requested: routes({
      [RUN]: ok(dagRun({ state: 'running' })),
      [`PATCH ${DAG}/dagRuns/${ID}`]: ok(dagRun({ state: 'failed' })),
    }),
    finished: routes({ [RUN]: ok(dagRun({ state: 'success' })) }),
  },
  preflight: {
    fine: preflight({ params: { size: { value: 'full', schema: { type: 'string' } } } }),
    faults: [
      ['a wrong token', saidToGet(401, 'Invalid JWT token'), 'unauthorized'],
      ['a user who may not read', saidToGet(403, 'Forbidden'), 'permission_missing'],
      ['an unknown DAG', routes({ '/api/v2/version': ok({ version: '3.1.0' }), x: none }), 'not_found'],
      ['Airflow 2', routes({ 'GET /api/v1/version': ok({ version: '2.10.5' }) }), 'wrong_version'],
      ['a page of a proxy', { status: 200, body: '<html>' }, 'unexpected_answer'],
      ['a web server that starts up', saidToGet(503, 'starting'), 'unreachable'],
      ['a DAG that is paused', preflight({ is_paused: true }), 'paused'],
      ['a DAG with import errors', preflight({ has_import_errors: true }), 'broken_pipeline'],
      ['a DAG whose file is gone', preflight({ is_stale: true }), 'not_found'],
      ['a DAG that people may not start', preflight({ allowed_run_types: ['scheduled'] }), 'disabled'],
      [
        'a param that nobody sends',
        preflight({ params: { size: { value: null, schema: { type: 'string' } } } }),
        'inputs_missing',
      ],
      ['a user who may not create runs', preflight({}, saidToGet(403, 'Forbidden')), 'permission_missing'],
      ['a server that takes anything', preflight({}, ok(dagRun())), 'unexpected_answer'],
    ],
  },
};

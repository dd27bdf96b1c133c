import { z } from 'zod';
import { ID, TOKEN, type Setup, ok, routes, said, saidToGet } from './setup.js';

const JOB = '/job/iris/job/retrain';
const STATES = {
  running: [true, null],
  succeeded: [false, 'SUCCESS'],
  failed: [false, 'FAILURE'],
  cancelled: [false, 'ABORTED'],
  'nobody knows': [false, 'LEVITATING'],
} as const;

/** A build as Jenkins' remote API gives it, with the fields that are asked for. */
export const build = (more: object = {}): object => ({
  _class: 'org.jenkinsci.plugins.workflow.job.WorkflowRun',
  number: 17,
  queueId: 42,
  url: `https://ci.example${JOB}/17/`,
  building: true,
  result: null,
  timestamp: Date.parse('2026-03-10T11:59:00Z'),
  actions: [
    { _class: 'hudson.model.CauseAction' },
    { _class: 'hudson.model.ParametersAction', parameters: [{ name: 'CORRELATION_ID', value: ID }] },
  ],
  ...more,
});
const definitions = (...names: readonly string[]) => [
  { parameterDefinitions: names.map((name) => ({ name, type: 'StringParameterDefinition' })) },
];
const property = definitions('CORRELATION_ID', 'MODEL', 'PAYLOAD');
/** A job and its builds. */
export const job = (builds: readonly object[], more: object = {}): object => ({
  property,
  allBuilds: builds,
  ...more,
});
const left = ok({ id: 42, executable: { number: 17 } });
const BUILD = `GET ${JOB}/17/api/json`;
const LIST = `GET ${JOB}/api/json`;
const QUEUE = 'GET /queue/api/json';
const ITEM = 'GET /queue/item/42/api/json';
const preflight = (more: object): ReturnType<typeof routes> =>
  routes({ [LIST]: ok({ buildable: true, property, ...more }) });

/** Jenkins. */
export const jenkins: Setup = {
  config: (url) => ({ url, job: 'iris/retrain', user: 'retune', token: TOKEN }),
  documented: z.strictObject({
    method: z.literal('POST'),
    path: z.literal(`${JOB}/buildWithParameters?delay=0sec`),
    body: z.strictObject({ CORRELATION_ID: z.string(), MODEL: z.string(), PAYLOAD: z.string().max(16_000) }),
  }),
  authorization: ['authorization', `Basic ${Buffer.from(`retune:${TOKEN}`).toString('base64')}`],
  made: { status: 201, headers: { location: 'https://ci.example/queue/item/42/' } },
  status: (state) => {
    const [building, result] = STATES[state];
    return routes({ [ITEM]: left, [BUILD]: ok(build({ building, result })) });
  },
  found: routes({ [QUEUE]: ok({ items: [] }), [LIST]: ok(job([build()])) }),
  notFound: routes({
    [QUEUE]: ok({ items: [{ id: 7, params: '\nCORRELATION_ID=rt-other' }] }),
    [LIST]: ok(
      job([build({ queueId: 7, actions: [{ parameters: [{ name: 'CORRELATION_ID', value: 'x' }] }] })]),
    ),
  }),
  refusals: [
    ['a wrong token', said(401, 'who are you'), { reason: 'unauthorized', retryable: false }],
    [
      'a user who may too little',
      said(403, 'retune is missing the Job/Build permission'),
      { reason: 'unauthorized' },
    ],
    [
      'a crumb that is missing',
      { status: 403, body: '<h1>No valid crumb was included in the request</h1>' },
      {
        reason: 'unauthorized',
        detail: '403; Jenkins wants a crumb, which it does of passwords: use an API token',
      },
    ],
    [
      'the login page',
      { status: 302, headers: { location: 'https://ci.example/login?from=%2F' } },
      { reason: 'unauthorized', retryable: false },
    ],
    ['no such job', said(404, 'Not Found'), { reason: 'not_found', retryable: false }],
    [
      'another address',
      { status: 301, headers: { location: 'https://elsewhere.example' } },
      { reason: 'not_found', retryable: false },
    ],
    [
      'a job without parameters',
      said(400, 'is not parameterized'),
      { reason: 'invalid_request', retryable: false },
    ],
    ['a disabled job', said(409, 'is not buildable'), { reason: 'target_disabled', retryable: false }],
    [
      'a proxy that limits',
      said(429, 'slow down', { 'retry-after': '30' }),
      { reason: 'rate_limited', retryable: true, retryAfterMs: 30_000 },
    ],
  ],
  doubts: [['a page with status 200', { status: 200, body: '<html>' }]],
  cancel: {
    requested: routes({
      [ITEM]: left,
      [BUILD]: ok(build()),
      [`POST ${JOB}/17/stop`]: { status: 302, headers: { location: `${JOB}/17/` } },
    }),
    finished: routes({ [ITEM]: left, [BUILD]: ok(build({ building: false, result: 'FAILURE' })) }),
  },
  preflight: {
    fine: preflight({}),
    notes: ['not_checked'],
    faults: [
      ['a wrong token', saidToGet(401, 'no'), 'unauthorized'],
      ['a user who may not read', saidToGet(403, 'no'), 'permission_missing'],
      ['an unknown job', routes({}), 'not_found'],
      ['the login page', { status: 302, headers: { location: '/login' } }, 'unexpected_answer'],
      ['a controller that starts up', saidToGet(503, 'Jenkins is getting ready to work'), 'unreachable'],
      ['a disabled job', preflight({ buildable: false }), 'disabled'],
      [
        'undeclared parameters',
        preflight({ property: definitions('MODEL', 'PAYLOAD') }),
        'inputs_not_declared',
      ],
      ['a job without parameters', preflight({ property: [] }), 'inputs_not_declared'],
      [
        'a parameter that is no text',
        preflight({
          property: [
            ...definitions('CORRELATION_ID', 'PAYLOAD'),
            { parameterDefinitions: [{ name: 'MODEL', type: 'BooleanParameterDefinition' }] },
          ],
        }),
        'broken_pipeline',
        'warning',
      ],
    ],
  },
};

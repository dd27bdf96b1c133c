import { z } from 'zod';
import type { ScriptedAnswer } from '../../support/capture-server.js';
import { CALLBACK, ID, NOW, type Setup, TOKEN, ok, routes, said, saidToGet } from './setup.js';

/** A build request and its build as Buildbot shows them, as far as we read them. */
export const buildRequest = (complete: boolean, results: number, correlationId = ID): object => ({
  buildrequestid: 42,
  claimed: true,
  complete,
  results,
  submitted_at: NOW.getTime() / 1000 - 60,
  properties: { correlation_id: [correlationId, 'Force Build Form'] },
});

/** An error as JSON-RPC tells it. */
export const rpcError = (status: number, code: number, message: string | object): ScriptedAnswer => ({
  status,
  body: {
    jsonrpc: '2.0',
    id: 1,
    error: { code, message: typeof message === 'string' ? `${message} ${TOKEN} ${CALLBACK}` : message },
  },
});

/** A force scheduler that fits, or one with other facts. */
export const scheduler = (more: object = {}): object => ({
  name: 'retrain',
  builder_names: ['train'],
  all_fields: [
    nested(field('username', { type: 'username' }), field('reason', { required: true })),
    nested(field('branch', { type: 'fixed' })),
    ...OWN.map((name) => field(name, { required: true })),
  ],
  ...more,
});
const field = (name: string, more: object = {}): object => ({
  fullName: name,
  type: 'text',
  required: false,
  ...more,
});
const nested = (...fields: readonly object[]): object => ({ fullName: null, type: 'nested', fields });
const OWN = ['correlation_id', 'model', 'payload'];
const STATES = { running: -1, succeeded: 0, failed: 2, cancelled: 6, 'nobody knows': 9 } as const;

/** What is listed under its kind, as every answer of Buildbot's API is. */
export const listed = (kind: string, ...items: readonly object[]): ScriptedAnswer =>
  ok({ [kind]: items, meta: {} });
const SCHEDULER = 'GET /api/v2/forceschedulers/retrain';
const REQUEST = '/api/v2/buildrequests/42';
const worker = (more: object): object => ({
  name: 'w1',
  paused: false,
  configured_on: [{ builderid: 1, masterid: 1 }],
  connected_to: [{ masterid: 1 }],
  ...more,
});
const preflight = (more: object, ...workers: readonly object[]): ReturnType<typeof routes> =>
  routes({
    [SCHEDULER]: listed('forceschedulers', scheduler(more)),
    'GET /api/v2/builders?name=train': listed('builders', { builderid: 1, name: 'train' }),
    'GET /api/v2/workers': listed('workers', ...workers),
  });
const well = worker({});

/** Buildbot. */
export const buildbot: Setup = {
  config: (url) => ({ url, scheduler: 'retrain', builder: 'train', bearer_token: TOKEN }),
  documented: z.strictObject({
    method: z.literal('POST'),
    path: z.literal('/api/v2/forceschedulers/retrain'),
    body: z.strictObject({
      jsonrpc: z.literal('2.0'),
      id: z.number(),
      method: z.literal('force'),
      params: z.strictObject({
        builderNames: z.tuple([z.literal('train')]),
        reason: z.string(),
        correlation_id: z.literal(ID),
        model: z.literal('iris-classifier'),
        payload: z.string().max(16_000),
      }),
    }),
  }),
  authorization: ['authorization', `Bearer ${TOKEN}`],
  made: ok({ jsonrpc: '2.0', id: 1, result: [7, { 1: 42 }] }),
  status: (state) =>
    routes({
      [`GET ${REQUEST}/builds`]: listed('builds', {
        buildid: 5,
        number: 3,
        builderid: 1,
        state_string: state,
        properties: {},
      }),
      [`GET ${REQUEST}`]: listed('buildrequests', buildRequest(state !== 'running', STATES[state])),
    }),
  found: listed('buildrequests', buildRequest(false, -1)),
  notFound: routes({
    'GET /api/v2/buildrequests?': listed('buildrequests', buildRequest(false, -1, 'rt-other')),
    [SCHEDULER]: listed('forceschedulers', scheduler()),
  }),
  refusals: [
    ['a wrong token', said(401, 'who are you'), { reason: 'unauthorized', retryable: false }],
    [
      'a token that may too little',
      rpcError(403, -32600, 'you need to have role'),
      { reason: 'unauthorized', retryable: false },
    ],
    ['nothing there', said(404, 'nothing here'), { reason: 'not_found', retryable: false }],
    [
      'another address',
      { status: 302, headers: { location: 'https://elsewhere.example' } },
      { reason: 'not_found', retryable: false },
    ],
    [
      'a parameter that does not fit',
      rpcError(400, -32602, { model: `'model' needs to be specified ${TOKEN}` }),
      { reason: 'invalid_request', retryable: false },
    ],
    [
      'no such scheduler',
      rpcError(500, -32603, `AttributeError("'NoneType' object has no attribute 'force'")`),
      { reason: 'not_found', retryable: false },
    ],
    [
      'a builder of another scheduler',
      rpcError(500, -32603, "KeyError('builderNames not specified or not supported')"),
      { reason: 'not_found', retryable: false },
    ],
    [
      'too many requests',
      said(429, 'slow down', { 'retry-after': '30' }),
      { reason: 'rate_limited', retryable: true, retryAfterMs: 30_000 },
    ],
    [
      'a proxy that is closed for now',
      said(503, 'later', { 'retry-after': '30' }),
      { reason: 'rate_limited', retryable: true, retryAfterMs: 30_000 },
    ],
  ],
  doubts: [
    ['a page of a proxy', { status: 200, body: '<html>welcome</html>' }],
    ['an empty result', ok({ jsonrpc: '2.0', id: 1, result: null })],
    ['an internal error nobody knows', rpcError(500, -32603, 'OperationalError: database is locked')],
  ],
  cancel: {
    requested: routes({
      [`GET ${REQUEST}`]: listed('buildrequests', buildRequest(false, -1)),
      [`POST ${REQUEST}`]: ok({ jsonrpc: '2.0', id: 1, result: null }),
    }),
    finished: routes({ [`GET ${REQUEST}`]: listed('buildrequests', buildRequest(true, 2)) }),
  },
  preflight: {
    fine: preflight({}, well, worker({ name: 'w2', paused: true })),
    notes: ['not_checked'],
    faults: [
      ['a wrong token', saidToGet(401, 'no'), 'unauthorized'],
      ['a user who may not read', saidToGet(403, 'no'), 'permission_missing'],
      ['an unknown scheduler', routes({}), 'not_found'],
      ['the login page', { status: 302, headers: { location: '/login' } }, 'unexpected_answer'],
      ['something else than Buildbot', ok({ hello: 'world' }), 'unexpected_answer'],
      ['a gateway without a master', saidToGet(502, 'bad gateway'), 'unreachable'],
      ['a builder of another scheduler', preflight({ builder_names: ['test'] }, well), 'not_found'],
      ['undeclared parameters', preflight({ all_fields: [field('model')] }, well), 'inputs_not_declared'],
      [
        'a field that nobody fills in',
        preflight(
          { all_fields: [...OWN.map((name) => field(name)), field('gpu', { required: true })] },
          well,
        ),
        'inputs_missing',
      ],
      [
        'a parameter that is fixed',
        preflight(
          {
            all_fields: [
              ...OWN.slice(1).map((name) => field(name)),
              field('correlation_id', { type: 'fixed' }),
            ],
          },
          well,
        ),
        'broken_pipeline',
        'warning',
      ],
      ['workers that are all paused', preflight({}, worker({ paused: true })), 'paused', 'warning'],
    ],
  },
};

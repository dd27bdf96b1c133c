import { z } from 'zod';
import { ID, TOKEN, type Setup, ok, routes, said, saidToGet } from './setup.js';

const PIPELINE = '/v2/organizations/flowers/pipelines/iris-retrain';
const STATES = {
  running: 'running',
  succeeded: 'passed',
  failed: 'failed',
  cancelled: 'canceled',
  'nobody knows': 'levitating',
} as const;

/** A build as Buildkite's documentation shows it (buildkite.com/docs/apis/rest-api/builds), as far as we read it. */
export const build = (more: object = {}): object => ({
  id: 'f62a1b4d-10f9-4790-bc1c-e2c3a0c80983',
  number: 42,
  url: `https://api.buildkite.com${PIPELINE}/builds/42`,
  web_url: 'https://buildkite.com/flowers/iris-retrain/builds/42',
  state: 'scheduled',
  blocked: false,
  message: `retrain iris-classifier [${ID}]`,
  commit: 'HEAD',
  branch: 'main',
  source: 'api',
  jobs: [{ id: 'b63254c0', type: 'script', state: 'passed' }],
  meta_data: { correlation_id: ID, model: 'iris-classifier' },
  ...more,
});
const SCOPES = 'GET /v2/access-token';
const LOOK = `GET ${PIPELINE}`;
const fine = {
  [SCOPES]: ok({ uuid: 'b63254c0', scopes: ['read_builds', 'write_builds', 'read_pipelines'] }),
  [LOOK]: ok({ slug: 'iris-retrain', archived_at: null }),
};

/** Buildkite. */
export const buildkite: Setup = {
  config: (url) => ({
    organization: 'flowers',
    pipeline: 'iris-retrain',
    token: TOKEN,
    api_url: `${url}/v2`,
  }),
  documented: z.strictObject({
    method: z.literal('POST'),
    path: z.literal(`${PIPELINE}/builds`),
    body: z.strictObject({
      commit: z.string().min(1),
      branch: z.string().min(1),
      message: z.string(),
      env: z.strictObject({
        CORRELATION_ID: z.string(),
        MODEL: z.string(),
        PAYLOAD: z.string().max(16_000),
      }),
      // Texts of at most 100 kB, and better below one.
      meta_data: z.record(z.string(), z.string().max(1000)),
    }),
  }),
  authorization: ['authorization', `Bearer ${TOKEN}`],
  made: { status: 201, body: build() },
  status: (state) => ok(build({ state: STATES[state] })),
  found: ok([build()]),
  notFound: ok([]),
  refusals: [
    ['a wrong token', said(401, 'Authentication required'), { reason: 'unauthorized', retryable: false }],
    [
      'a token that lacks a scope',
      said(403, 'Forbidden. Your access token does not have the required scope: write_builds'),
      { reason: 'unauthorized', retryable: false },
    ],
    ['no such pipeline', said(404, 'No pipeline found'), { reason: 'not_found', retryable: false }],
    ['a proxy’s login page', { status: 302, headers: { location: '/login' } }, { reason: 'not_found' }],
    [
      'a branch that is not built',
      said(422, 'Branches have been disabled for this pipeline'),
      { reason: 'invalid_request', retryable: false },
    ],
    [
      'a body that it cannot read',
      said(400, 'Invalid JSON'),
      { reason: 'invalid_request', retryable: false },
    ],
    [
      'too many requests',
      said(429, 'You have exceeded your API rate limit', { 'ratelimit-reset': '42' }),
      { reason: 'rate_limited', retryable: true, retryAfterMs: 42_000 },
    ],
    ['a limit without a time', said(429, 'slow down'), { reason: 'rate_limited', retryAfterMs: 60_000 }],
  ],
  doubts: [['a page with status 201', { status: 201, body: '<html>' }]],
  cancel: {
    requested: ok(build({ state: 'canceling' })),
    finished: said(422, 'Build can’t be canceled because it’s already finished.'),
  },
  preflight: {
    fine: routes(fine),
    faults: [
      ['a wrong token', saidToGet(401, 'Authentication required'), 'unauthorized'],
      ['a page of a proxy', { status: 200, body: '<html>' }, 'unexpected_answer'],
      [
        'a token that may only read',
        routes({ ...fine, [SCOPES]: ok({ scopes: ['read_builds'] }) }),
        'permission_missing',
      ],
      ['an unknown pipeline', routes({ ...fine, [LOOK]: saidToGet(404, 'No pipeline found') }), 'not_found'],
      [
        'a pipeline that may not be read',
        routes({ ...fine, [LOOK]: saidToGet(403, 'Forbidden') }),
        'not_checked',
        'info',
      ],
      [
        'an archived pipeline',
        routes({ ...fine, [LOOK]: ok({ archived_at: '2026-01-01T00:00:00Z' }) }),
        'disabled',
      ],
    ],
  },
};

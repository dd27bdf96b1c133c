import { z } from 'zod';
import { ID, TOKEN, type Setup, ok, routes, said, saidToGet } from './setup.js';

const PROJECT = '/api/v4/projects/flowers%2Firis';
const STATES = {
  running: 'running',
  succeeded: 'success',
  failed: 'failed',
  cancelled: 'canceled',
  'nobody knows': 'levitating',
} as const;

/** A pipeline as GitLab's own documentation shows it (docs.gitlab.com/api/pipelines), as far as we read it. */
export const pipeline = (more: object = {}): object => ({
  id: 42,
  iid: 7,
  project_id: 1,
  status: 'pending',
  source: 'api',
  ref: 'main',
  sha: 'a91957a858320c0e17f3a0eca7cfacbff50ea29a',
  name: `retrain iris-classifier [${ID}]`,
  web_url: 'https://gitlab.example/flowers/iris/-/pipelines/42',
  created_at: '2026-03-10T11:59:00.000Z',
  ...more,
});
const file = (text: string): object => ({
  file_name: '.gitlab-ci.yml',
  encoding: 'base64',
  content: Buffer.from(text).toString('base64'),
});
const PIPELINE = `spec:
  inputs:
    correlation_id:
    model:
    payload:
---
workflow:
  name: 'retrain $[[ inputs.correlation_id ]]'
`;
const FILE = `GET ${PROJECT}/repository/files/.gitlab-ci.yml?ref=main`;
const BRANCH = `GET ${PROJECT}/repository/branches/main`;
const SELF = 'GET /api/v4/personal_access_tokens/self';
const fine = {
  [FILE]: ok(file(PIPELINE)),
  [BRANCH]: ok({ name: 'main', protected: true, can_push: true }),
  [SELF]: ok({ scopes: ['api'], active: true }),
};
const project = (more: object = {}): object => ({
  id: 1,
  archived: false,
  builds_access_level: 'enabled',
  permissions: { project_access: { access_level: 30 }, group_access: null },
  ...more,
});
const LAST = `GET ${PROJECT}`;
const withProject = (more: object): ReturnType<typeof routes> =>
  routes({ ...fine, [LAST]: ok(project(more)) });

/** GitLab CI. */
export const gitlab: Setup = {
  config: (url) => ({ url, project: 'flowers/iris', token: TOKEN }),
  documented: z.strictObject({
    method: z.literal('POST'),
    path: z.literal(`${PROJECT}/pipeline`),
    body: z.strictObject({
      ref: z.string(),
      inputs: z.strictObject({
        correlation_id: z.string(),
        model: z.string(),
        payload: z.string().max(16_000),
      }),
    }),
  }),
  authorization: ['private-token', TOKEN],
  made: { status: 201, body: pipeline() },
  status: (state) =>
    routes({
      [`GET ${PROJECT}/pipelines/42/jobs`]: ok([]),
      '/pipelines/42': ok(pipeline({ status: STATES[state] })),
    }),
  found: ok([pipeline()]),
  notFound: ok([pipeline({ id: 7, name: 'somebody else’s' })]),
  refusals: [
    ['a wrong token', said(401, '401 Unauthorized'), { reason: 'unauthorized', retryable: false }],
    ['a token that may too little', said(403, '403 Forbidden'), { reason: 'unauthorized', retryable: false }],
    ['no such project', said(404, '404 Project Not Found'), { reason: 'not_found', retryable: false }],
    [
      'a project that moved',
      { status: 301, headers: { location: '/x' } },
      { reason: 'not_found', retryable: false },
    ],
    [
      'an unknown branch',
      { status: 400, body: { message: { base: [`Reference not found ${TOKEN}`] } } },
      { reason: 'invalid_request', retryable: false, detail: '400: Reference not found <secret>' },
    ],
    [
      'rules that let nothing through',
      { status: 400, body: { message: { base: ['Pipeline will not run for the selected trigger.'] } } },
      { reason: 'invalid_request', retryable: false },
    ],
    [
      'variables that nobody may set',
      { status: 400, body: { message: { base: ['Insufficient permissions to set pipeline variables'] } } },
      { reason: 'invalid_request', retryable: false },
    ],
    [
      'too many requests',
      said(429, 'slow down', { 'retry-after': '30' }),
      { reason: 'rate_limited', retryable: true, retryAfterMs: 30_000 },
    ],
    ['a limit without a time', said(429, 'slow down'), { reason: 'rate_limited', retryAfterMs: 60_000 }],
  ],
  doubts: [['a page with status 201', { status: 201, body: '<html>' }]],
  cancel: {
    requested: ok(pipeline({ status: 'canceling' })),
    finished: ok(pipeline({ status: 'success' })),
  },
  preflight: {
    fine: withProject({}),
    faults: [
      ['a wrong token', saidToGet(401, '401 Unauthorized'), 'unauthorized'],
      ['an unknown project', routes({}), 'not_found'],
      ['a page of a proxy', { status: 200, body: '<html>' }, 'unexpected_answer'],
      ['an archived project', withProject({ archived: true }), 'disabled'],
      ['CI/CD that is off', withProject({ builds_access_level: 'disabled' }), 'disabled'],
      [
        'a role that is too low',
        withProject({ permissions: { project_access: { access_level: 20 }, group_access: null } }),
        'permission_missing',
      ],
      [
        'a token for reading only',
        routes({ ...fine, [SELF]: ok({ scopes: ['read_api'] }), [LAST]: ok(project()) }),
        'permission_missing',
      ],
      [
        'an unknown branch',
        routes({
          ...fine,
          [BRANCH]: saidToGet(404, '404 Branch Not Found'),
          tags: saidToGet(404, 'x'),
          [LAST]: ok(project()),
        }),
        'not_found',
      ],
      [
        'a protected branch',
        routes({ ...fine, [BRANCH]: ok({ protected: true, can_push: false }), [LAST]: ok(project()) }),
        'permission_missing',
        'warning',
      ],
      [
        'a branch without a pipeline',
        routes({ ...fine, [FILE]: saidToGet(404, '404 File Not Found'), [LAST]: ok(project()) }),
        'not_found',
      ],
      [
        'a file that may not be read',
        routes({ ...fine, [FILE]: saidToGet(403, 'no'), [LAST]: ok(project()) }),
        'not_checked',
        'info',
      ],
      ['a file kept elsewhere', withProject({ ci_config_path: 'ci.yml@flowers/ci' }), 'not_checked', 'info'],
      [
        'a file that is no YAML',
        routes({ ...fine, [FILE]: ok(file('a: [')), [LAST]: ok(project()) }),
        'broken_pipeline',
      ],
      [
        'undeclared inputs',
        routes({ ...fine, [FILE]: ok(file(PIPELINE.replace(/^ *payload.*\n/m, ''))), [LAST]: ok(project()) }),
        'inputs_not_declared',
      ],
      [
        'a required input that nobody sends',
        routes({
          ...fine,
          [FILE]: ok(file(PIPELINE.replace('---', '    size:\n---'))),
          [LAST]: ok(project()),
        }),
        'inputs_missing',
      ],
      [
        'a pipeline without a name',
        routes({
          ...fine,
          [FILE]: ok(file(PIPELINE.replace(/^workflow[\s\S]*$/m, ''))),
          [LAST]: ok(project()),
        }),
        'not_searchable',
        'warning',
      ],
    ],
  },
};

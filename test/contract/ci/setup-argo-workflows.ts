import { z } from 'zod';
import { ID, TOKEN, type Setup, ok, routes, said, saidToGet } from './setup.js';

const ALL = '/api/v1/workflows/training';
const STATES = {
  running: ['Running', undefined],
  succeeded: ['Succeeded', undefined],
  failed: ['Failed', undefined],
  cancelled: ['Failed', 'Terminate'],
  'nobody knows': ['Levitating', undefined],
} as const;

/** A workflow as the Argo Server gives it, with the fields that are asked for. */
export const workflow = (status: object = {}, spec: object = {}, metadata: object = {}): object => ({
  metadata: {
    name: ID,
    uid: '5f5b1f2e',
    creationTimestamp: '2026-03-10T11:59:00Z',
    labels: { 'retune-correlation-id': ID },
    ...metadata,
  },
  spec,
  status: { phase: 'Running', progress: '1/3', startedAt: '2026-03-10T11:59:01Z', ...status },
});
/** A refusal as grpc-gateway writes it. */
export const refusal = (status: number, code: number, message: string) => ({
  status,
  body: { code, message: `${message} ${TOKEN}` },
});
const parameters = ['correlation_id', 'model', 'payload'].map((name) => ({ name }));
const template = (more: object = {}): object => ({
  metadata: { name: 'iris-retrain', namespace: 'training' },
  spec: { entrypoint: 'retrain', arguments: { parameters }, ...more },
});
/** What a server says of a workflow that it does not have any more. */
export const GONE = refusal(404, 5, `workflows.argoproj.io "${ID}" not found`);
const LIST = `GET ${ALL}?`;
const ONE = `GET ${ALL}/${ID}?`;
const SUBMIT = `POST ${ALL}/submit`;
const ARCHIVE = 'GET /api/v1/archived-workflows?';
const TEMPLATE = 'GET /api/v1/workflow-templates/training/iris-retrain';
const preflight = (more: object): ReturnType<typeof routes> =>
  routes({ [TEMPLATE]: ok(template(more)), [LIST]: ok({ metadata: {}, items: null }) });
const exists = refusal(409, 6, `workflows.argoproj.io "${ID}" already exists`);

/** Argo Workflows. */
export const argoWorkflows: Setup = {
  config: (url) => ({ url, namespace: 'training', template: 'iris-retrain', token: TOKEN }),
  id: ID,
  documented: z.strictObject({
    method: z.literal('POST'),
    path: z.literal(`${ALL}/submit`),
    body: z.strictObject({
      namespace: z.literal('training'),
      resourceKind: z.literal('WorkflowTemplate'),
      resourceName: z.literal('iris-retrain'),
      submitOptions: z.strictObject({
        // A name and a label of Kubernetes: at most 63 of these characters.
        name: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/),
        labels: z.string().regex(/^[\w./-]+=[\w.-]{1,63}$/),
        parameters: z.array(z.string().regex(/^[\w-]+=/)),
      }),
    }),
  }),
  authorization: ['authorization', `Bearer ${TOKEN}`],
  made: ok(workflow({ phase: undefined })),
  status: (state) => {
    const [phase, shutdown] = STATES[state];
    return routes({ [ONE]: ok(workflow({ phase }, { shutdown })) });
  },
  found: routes({ [LIST]: ok({ items: [workflow()] }) }),
  notFound: routes({ [LIST]: ok({ metadata: {}, items: null }), [ARCHIVE]: ok({ items: [] }) }),
  refusals: [
    ['a wrong token', refusal(401, 16, 'token not valid'), { reason: 'unauthorized', retryable: false }],
    [
      'an account that may too little',
      refusal(403, 7, 'workflows.argoproj.io is forbidden: User cannot create resource'),
      { reason: 'unauthorized', retryable: false },
    ],
    [
      'a full quota',
      refusal(403, 7, 'workflows.argoproj.io is forbidden: exceeded quota: few'),
      { reason: 'rate_limited', retryable: true, retryAfterMs: 60_000 },
    ],
    [
      'an unknown template',
      refusal(404, 5, 'workflowtemplates.argoproj.io "iris-retrain" not found'),
      { reason: 'not_found', retryable: false },
    ],
    [
      'an unknown template, as an older server says it',
      refusal(500, 2, 'workflowtemplates.argoproj.io "iris-retrain" not found'),
      { reason: 'not_found', retryable: false },
    ],
    [
      'a missing parameter',
      refusal(400, 3, 'spec.arguments.size.value is required'),
      {
        reason: 'invalid_request',
        retryable: false,
        detail: '400: spec.arguments.size.value is required <secret>',
      },
    ],
    ['the login page', { status: 307, headers: { location: '/login' } }, { reason: 'not_found' }],
    [
      'too many requests',
      said(429, 'slow down', { 'retry-after': '30' }),
      { reason: 'rate_limited', retryable: true, retryAfterMs: 30_000 },
    ],
    [
      'a name that another workflow has',
      routes({ [SUBMIT]: exists, [ONE]: ok(workflow({}, {}, { labels: {} })) }),
      { reason: 'invalid_request', retryable: false },
    ],
  ],
  doubts: [
    ['a page with status 200', { status: 200, body: '<html>' }],
    ['a call that the server gave up on', refusal(499, 1, 'context canceled')],
    ['a name that cannot be looked at', routes({ [SUBMIT]: exists, [ONE]: saidToGet(500, 'oops') })],
  ],
  cancel: {
    requested: routes({
      [ONE]: ok(workflow()),
      [`PUT ${ALL}/${ID}/terminate`]: ok(workflow({}, { shutdown: 'Terminate' })),
    }),
    finished: routes({ [ONE]: ok(workflow({ phase: 'Failed' })) }),
  },
  preflight: {
    fine: preflight({}),
    notes: ['not_checked'],
    faults: [
      ['a wrong token', refusal(401, 16, 'token not valid'), 'unauthorized'],
      ['an account that may not see the template', refusal(403, 7, 'forbidden'), 'permission_missing'],
      ['an unknown template', refusal(404, 5, 'not found'), 'not_found'],
      ['a page of a proxy', { status: 200, body: '<html>' }, 'unexpected_answer'],
      ['a server that starts up', saidToGet(503, 'starting'), 'unreachable'],
      [
        'an account that may not list workflows',
        routes({ [TEMPLATE]: ok(template()), [LIST]: refusal(403, 7, 'forbidden') }),
        'permission_missing',
      ],
      ['a template without entrypoint', preflight({ entrypoint: undefined }), 'broken_pipeline'],
      ['a template that starts suspended', preflight({ suspend: true }), 'paused'],
      ['undeclared parameters', preflight({ arguments: {} }), 'inputs_not_declared'],
      [
        'a parameter that nobody sends',
        preflight({
          arguments: { parameters: [...parameters, { name: 'size' }, { name: 'x', value: '1' }] },
        }),
        'inputs_missing',
      ],
      [
        'workflows that are deleted at once',
        preflight({ ttlStrategy: { secondsAfterCompletion: 86_400, secondsAfterSuccess: 5 } }),
        'not_searchable',
        'warning',
      ],
    ],
  },
};

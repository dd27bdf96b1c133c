import { z } from 'zod';
import type { Answering } from '../../support/capture-server.js';
import { ID, TOKEN, type Setup, ok, routes, said, saidToGet } from './setup.js';

const JOBS = '/apis/batch/v1/namespaces/training/jobs';
const condition = (type: string, more: object = {}) => ({
  conditions: [{ type, status: 'True', ...more }],
});
const STATES = {
  running: { active: 1, ready: 1 },
  succeeded: condition('Complete'),
  failed: condition('Failed', { reason: 'BackoffLimitExceeded', message: 'Job has reached the limit' }),
  cancelled: undefined,
  'nobody knows': { active: 1, ...condition('Levitating') },
} as const;

/** A Job as Kubernetes gives it, as far as we read it. */
export const job = (status: object = {}, metadata: object = {}, spec: object = {}): object => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: ID, namespace: 'training', labels: { 'retune-correlation-id': ID }, ...metadata },
  spec,
  status,
});
/** A refusal as Kubernetes writes it. */
export const refusal = (code: number, reason: string, message: string) => ({
  status: code,
  body: {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    message: `${message} ${TOKEN}`,
    reason,
    details: { name: ID, group: 'batch', kind: 'jobs' },
    code,
  },
});
/** Kubernetes' word that a job does not exist. */
export const GONE = refusal(404, 'NotFound', `jobs.batch "${ID}" not found`);
const CREATE = `POST ${JOBS}`;
const ONE = `GET ${JOBS}/${ID}`;
const exists = refusal(409, 'AlreadyExists', `jobs.batch "${ID}" already exists`);
const review = (allowed: unknown): Answering => ({ status: 201, body: { status: { allowed } } });
const preflight = (created: Answering, allowed: unknown = true): ReturnType<typeof routes> =>
  routes({ [`${CREATE}?dryRun=All`]: created, selfsubjectaccessreviews: review(allowed) });
const env = z.tuple([
  z.strictObject({ name: z.literal('CORRELATION_ID'), value: z.string() }),
  z.strictObject({ name: z.literal('MODEL'), value: z.string() }),
  z.strictObject({ name: z.literal('PAYLOAD'), value: z.string().max(16_000) }),
]);

/** A Job of Kubernetes. */
export const kubernetesJob: Setup = {
  config: (url) => ({
    url,
    namespace: 'training',
    token: TOKEN,
    pod: { containers: [{ name: 'train', image: 'registry.example/train' }] },
  }),
  id: ID,
  documented: z.strictObject({
    method: z.literal('POST'),
    path: z.literal(JOBS),
    body: z.strictObject({
      apiVersion: z.literal('batch/v1'),
      kind: z.literal('Job'),
      metadata: z.strictObject({
        // A name and a label: at most 63 of these characters.
        name: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/),
        labels: z.record(z.string(), z.string().regex(/^[a-z0-9][\w.-]{0,62}$/)),
      }),
      spec: z.strictObject({
        backoffLimit: z.literal(0),
        activeDeadlineSeconds: z.int().positive(),
        ttlSecondsAfterFinished: z.int().nonnegative(),
        template: z.strictObject({
          metadata: z.strictObject({ labels: z.record(z.string(), z.string()) }),
          spec: z.strictObject({
            restartPolicy: z.literal('Never'),
            containers: z.array(z.strictObject({ name: z.string(), image: z.string(), env })),
          }),
        }),
      }),
    }),
  }),
  authorization: ['authorization', `Bearer ${TOKEN}`],
  made: { status: 201, body: job() },
  status: (state) => {
    const status = STATES[state];
    return status === undefined
      ? ok(job({ active: 1 }, { deletionTimestamp: '2026-03-10T12:00:00Z' }))
      : ok(job(status));
  },
  found: routes({ [`GET ${JOBS}?`]: ok({ kind: 'JobList', items: [job()] }) }),
  notFound: routes({ [`GET ${JOBS}?`]: ok({ kind: 'JobList', items: [] }) }),
  refusals: [
    [
      'a wrong token',
      refusal(401, 'Unauthorized', 'Unauthorized'),
      { reason: 'unauthorized', retryable: false },
    ],
    [
      'an account that may too little',
      refusal(403, 'Forbidden', 'jobs.batch is forbidden: User cannot create resource'),
      { reason: 'unauthorized', retryable: false },
    ],
    [
      'a full quota',
      refusal(403, 'Forbidden', 'jobs.batch is forbidden: exceeded quota: few'),
      { reason: 'rate_limited', retryable: true, retryAfterMs: 60_000 },
    ],
    [
      'an unknown namespace',
      refusal(404, 'NotFound', 'namespaces "training" not found'),
      { reason: 'not_found', retryable: false },
    ],
    [
      'a pod that is wrong',
      refusal(422, 'Invalid', 'spec.template.spec.containers[0].image: Required value'),
      {
        reason: 'invalid_request',
        detail: '422: spec.template.spec.containers[0].image: Required value <secret>',
      },
    ],
    ['a login page', { status: 302, headers: { location: '/login' } }, { reason: 'not_found' }],
    [
      'a server that is busy',
      said(429, 'too many requests', { 'retry-after': '1' }),
      { reason: 'rate_limited', retryable: true, retryAfterMs: 1000 },
    ],
    [
      'a name that another job has',
      routes({ [CREATE]: exists, [ONE]: ok(job({}, { labels: {} })) }),
      { reason: 'invalid_request', retryable: false },
    ],
  ],
  doubts: [
    ['a page with status 201', { status: 201, body: '<html>' }],
    ['a name that cannot be looked at', routes({ [CREATE]: exists, [ONE]: saidToGet(500, 'oops') })],
  ],
  cancel: {
    requested: routes({
      [ONE]: ok(job({ active: 1 })),
      [`DELETE ${JOBS}/${ID}?propagationPolicy=Background`]: ok({ kind: 'Status', status: 'Success' }),
    }),
    finished: routes({ [ONE]: ok(job(STATES.succeeded)) }),
  },
  preflight: {
    fine: preflight({ status: 201, body: job() }),
    faults: [
      ['a wrong token', refusal(401, 'Unauthorized', 'Unauthorized'), 'unauthorized'],
      ['an account that may not create', refusal(403, 'Forbidden', 'forbidden'), 'permission_missing'],
      ['an unknown namespace', refusal(404, 'NotFound', 'namespaces "training" not found'), 'not_found'],
      ['a pod that is wrong', preflight(refusal(422, 'Invalid', 'image: Required value')), 'broken_pipeline'],
      ['a page of a proxy', { status: 200, body: '<html>' }, 'unexpected_answer'],
      ['a server that starts up', saidToGet(503, 'starting'), 'unreachable'],
      ['an account that may not read', preflight({ status: 201, body: job() }, false), 'permission_missing'],
      ['a server that does not tell', preflight(exists, null), 'not_checked', 'info'],
    ],
  },
};

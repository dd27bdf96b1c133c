import { z } from 'zod';
import { details, file, listOf, refusal, repository, workflow, workflowRun } from './github-objects.js';
import { NOW, TOKEN, type Setup, ok, routes, said, saidToGet } from './setup.js';

const PIPELINE = `run-name: retrain [\${{ inputs.correlation_id }}]
on:
  workflow_dispatch:
    inputs:
      correlation_id: { required: true }
      model: { required: true }
      payload: { required: true }
`;
const DISPATCH = 'POST /api/v3/repos/flowers/iris/actions/workflows/retrain.yml/dispatches';
const FILE = 'GET /api/v3/repos/flowers/iris/contents/.github/workflows/retrain.yml?ref=main';
const WORKFLOW = 'GET /api/v3/repos/flowers/iris/actions/workflows/retrain.yml';
const REPOSITORY = 'GET /api/v3/repos/flowers/iris';
const fine = {
  [DISPATCH]: saidToGet(422, 'No ref found for: retune..preflight'),
  [FILE]: ok(file(PIPELINE)),
  [WORKFLOW]: ok(workflow({})),
  [REPOSITORY]: ok(repository()),
};

/** GitHub Actions. */
export const github: Setup = {
  config: (url) => ({
    repo: 'flowers/iris',
    workflow: 'retrain.yml',
    token: TOKEN,
    api_url: `${url}/api/v3`,
  }),
  documented: z.strictObject({
    method: z.literal('POST'),
    path: z.literal(DISPATCH.slice('POST '.length)),
    body: z.strictObject({
      ref: z.string(),
      // 65,535 characters in all, and texts only.
      inputs: z.strictObject({
        correlation_id: z.string(),
        model: z.string(),
        payload: z.string().max(16_000),
      }),
      return_run_details: z.literal(true),
    }),
  }),
  authorization: ['authorization', `Bearer ${TOKEN}`],
  made: { status: 200, body: details },
  status: (state) => {
    const known = {
      running: ['in_progress', null],
      succeeded: ['completed', 'success'],
      failed: ['completed', 'failure'],
      cancelled: ['completed', 'cancelled'],
      'nobody knows': ['completed', 'new'],
    } as const;
    const [status, conclusion] = known[state];
    return { status: 200, body: workflowRun({ status, conclusion }) };
  },
  found: { status: 200, body: listOf(workflowRun({})) },
  notFound: { status: 200, body: listOf(workflowRun({ id: 7, display_title: 'somebody else’s' })) },
  refusals: [
    ['a wrong token', said(401, 'Bad credentials'), { reason: 'unauthorized', retryable: false }],
    [
      'a token that may too little',
      said(403, 'Resource not accessible by personal access token'),
      { reason: 'unauthorized', retryable: false },
    ],
    [
      'a secondary limit',
      said(403, 'You have exceeded a secondary rate limit'),
      { reason: 'rate_limited', retryable: true, retryAfterMs: 60_000 },
    ],
    [
      'a limit with its time',
      said(403, 'slow down', { 'retry-after': '30' }),
      { reason: 'rate_limited', retryable: true, retryAfterMs: 30_000 },
    ],
    [
      'a used-up limit',
      said(403, 'API rate limit exceeded', {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(NOW.getTime() / 1000 + 90),
      }),
      { reason: 'rate_limited', retryable: true, retryAfterMs: 90_000 },
    ],
    [
      'too many requests',
      said(429, 'slow down'),
      { reason: 'rate_limited', retryable: true, retryAfterMs: 60_000 },
    ],
    ['no such repository', said(404, 'Not Found'), { reason: 'not_found', retryable: false }],
    [
      'a repository that moved',
      { status: 307, headers: { location: 'https://elsewhere.example' } },
      { reason: 'not_found', retryable: false },
    ],
    [
      'an unknown branch',
      said(422, 'No ref found for: main'),
      { reason: 'invalid_request', retryable: false },
    ],
    [
      'a workflow without the trigger',
      said(422, "Workflow does not have 'workflow_dispatch' trigger"),
      { reason: 'invalid_request', retryable: false },
    ],
    [
      'an input it does not declare',
      said(422, 'Unexpected inputs provided: ["payload"]'),
      { reason: 'invalid_request', retryable: false },
    ],
    [
      'a disabled workflow',
      said(422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow"),
      { reason: 'target_disabled', retryable: false },
    ],
  ],
  cancel: {
    requested: { status: 202, body: {} },
    finished: said(409, 'Cannot cancel a run that is completed'),
  },
  preflight: {
    fine: routes(fine),
    faults: [
      ['a wrong token', saidToGet(401, 'Bad credentials'), 'unauthorized'],
      ['an unknown repository', routes({}), 'not_found'],
      [
        'a moved repository',
        {
          status: 301,
          headers: { location: 'https://x.example' },
          body: refusal('Moved Permanently'),
        },
        'unexpected_answer',
      ],
      ['a page of a proxy', { status: 200, body: '<html>' }, 'unexpected_answer'],
      [
        'an archived repository',
        routes({ ...fine, [REPOSITORY]: ok(repository({ archived: true })) }),
        'disabled',
      ],
      ['an unknown workflow', routes({ ...fine, [WORKFLOW]: saidToGet(404, 'Not Found') }), 'not_found'],
      [
        'a disabled workflow',
        routes({ ...fine, [WORKFLOW]: ok(workflow({ state: 'disabled_inactivity' })) }),
        'disabled',
      ],
      [
        'an unknown branch',
        routes({ ...fine, [FILE]: saidToGet(404, 'No commit found for the ref main') }),
        'not_found',
      ],
      [
        'a file that may not be read',
        routes({ ...fine, [FILE]: saidToGet(403, 'no') }),
        'not_checked',
        'info',
      ],
      ['a file that is no YAML', routes({ ...fine, [FILE]: ok(file('on: [')) }), 'broken_pipeline'],
      ['a workflow for pushes', routes({ ...fine, [FILE]: ok(file('on: push')) }), 'disabled'],
      [
        'undeclared inputs',
        routes({ ...fine, [FILE]: ok(file(PIPELINE.replace(/^ *payload.*$/m, ''))) }),
        'inputs_not_declared',
      ],
      [
        'a required input that nobody sends',
        routes({ ...fine, [FILE]: ok(file(`${PIPELINE}      size: { required: true }`)) }),
        'inputs_missing',
      ],
      [
        'a run-name without the id',
        routes({ ...fine, [FILE]: ok(file(PIPELINE.replace(/^run-name.*$/m, ''))) }),
        'not_searchable',
        'warning',
      ],
      [
        'a token that may not dispatch',
        routes({ ...fine, [DISPATCH]: saidToGet(403, 'Resource not accessible by personal access token') }),
        'permission_missing',
      ],
      [
        'a token that is hidden from',
        routes({ ...fine, [DISPATCH]: saidToGet(404, 'Not Found') }),
        'permission_missing',
      ],
      ['a server that takes anything', routes({ ...fine, [DISPATCH]: { status: 204 } }), 'unexpected_answer'],
    ],
  },
};

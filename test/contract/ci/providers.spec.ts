import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { components, operations } from '@octokit/openapi-types';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Webhook } from 'standardwebhooks';
import { parse } from 'yaml';
import { HttpClient } from '../../../src/platform/http.client.js';
import { CiTargets, compileCiTarget } from '../../../src/retraining/ci.schema.js';
import type {
  Ambiguous,
  CiIo,
  CiProvider,
  CiStatus,
  Refused,
  RunRequest,
  Triggered,
} from '../../../src/retraining/ci/ci-provider.js';
import { GithubConfig } from '../../../src/retraining/ci/github/config.js';
import { dispatchBody } from '../../../src/retraining/ci/github/payload.js';
import { ciProviders } from '../../../src/retraining/ci/index.js';
import { CaptureServer, type Answering, type CapturedRequest } from '../../support/capture-server.js';

const FOLDER = new URL('../../../src/retraining/ci/', import.meta.url);
const NOW = new Date('2026-03-10T12:00:00Z');
const SINCE = new Date('2026-03-10T11:58:00Z');
const ID = 'rt-01kkbt4s00000000000000000a';
const TOKEN = 'ghp_TOKENSECRET';
const SIGNING = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const CALLBACK = 'CALLBACKSECRET';
const SECRETS = [TOKEN, SIGNING, SIGNING.slice(6), CALLBACK, 'PATHSECRET'];

const request: RunRequest = {
  correlationId: ID,
  model: 'iris-classifier',
  currentVersion: '7',
  reason: { kind: 'accuracy', summary: 'accuracy 0.88', severity: 'critical', requestedBy: 'policy:iris' },
  evidence: [{ rule: 'IrisAccuracyLow', labels: {}, value: 0.88, threshold: 0.92, n: 340 }],
  windows: {
    drifted: { from: '2026-03-10T06:00:00Z', to: '2026-03-10T12:00:00Z' },
    training: { from: '2026-03-09T12:00:00Z', to: '2026-03-10T12:00:00Z' },
  },
  links: {},
  deadline: '2026-03-10T19:00:00Z',
  requestedAt: '2026-03-10T12:00:00Z',
  callback: {
    url: 'https://retune.example/report',
    claimUrl: 'https://retune.example/claim',
    token: CALLBACK,
  },
};

const http = new HttpClient();
const io: CiIo = {
  http: { send: (sent) => http.send({ ...sent, timeoutMs: 400 }) },
  reveal: (secret) => secret.reveal((path) => readFile(path, 'utf8')),
  now: NOW,
};
let server: CaptureServer;
beforeAll(async () => {
  server = await CaptureServer.start();
});
beforeEach(async () => {
  await server.listen();
  server.requests.length = 0;
  server.otherwise({ status: 500 });
});
afterAll(() => http.onApplicationShutdown());

/** A run as GitHub lists it, as far as we read it; its type is GitHub's own. */
type WorkflowRun = components['schemas']['workflow-run'];
const workflowRun = (more: Partial<WorkflowRun>): Partial<WorkflowRun> => ({
  id: 42,
  html_url: 'https://github.com/flowers/iris/actions/runs/42',
  display_title: `retrain iris-classifier [${ID}]`,
  status: 'in_progress',
  conclusion: null,
  created_at: '2026-03-10T11:59:00Z',
  ...more,
});
type RunList = operations['actions/list-workflow-runs']['responses'][200]['content']['application/json'];
const listOf = (...runs: Partial<WorkflowRun>[]) =>
  ({ total_count: runs.length, workflow_runs: runs }) satisfies {
    total_count: number;
    workflow_runs: Partial<RunList['workflow_runs'][number]>[];
  };
const details: components['schemas']['workflow-dispatch-response'] = {
  workflow_run_id: 42,
  run_url: 'https://api.github.com/repos/flowers/iris/actions/runs/42',
  html_url: 'https://github.com/flowers/iris/actions/runs/42',
};

/** How a provider is pointed at an address, and what its target says. */
interface Setup {
  config(url: string): object;
  readonly made: Answering;
  readonly status: (state: 'running' | 'succeeded' | 'failed' | 'cancelled' | 'nobody knows') => Answering;
  readonly found: Answering;
  readonly notFound: Answering;
  readonly refusals: readonly (readonly [string, Answering, Partial<Refused>])[];
}
/** A target that repeats what it was told, secrets and all. */
const said = (status: number, message: string, headers: Record<string, string> = {}): Answering => ({
  status,
  headers,
  body: { message: `${message} ${TOKEN} ${CALLBACK}` },
});
/** The same in answer to a request that did not carry the callback's token. */
const saidToGet = (status: number, message: string): Answering => ({
  status,
  body: { message: `${message} ${TOKEN}` },
});
/** A build request and its build as Buildbot shows them, as far as we read them. */
const buildRequest = (complete: boolean, results: number, correlationId = ID) => ({
  buildrequestid: 42,
  claimed: true,
  complete,
  results,
  submitted_at: NOW.getTime() / 1000 - 60,
  properties: { correlation_id: [correlationId, 'Force Build Form'] },
});
const rpcError = (status: number, code: number, message: string | object): Answering => ({
  status,
  body: {
    jsonrpc: '2.0',
    id: 1,
    error: { code, message: typeof message === 'string' ? `${message} ${TOKEN} ${CALLBACK}` : message },
  },
});
const buildbotAnswers =
  (answers: Readonly<Record<string, object>>): Answering =>
  ({ path }) => {
    const kind = /\/(\w+)(?:\?|$|\/(?:\d+|retrain)(?:\?|$))/.exec(path)?.[1] ?? '';
    const body = answers[kind];
    return body ? { status: 200, body: { [kind]: [body], meta: {} } } : { status: 500 };
  };
const SETUPS: Readonly<Record<string, Setup>> = {
  buildbot: {
    config: (url) => ({ url, scheduler: 'retrain', builder: 'train', bearer_token: TOKEN }),
    made: { status: 200, body: { jsonrpc: '2.0', id: 1, result: [7, { 1: 42 }] } },
    status: (state) => {
      const known = { running: -1, succeeded: 0, failed: 2, cancelled: 6, 'nobody knows': 9 };
      const build = { buildid: 5, number: 3, builderid: 1, state_string: state, properties: {} };
      return buildbotAnswers({
        buildrequests: buildRequest(state !== 'running', known[state]),
        builds: build,
      });
    },
    found: buildbotAnswers({ buildrequests: buildRequest(false, -1) }),
    notFound: buildbotAnswers({
      buildrequests: buildRequest(false, -1, 'rt-other'),
      forceschedulers: { all_fields: [{ fullName: null, fields: [{ fullName: 'correlation_id' }] }] },
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
        'closed for now',
        said(503, 'later', { 'retry-after': '30' }),
        { reason: 'rate_limited', retryable: true, retryAfterMs: 30_000 },
      ],
    ],
  },
  github: {
    config: (url) => ({
      repo: 'flowers/iris',
      workflow: 'retrain.yml',
      token: TOKEN,
      api_url: `${url}/api/v3`,
    }),
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
  },
  webhook: {
    config: (url) => ({
      url: `${url}/PATHSECRET`,
      secret: SIGNING,
      bearer_token: TOKEN,
      status_url: `${url}/runs/{correlation_id}`,
      searchable_status: true,
    }),
    made: { status: 202, body: { run_id: '42', run_url: '/runs/42' } },
    status: (state) => ({ status: 200, body: { run_id: '42', status: state } }),
    found: { status: 200, body: { run_id: '42', status: 'running', correlation_id: ID } },
    notFound: { status: 404, body: { error: 'no such run' } },
    refusals: [
      ['a wrong token', said(401, 'who are you'), { reason: 'unauthorized', retryable: false }],
      ['a token that may too little', said(403, 'not you'), { reason: 'unauthorized', retryable: false }],
      ['nothing there', said(404, 'nothing here'), { reason: 'not_found', retryable: false }],
      [
        'another address',
        { status: 301, headers: { location: 'https://elsewhere.example' } },
        { reason: 'not_found', retryable: false },
      ],
      [
        'another run',
        { status: 409, body: { correlation_id: 'rt-other' } },
        { reason: 'invalid_request', retryable: false },
      ],
      ['closed for good', said(410, 'gone'), { reason: 'target_disabled', retryable: false }],
      [
        'a request it cannot read',
        said(422, 'what is this'),
        { reason: 'invalid_request', retryable: false },
      ],
      [
        'too many requests',
        said(429, 'slow down', { 'retry-after': '30' }),
        { reason: 'rate_limited', retryable: true, retryAfterMs: 30_000 },
      ],
      [
        'closed for now',
        said(503, 'later', { 'retry-after': '30' }),
        { reason: 'rate_limited', retryable: true, retryAfterMs: 30_000 },
      ],
    ],
  },
};
const DOUBTS: readonly (readonly [string, Answering])[] = [
  ['500', said(500, 'oops')],
  ['502 of a gateway', said(502, 'bad gateway')],
  ['503 without a time', said(503, 'unavailable')],
  ['504', said(504, 'timed out')],
  ['408', said(408, 'timed out')],
  ['a connection that broke after the request was read', 'reset'],
  ['silence', 'hang'],
];

interface Bound {
  readonly provider: CiProvider;
  readonly setup: Setup;
  readonly config: () => unknown;
}
const bound = (type: string): Bound => {
  const provider = ciProviders.find((each) => each.type === type) as CiProvider;
  const setup = SETUPS[type] as Setup;
  return { provider, setup, config: () => provider.Config.parse(setup.config(server.url)) };
};
const types = ciProviders.map(({ type }) => [type] as const);
const posts = (): readonly CapturedRequest[] => server.requests.filter(({ method }) => method === 'POST');

/** Triggers, and looks for secrets in what comes back. */
async function trigger({ provider, config }: Bound): Promise<Triggered | Refused | Ambiguous> {
  const result = await provider.trigger(request, config(), io);
  for (const secret of SECRETS) expect(JSON.stringify(result)).not.toContain(secret);
  return result;
}

describe('the registry', () => {
  it('has every folder, each under its own name, and each in the table above', () => {
    const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const names = folders.map(({ name }) => name).toSorted();
    expect(ciProviders.map(({ type }) => type).toSorted()).toEqual(names);
    expect(Object.keys(SETUPS).toSorted()).toEqual(names);
  });
});

describe.each(types)('the README of %s', (type) => {
  const text = readFileSync(new URL(`${type}/README.md`, FOLDER), 'utf8');
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(text) ?? [];

  it('has an example that loads', () => {
    const targets = CiTargets.parse((parse(example) as { ci: unknown }).ci).map(compileCiTarget);
    expect(targets.map(({ provider }) => provider.type)).toEqual([type]);
  });

  it('names every field that may be written', () => {
    const { provider } = bound(type);
    const { shape } = provider.Config as unknown as { shape: object };
    expect(Object.keys(shape).filter((field) => !text.includes(`\`${field}\``))).toEqual([]);
  });

  it('tells a pipeline how to claim its run and how to report', () => {
    expect(text).toContain('callback.claim_url');
    expect(text).toContain('callback.url');
  });
});

describe.each(types)('%s', (type) => {
  const it_ = bound(type);
  const { provider, setup } = it_;

  it('describes itself in a line', () => expect(provider.summary).toMatch(/^\S.{20,}[^.]$/));

  it('triggers, and knows the run', async () => {
    server.next(setup.made);
    expect(await trigger(it_)).toMatchObject({ kind: 'triggered', adopted: false, ref: { id: '42' } });
    expect(posts()).toHaveLength(1);
  });

  it.each(setup.refusals)('is refused by %s', async (_what, answer, expected) => {
    server.next(answer);
    expect(await trigger(it_)).toMatchObject({ kind: 'refused', ...expected });
    expect(posts()).toHaveLength(1);
  });

  it.each(DOUBTS)('is in doubt after %s, and never asks twice', async (_what, answer) => {
    server.next(answer);
    expect(await trigger(it_)).toMatchObject({ kind: 'ambiguous' });
    expect(posts()).toHaveLength(1);
  });

  it('knows that nothing left when nobody listens', async () => {
    await server.refuse();
    expect(await trigger(it_)).toMatchObject({ kind: 'refused', reason: 'unreachable', retryable: true });
  });

  it('sends the same again whenever it is sent', async () => {
    server.otherwise(setup.made);
    await trigger(it_);
    await trigger(it_);
    const [first, second] = posts();
    expect(second?.body).toBe(first?.body);
    expect(first?.body).toContain(ID);
  });

  it('finds a run whose answer was lost', async () => {
    server.otherwise(setup.found);
    expect(await provider.find?.(ID, SINCE, it_.config(), io)).toMatchObject([{ id: '42' }]);
    expect(posts()).toHaveLength(0);
  });

  it('finds nothing where nothing is', async () => {
    server.otherwise(setup.notFound);
    expect(await provider.find?.(ID, SINCE, it_.config(), io)).toEqual([]);
  });

  it.each<[string, Answering]>([
    ['fails', saidToGet(500, 'oops')],
    ['is refused', saidToGet(401, 'who are you')],
    ['is answered with a page', { status: 200, body: '<html>log in</html>' }],
    ['is not answered', 'hang'],
  ])('proves nothing by a search that %s', async (_what, answer) => {
    server.otherwise(answer);
    const error = await provider.find?.(ID, SINCE, it_.config(), io).then(
      (found) => expect(found).toBe('an error'),
      (thrown: Error) => thrown,
    );
    for (const secret of SECRETS) expect(String(error)).not.toContain(secret);
  });

  it.each<['running' | 'succeeded' | 'failed' | 'cancelled' | 'nobody knows', CiStatus['state']]>([
    ['running', 'running'],
    ['succeeded', 'succeeded'],
    ['failed', 'failed'],
    ['cancelled', 'cancelled'],
    ['nobody knows', 'running'],
  ])('reads a run that is %s', async (state, expected) => {
    server.otherwise(setup.status(state));
    expect(await provider.status({ id: '42' }, ID, it_.config(), io)).toMatchObject({
      state: expected,
      ref: { id: '42' },
    });
  });

  it.each<[string, Answering]>([
    ['an error', saidToGet(500, 'oops')],
    ['not found', saidToGet(404, 'nothing here')],
    ['a page', { status: 200, body: '<html>success</html>' }],
    ['silence', 'hang'],
    ['a broken connection', 'reset'],
  ])('learns nothing about a run from %s', async (_what, answer) => {
    server.next(answer);
    const status = await provider.status({ id: '42' }, ID, it_.config(), io);
    expect(status.state).toBe('unknown');
    for (const secret of SECRETS) expect(JSON.stringify(status)).not.toContain(secret);
  });

  it('cancels, if it can', async () => {
    if (!provider.cancel) return;
    const cancel = () => provider.cancel?.({ id: '42' }, it_.config(), io);
    server.next({ status: 202 }, { status: 409 }, said(500, 'oops'));
    expect(await cancel()).toBe('requested');
    expect(await cancel()).toBe('already_finished');
    await expect(cancel()).rejects.toThrow('500');
  });
});

describe('buildbot', () => {
  const it_ = bound('buildbot');

  it('forces one builder, with the parameters a scheduler declares', async () => {
    server.next(it_.setup.made);
    await trigger(it_);
    const [sent] = server.requests as [CapturedRequest];
    expect(sent.path).toBe('/api/v2/forceschedulers/retrain');
    expect(sent.headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/json',
    });
    expect(JSON.parse(sent.body)).toMatchObject({
      jsonrpc: '2.0',
      method: 'force',
      params: { builderNames: ['train'], correlation_id: ID, model: 'iris-classifier' },
    });
  });

  it.each<[string, Answering]>([
    ['a page of a proxy', { status: 200, body: '<html>welcome</html>' }],
    ['an empty result', { status: 200, body: { jsonrpc: '2.0', id: 1, result: null } }],
    ['an internal error nobody knows', rpcError(500, -32603, 'OperationalError: database is locked')],
  ])('is in doubt after %s', async (_what, answer) => {
    server.next(answer);
    expect(await trigger(it_)).toMatchObject({ kind: 'ambiguous' });
  });

  it('sends a user name and a password as they are asked for by a proxy', async () => {
    const config = it_.provider.Config.parse({
      url: `${server.url}/ci/`,
      scheduler: 'retrain',
      builder: 'train',
      username: 'retune',
      password: 'PATHSECRET',
    });
    const basic = Buffer.from('retune:PATHSECRET').toString('base64');
    server.next({ status: 401, body: { error: `${basic} or PATHSECRET?` } });
    const refused = await it_.provider.trigger(request, config, io);
    expect(server.requests[0]).toMatchObject({
      path: '/ci/api/v2/forceschedulers/retrain',
      headers: { authorization: `Basic ${basic}` },
    });
    expect(JSON.stringify(refused)).not.toMatch(new RegExp(`${basic}|PATHSECRET`));
  });

  it('does not believe a success whose version it could not read', async () => {
    server.next({ status: 200, body: { buildrequests: [buildRequest(true, 0)] } }, { status: 502 });
    expect(await it_.provider.status({ id: '42' }, ID, it_.config(), io)).toMatchObject({ state: 'unknown' });
  });

  it('reads on until it is past the time of the request', async () => {
    const page = (submitted_at: number) => ({
      status: 200,
      body: {
        buildrequests: Array.from({ length: 200 }, () => ({
          ...buildRequest(false, -1, 'x'),
          submitted_at,
        })),
      },
    });
    server.next(page(NOW.getTime() / 1000), it_.setup.found);
    expect(await it_.provider.find?.(ID, SINCE, it_.config(), io)).toMatchObject([{ id: '42' }]);
    expect(server.requests.map(({ path }) => /offset=\d+/.exec(path)?.[0])).toEqual([
      'offset=0',
      'offset=200',
    ]);
    server.otherwise(page(NOW.getTime() / 1000));
    await expect(it_.provider.find?.(ID, SINCE, it_.config(), io)).rejects.toThrow('more than 5000 requests');
  });

  it('takes nothing for not there when the scheduler does not keep the correlation id', async () => {
    server.otherwise(
      buildbotAnswers({
        buildrequests: buildRequest(false, -1, 'rt-other'),
        forceschedulers: { all_fields: [{ fullName: 'model' }] },
      }),
    );
    await expect(it_.provider.find?.(ID, SINCE, it_.config(), io)).rejects.toThrow(
      'expected a parameter correlation_id of retrain',
    );
  });
});

describe('github', () => {
  const it_ = bound('github');
  const config = (): GithubConfig => it_.config() as GithubConfig;

  it('sends what GitHub’s own description of its API asks for', async () => {
    type Body = operations['actions/create-workflow-dispatch']['requestBody']['content']['application/json'];
    const body: Body = dispatchBody(request, config(), true);
    server.next(it_.setup.made);
    await trigger(it_);
    const [sent] = server.requests;
    expect(JSON.parse(sent?.body ?? '')).toEqual(body);
    expect(sent?.path).toBe('/api/v3/repos/flowers/iris/actions/workflows/retrain.yml/dispatches');
    expect(sent?.headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
    });
    expect(sent?.headers['user-agent']).toBeTruthy();
  });

  it.each([400, 422])(
    'asks an older server once more without return_run_details after %d',
    async (status) => {
      server.next(said(status, 'Invalid request. "return_run_details" is not a permitted key.'), {
        status: 204,
      });
      expect(await trigger(it_)).toEqual({ kind: 'triggered', adopted: false });
      const [first, second] = server.json() as Record<string, unknown>[];
      const { return_run_details: asked, ...rest } = first as Record<string, unknown>;
      expect(asked).toBe(true);
      expect(second).toEqual(rest);
    },
  );

  it('does not take the page of a proxy for a run', async () => {
    server.next({ status: 200, body: '<html>welcome</html>' });
    expect(await trigger(it_)).toMatchObject({ kind: 'ambiguous' });
  });

  it('searches without any filter, then in the whole repository', async () => {
    server.otherwise(it_.setup.notFound);
    await it_.provider.find?.(ID, SINCE, config(), io);
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/api/v3/repos/flowers/iris/actions/workflows/retrain.yml/runs?per_page=100&page=1',
      '/api/v3/repos/flowers/iris/actions/runs?per_page=100&page=1',
    ]);
  });

  it('gives several runs of one request oldest first', async () => {
    const runs = [
      workflowRun({ id: 44, created_at: '2026-03-10T12:00:05Z' }),
      workflowRun({ id: 43, created_at: '2026-03-10T12:00:01Z' }),
    ];
    server.next({ status: 200, body: listOf(...runs) });
    expect(await it_.provider.find?.(ID, SINCE, config(), io)).toMatchObject([{ id: '43' }, { id: '44' }]);
  });

  it('reads on until it is past the time of the request', async () => {
    const stranger = (created_at: string) => workflowRun({ id: 7, display_title: 'x', created_at });
    const page = (created_at: string) => ({
      status: 200,
      body: listOf(...Array.from({ length: 100 }, () => stranger(created_at))),
    });
    server.next(page('2026-03-10T12:30:00Z'), { status: 200, body: listOf(workflowRun({})) });
    expect(await it_.provider.find?.(ID, SINCE, config(), io)).toMatchObject([{ id: '42' }]);
    server.requests.length = 0;
    server.next(page('2026-03-10T11:00:00Z'), { status: 200, body: listOf() });
    expect(await it_.provider.find?.(ID, SINCE, config(), io)).toEqual([]);
    expect(server.requests).toHaveLength(2);
    server.otherwise(page('2026-03-10T12:30:00Z'));
    await expect(it_.provider.find?.(ID, SINCE, config(), io)).rejects.toThrow('more than 1000 runs');
  });

  it('takes the address of a run’s page from a person', async () => {
    server.next(it_.setup.status('running'));
    await it_.provider.status({ id: 'https://github.com/flowers/iris/actions/runs/42' }, ID, config(), io);
    expect(server.requests[0]?.path).toBe('/api/v3/repos/flowers/iris/actions/runs/42');
    expect(await it_.provider.status({ id: '../../secrets' }, ID, config(), io)).toMatchObject({
      state: 'unknown',
    });
    expect(server.requests).toHaveLength(1);
  });

  it('shows a workflow that declares what is sent, can be found again, and pastes nothing into a shell', () => {
    const [, , snippet = ''] = readFileSync(new URL('github/README.md', FOLDER), 'utf8').split('```yaml\n');
    const workflow = parse(snippet.split('```')[0] ?? '') as {
      'run-name': string;
      on: { workflow_dispatch: { inputs: object } };
      jobs: { train: { steps: { run?: string }[] } };
    };
    expect(Object.keys(workflow.on.workflow_dispatch.inputs).toSorted()).toEqual(
      Object.keys(dispatchBody(request, config(), true).inputs).toSorted(),
    );
    expect(workflow['run-name']).toContain('${{ inputs.correlation_id }}');
    expect(workflow.jobs.train.steps.filter(({ run }) => run?.includes('${{'))).toEqual([]);
  });
});

describe('webhook', () => {
  const it_ = bound('webhook');
  const { provider } = it_;
  const configure = (more: object) =>
    provider.Config.parse({ url: `${server.url}/hook`, secret: SIGNING, ...more });

  it('sends a signed CloudEvents envelope with a stable key', async () => {
    server.next(it_.setup.made);
    await trigger(it_);
    const [sent] = server.requests as [CapturedRequest];
    expect(sent.headers).toMatchObject({
      'content-type': 'application/cloudevents+json',
      'idempotency-key': ID,
      'webhook-id': ID,
      authorization: `Bearer ${TOKEN}`,
    });
    expect(JSON.parse(sent.body)).toMatchObject({
      specversion: '1.0',
      id: ID,
      data: { correlation_id: ID, callback: { claim_url: 'https://retune.example/claim', token: CALLBACK } },
    });
  });

  it('is verified by the reference library, and refused once a byte changes', async () => {
    server.next(it_.setup.made);
    const now = new Date();
    await provider.trigger(request, it_.config(), { ...io, now });
    const [sent] = server.requests as [CapturedRequest];
    const referee = new Webhook(SIGNING);
    expect(referee.verify(sent.body, { ...sent.headers })).toMatchObject({ id: ID });
    expect(() => referee.verify(sent.body.replace('iris', 'iri5'), { ...sent.headers })).toThrow();
  });

  it('does not send with a secret that cannot sign', async () => {
    const broken = { ...io, reveal: async () => 'hunter2' };
    expect(await provider.trigger(request, configure({}), broken)).toMatchObject({
      kind: 'refused',
      reason: 'invalid_request',
    });
    expect(server.requests).toHaveLength(0);
  });

  it.each<[string, object, Answering, object]>([
    ['an answer without a body is enough', {}, { status: 204 }, { kind: 'triggered', adopted: false }],
    [
      '409 adopts the run',
      {},
      { status: 409, body: { run_id: '42', status_url: '/s/42' } },
      { kind: 'triggered', adopted: true, ref: { id: '42' } },
    ],
    ['409 without a body adopts it as well', {}, { status: 409 }, { kind: 'triggered', adopted: true }],
    ['a limit without a time waits a minute', {}, { status: 429 }, { kind: 'refused', retryAfterMs: 60_000 }],
  ])('%s', async (_what, more, answer, expected) => {
    server.next(answer);
    expect(await provider.trigger(request, configure(more), io)).toMatchObject(expected);
  });

  it('knows a run by our id where there is a status address', async () => {
    server.next({ status: 204 });
    const config = configure({ status_url: `${server.url}/runs/{correlation_id}` });
    expect(await provider.trigger(request, config, io)).toEqual({
      kind: 'triggered',
      adopted: false,
      ref: { id: ID, statusUrl: `${server.url}/runs/${ID}` },
    });
  });

  it('may be searched only where the operator promises it', () => {
    const status_url = 'https://x.example/{correlation_id}';
    expect(provider.idempotencyOf?.(configure({ status_url }))).toBe('none');
    expect(provider.idempotencyOf?.(configure({ status_url, searchable_status: true }))).toBe('searchable');
  });

  it('leaves secrets out of what a status tells', async () => {
    server.next({ status: 200, body: { status: 'failed', detail: `curl -H "Bearer ${TOKEN}"\nfailed` } });
    const status = await provider.status({ id: '42' }, ID, it_.config(), io);
    expect(status).toMatchObject({ state: 'failed', detail: 'curl -H "Bearer <secret>" failed' });
  });

  it('is not fooled by the status of another run', async () => {
    server.next({ status: 200, body: { run_id: '42', status: 'running', correlation_id: 'rt-other' } });
    await expect(provider.find?.(ID, SINCE, it_.config(), io)).rejects.toThrow();
  });

  it('tells its bearer token to its own hosts only, and trusts no other', async () => {
    const sent: { url: string; trust: string | undefined; authorization: string | undefined }[] = [];
    const watched: CiIo = {
      ...io,
      http: {
        send: async ({ url, trust, headers }) => {
          sent.push({ url, trust, authorization: headers?.['Authorization'] });
          return { kind: 'failure', reason: 'refused', sent: false, detail: '' };
        },
      },
    };
    const config = configure({ bearer_token: TOKEN });
    for (const statusUrl of [`${server.url}/runs/42`, 'http://169.254.169.254/latest/meta-data']) {
      await provider.status({ id: '42', statusUrl }, ID, config, watched);
    }
    expect(sent).toEqual([
      { url: `${server.url}/runs/42`, trust: 'configured', authorization: `Bearer ${TOKEN}` },
      { url: 'http://169.254.169.254/latest/meta-data', trust: 'foreign', authorization: undefined },
    ]);
  });

  it('does not reach into a private network because an answer says so', async () => {
    const other = await CaptureServer.start();
    const status = await provider.status(
      { id: '42', statusUrl: `${other.url}/runs/42` },
      ID,
      configure({}),
      io,
    );
    expect(status.state).toBe('unknown');
    expect(other.requests).toHaveLength(0);
  });

  it('knows nothing of a run without a status address', async () => {
    expect(await provider.status({ id: '42' }, ID, configure({}), io)).toMatchObject({ state: 'unknown' });
    expect(await provider.find?.(ID, SINCE, configure({}), io)).toEqual([]);
    expect(server.requests).toHaveLength(0);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { operations } from '@octokit/openapi-types';
import { readdirSync, readFileSync } from 'node:fs';
import { Webhook } from 'standardwebhooks';
import { parse } from 'yaml';
import { CiTargets, compileCiTarget } from '../../../src/retraining/ci.schema.js';
import type {
  Ambiguous,
  CiIo,
  CiProvider,
  CiStatus,
  Finding,
  Refused,
  Triggered,
} from '../../../src/retraining/ci/ci-provider.js';
import { GithubConfig } from '../../../src/retraining/ci/github/config.js';
import { dispatchBody } from '../../../src/retraining/ci/github/payload.js';
import { ciProviders } from '../../../src/retraining/ci/index.js';
import { CaptureServer, type Answering, type CapturedRequest } from '../../support/capture-server.js';
import { airflow } from './setup-airflow.js';
import { argoWorkflows } from './setup-argo-workflows.js';
import { buildbot } from './setup-buildbot.js';
import { listOf, workflowRun } from './github-objects.js';
import { buildkite } from './setup-buildkite.js';
import { kubernetesJob } from './setup-kubernetes-job.js';
import { github } from './setup-github.js';
import { gitlab } from './setup-gitlab.js';
import { jenkins } from './setup-jenkins.js';
import { webhook } from './setup-webhook.js';
import {
  CALLBACK,
  ID,
  request,
  SECRETS,
  SIGNING,
  SINCE,
  TOKEN,
  said,
  saidToGet,
  startFrame,
  type Setup,
  type State,
} from './setup.js';

const FOLDER = new URL('../../../src/retraining/ci/', import.meta.url);

const frame = startFrame();
const { io } = frame;
/** With a short patience for an answer that never comes; for the others a slow machine has its time. */
const ioFor = (answer: Answering): CiIo =>
  answer === 'hang' ? { ...io, http: { send: (sent) => io.http.send({ ...sent, timeoutMs: 400 }) } } : io;

const SETUPS: Readonly<Record<string, Setup>> = {
  airflow,
  argo_workflows: argoWorkflows,
  buildbot,
  buildkite,
  github,
  gitlab,
  jenkins,
  kubernetes_job: kubernetesJob,
  webhook,
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
  return { provider, setup, config: () => provider.Config.parse(setup.config(frame.server.url)) };
};
const folderOf = (type: string): string => type.replaceAll('_', '-');
const types = ciProviders.map(({ type }) => [type] as const);
const posts = (): readonly CapturedRequest[] =>
  frame.server.requests.filter(({ method }) => method === 'POST');

/** Triggers, and looks for secrets in what comes back. */
async function trigger({ provider, config }: Bound, with_ = io): Promise<Triggered | Refused | Ambiguous> {
  const result = await provider.trigger(request, config(), with_);
  for (const secret of SECRETS) expect(JSON.stringify(result)).not.toContain(secret);
  return result;
}

describe('the registry', () => {
  it('has every folder, each under its own name, and each in the table above', () => {
    const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const names = folders.map(({ name }) => name).toSorted();
    expect(ciProviders.map(({ type }) => folderOf(type)).toSorted()).toEqual(names);
    expect(Object.keys(SETUPS).map(folderOf).toSorted()).toEqual(names);
  });
});

describe.each(types)('the README of %s', (type) => {
  const text = readFileSync(new URL(`${folderOf(type)}/README.md`, FOLDER), 'utf8');
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
  const { id = '42' } = setup;

  it('describes itself in a line', () => expect(provider.summary).toMatch(/^\S.{20,}[^.]$/));

  it('triggers, and knows the run', async () => {
    frame.server.next(setup.made);
    expect(await trigger(it_)).toMatchObject({ kind: 'triggered', adopted: false, ref: { id } });
    expect(posts()).toHaveLength(1);
  });

  it('asks for a run as its documentation says, with its credentials in a header only', async () => {
    frame.server.next(setup.made);
    await trigger(it_);
    const [sent] = posts() as [CapturedRequest];
    const form = sent.headers['content-type'] === 'application/x-www-form-urlencoded';
    const body: unknown = form ? Object.fromEntries(new URLSearchParams(sent.body)) : JSON.parse(sent.body);
    expect(
      setup.documented.safeParse({ method: sent.method, path: sent.path, body }).error?.issues,
    ).toBeUndefined();
    const [header, credentials] = setup.authorization;
    expect(sent.headers[header]).toBe(credentials);
    expect(`${sent.path} ${sent.body}`).not.toContain(TOKEN);
  });

  it.each(setup.refusals)('is refused by %s', async (_what, answer, expected) => {
    frame.server.otherwise(answer);
    expect(await trigger(it_)).toMatchObject({ kind: 'refused', ...expected });
    expect(posts()).toHaveLength(1);
  });

  it.each([...(setup.doubts ?? []), ...DOUBTS])(
    'is in doubt after %s, and never asks twice',
    async (_what, answer) => {
      frame.server.otherwise(answer);
      expect(await trigger(it_, ioFor(answer))).toMatchObject({ kind: 'ambiguous' });
      expect(posts()).toHaveLength(1);
    },
  );

  it('knows that nothing left when nobody listens', async () => {
    await frame.server.refuse();
    expect(await trigger(it_)).toMatchObject({ kind: 'refused', reason: 'unreachable', retryable: true });
  });

  it('sends the same again whenever it is sent', async () => {
    frame.server.otherwise(setup.made);
    await trigger(it_);
    await trigger(it_);
    const [first, second] = posts();
    expect(second?.body).toBe(first?.body);
    expect(first?.body).toContain(ID);
  });

  it('finds a run whose answer was lost', async () => {
    frame.server.otherwise(setup.found);
    expect(await provider.find?.(ID, SINCE, it_.config(), io)).toMatchObject([{ id }]);
    expect(posts()).toHaveLength(0);
  });

  it('finds nothing where nothing is', async () => {
    frame.server.otherwise(setup.notFound);
    expect(await provider.find?.(ID, SINCE, it_.config(), io)).toEqual([]);
  });

  it.each<[string, Answering]>([
    ['fails', saidToGet(500, 'oops')],
    ['is refused', saidToGet(401, 'who are you')],
    ['is answered with a page', { status: 200, body: '<html>log in</html>' }],
    ['is not answered', 'hang'],
  ])('proves nothing by a search that %s', async (_what, answer) => {
    frame.server.otherwise(answer);
    const error = await provider.find?.(ID, SINCE, it_.config(), ioFor(answer)).then(
      (found) => expect(found).toBe('an error'),
      (thrown: Error) => thrown,
    );
    for (const secret of SECRETS) expect(String(error)).not.toContain(secret);
  });

  const states: readonly [State, CiStatus['state']][] = [
    ['running', 'running'],
    ['succeeded', 'succeeded'],
    ['failed', 'failed'],
    ['cancelled', 'cancelled'],
    ['nobody knows', 'running'],
  ];
  it.each(states.filter(([state]) => setup.without?.includes(state) !== true))(
    'reads a run that is %s',
    async (state, expected) => {
      frame.server.otherwise(setup.status(state));
      expect(await provider.status({ id }, ID, it_.config(), io)).toMatchObject({
        state: expected,
        ref: { id },
      });
    },
  );

  it.each<[string, Answering]>([
    ['an error', saidToGet(500, 'oops')],
    ['not found', saidToGet(404, 'nothing here')],
    ['a page', { status: 200, body: '<html>success</html>' }],
    ['silence', 'hang'],
    ['a broken connection', 'reset'],
  ])('learns nothing about a run from %s', async (_what, answer) => {
    frame.server.next(answer);
    const status = await provider.status({ id: '42' }, ID, it_.config(), ioFor(answer));
    expect(status.state).toBe('unknown');
    for (const secret of SECRETS) expect(JSON.stringify(status)).not.toContain(secret);
  });

  it('has a test of cancelling if it can cancel', () => {
    expect(setup.cancel === undefined).toBe(provider.cancel === undefined);
  });

  if (setup.cancel) {
    const { requested, finished } = setup.cancel;
    const cancel = async (with_ = io) => provider.cancel?.({ id }, it_.config(), with_);

    it('cancels', async () => {
      frame.server.otherwise(requested);
      expect(await cancel()).toBe('requested');
    });

    it('has nothing to cancel once a run is over', async () => {
      frame.server.otherwise(finished);
      expect(await cancel()).toBe('already_finished');
    });

    it.each<[string, Answering]>([
      ['fails', saidToGet(500, 'oops')],
      ['is refused', saidToGet(403, 'not you')],
      ['is answered with a page', { status: 302, headers: { location: '/login' } }],
      ['is not answered', 'hang'],
    ])('says that a wish to cancel did not arrive when it %s', async (_what, answer) => {
      frame.server.otherwise(answer);
      const error = await cancel(ioFor(answer)).then(
        (done) => expect(done).toBe('an error'),
        (thrown: Error) => thrown,
      );
      for (const secret of SECRETS) expect(String(error)).not.toContain(secret);
    });
  }

  /** Looks before the first run, for secrets as well; nothing it sends may start a run. */
  const preflight = async (): Promise<readonly Finding[]> => {
    const found = (await provider.preflight?.(it_.config(), io)) ?? [];
    for (const secret of SECRETS) expect(JSON.stringify(found)).not.toContain(secret);
    for (const { what, instead } of found) expect([what, instead]).not.toContain('');
    expect(frame.server.requests.filter(({ body }) => body.includes('correlation_id'))).toEqual([]);
    return found;
  };

  it('finds nothing before the first run when all is well', async () => {
    frame.server.otherwise(setup.preflight.fine);
    const found = await preflight();
    expect(found.map(({ reason }) => reason)).toEqual(setup.preflight.notes ?? []);
    expect(found.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });

  const faults = setup.preflight.faults.map(
    ([what, answer, reason, severity = 'error']) => [what, answer, reason, severity] as const,
  );
  it.each(faults)('finds %s before the first run', async (_what, answer, reason, severity) => {
    frame.server.otherwise(answer);
    const found = await preflight();
    const notes = setup.preflight.notes ?? [];
    expect(found.filter((each) => !notes.includes(each.reason))).toEqual([
      expect.objectContaining({ reason, severity }),
    ]);
  });

  it('finds that nobody listens before the first run', async () => {
    await frame.server.refuse();
    expect(await preflight()).toContainEqual(
      expect.objectContaining({ severity: 'error', reason: 'unreachable' }),
    );
  });
});

describe('github', () => {
  const it_ = bound('github');
  const config = (): GithubConfig => it_.config() as GithubConfig;

  it('sends what GitHub’s own description of its API asks for', async () => {
    type Body = operations['actions/create-workflow-dispatch']['requestBody']['content']['application/json'];
    const body: Body = dispatchBody(request, config(), true);
    frame.server.next(it_.setup.made);
    await trigger(it_);
    const [sent] = frame.server.requests;
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
      frame.server.next(said(status, 'Invalid request. "return_run_details" is not a permitted key.'), {
        status: 204,
      });
      expect(await trigger(it_)).toEqual({ kind: 'triggered', adopted: false });
      const [first, second] = frame.server.json() as Record<string, unknown>[];
      const { return_run_details: asked, ...rest } = first as Record<string, unknown>;
      expect(asked).toBe(true);
      expect(second).toEqual(rest);
    },
  );

  it('does not take the page of a proxy for a run', async () => {
    frame.server.next({ status: 200, body: '<html>welcome</html>' });
    expect(await trigger(it_)).toMatchObject({ kind: 'ambiguous' });
  });

  it('searches without any filter, then in the whole repository', async () => {
    frame.server.otherwise(it_.setup.notFound);
    await it_.provider.find?.(ID, SINCE, config(), io);
    expect(frame.server.requests.map(({ path }) => path)).toEqual([
      '/api/v3/repos/flowers/iris/actions/workflows/retrain.yml/runs?per_page=100&page=1',
      '/api/v3/repos/flowers/iris/actions/runs?per_page=100&page=1',
    ]);
  });

  it('gives several runs of one request oldest first', async () => {
    const runs = [
      workflowRun({ id: 44, created_at: '2026-03-10T12:00:05Z' }),
      workflowRun({ id: 43, created_at: '2026-03-10T12:00:01Z' }),
    ];
    frame.server.next({ status: 200, body: listOf(...runs) });
    expect(await it_.provider.find?.(ID, SINCE, config(), io)).toMatchObject([{ id: '43' }, { id: '44' }]);
  });

  it('reads on until it is past the time of the request', async () => {
    const stranger = (created_at: string) => workflowRun({ id: 7, display_title: 'x', created_at });
    const page = (created_at: string) => ({
      status: 200,
      body: listOf(...Array.from({ length: 100 }, () => stranger(created_at))),
    });
    frame.server.next(page('2026-03-10T12:30:00Z'), { status: 200, body: listOf(workflowRun({})) });
    expect(await it_.provider.find?.(ID, SINCE, config(), io)).toMatchObject([{ id: '42' }]);
    frame.server.requests.length = 0;
    frame.server.next(page('2026-03-10T11:00:00Z'), { status: 200, body: listOf() });
    expect(await it_.provider.find?.(ID, SINCE, config(), io)).toEqual([]);
    expect(frame.server.requests).toHaveLength(2);
    frame.server.otherwise(page('2026-03-10T12:30:00Z'));
    await expect(it_.provider.find?.(ID, SINCE, config(), io)).rejects.toThrow('more than 1000 runs');
  });

  it.each<[string, Answering, string | RegExp]>([
    ['by force', { status: 202 }, 'requested'],
    ['not at all where the server knows no force', saidToGet(404, 'Not Found'), /^500: stuck/],
  ])('stops a run that is stuck %s', async (_what, forced, expected) => {
    frame.server.next(saidToGet(500, 'stuck'), forced);
    const done = await it_.provider
      .cancel?.({ id: '42' }, config(), io)
      .catch((error: Error) => error.message);
    expect(String(done).replace('cancelling in GitHub: ', '')).toMatch(expected);
    expect(frame.server.requests.map(({ path }) => path.split('/').slice(-2))).toEqual([
      ['42', 'cancel'],
      ['42', 'force-cancel'],
    ]);
  });

  it('cancels nothing that has no id', async () => {
    await expect(it_.provider.cancel?.({ id: '' }, config(), io)).rejects.toThrow('expected the id of a run');
    expect(frame.server.requests).toHaveLength(0);
  });

  it('knows that Enterprise Server takes ten inputs only', async () => {
    const names = Array.from({ length: 8 }, (_, index) => [`i${index}`, 'x']);
    const many = GithubConfig.parse({
      ...it_.setup.config(frame.server.url),
      inputs: Object.fromEntries(names),
    });
    const found = async (headers: Record<string, string>) => {
      frame.server.next({ status: 200, headers, body: { archived: false } });
      return (await it_.provider.preflight?.(many, io))?.map(({ reason }) => reason);
    };
    frame.server.otherwise(saidToGet(404, 'Not Found'));
    expect(await found({})).toEqual(['not_found']);
    expect(await found({ 'x-github-enterprise-version': '3.18.1' })).toEqual([
      'too_many_inputs',
      'not_found',
    ]);
  });

  it('takes the address of a run’s page from a person', async () => {
    frame.server.next(it_.setup.status('running'));
    await it_.provider.status({ id: 'https://github.com/flowers/iris/actions/runs/42' }, ID, config(), io);
    expect(frame.server.requests[0]?.path).toBe('/api/v3/repos/flowers/iris/actions/runs/42');
    expect(await it_.provider.status({ id: '../../secrets' }, ID, config(), io)).toMatchObject({
      state: 'unknown',
    });
    expect(frame.server.requests).toHaveLength(1);
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
    provider.Config.parse({ url: `${frame.server.url}/hook`, secret: SIGNING, ...more });

  it('sends a signed CloudEvents envelope with a stable key', async () => {
    frame.server.next(it_.setup.made);
    await trigger(it_);
    const [sent] = frame.server.requests as [CapturedRequest];
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
    frame.server.next(it_.setup.made);
    const now = new Date();
    await provider.trigger(request, it_.config(), { ...io, now });
    const [sent] = frame.server.requests as [CapturedRequest];
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
    expect(frame.server.requests).toHaveLength(0);
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
    frame.server.next(answer);
    expect(await provider.trigger(request, configure(more), io)).toMatchObject(expected);
  });

  it('knows a run by our id where there is a status address', async () => {
    frame.server.next({ status: 204 });
    const config = configure({ status_url: `${frame.server.url}/runs/{correlation_id}` });
    expect(await provider.trigger(request, config, io)).toEqual({
      kind: 'triggered',
      adopted: false,
      ref: { id: ID, statusUrl: `${frame.server.url}/runs/${ID}` },
    });
  });

  it('may be searched only where the operator promises it', () => {
    const status_url = 'https://x.example/{correlation_id}';
    expect(provider.idempotencyOf?.(configure({ status_url }))).toBe('none');
    expect(provider.idempotencyOf?.(configure({ status_url, searchable_status: true }))).toBe('searchable');
  });

  it('leaves secrets out of what a status tells', async () => {
    frame.server.next({
      status: 200,
      body: { status: 'failed', detail: `curl -H "Bearer ${TOKEN}"\nfailed` },
    });
    const status = await provider.status({ id: '42' }, ID, it_.config(), io);
    expect(status).toMatchObject({ state: 'failed', detail: 'curl -H "Bearer <secret>" failed' });
  });

  it('is not fooled by the status of another run', async () => {
    frame.server.next({ status: 200, body: { run_id: '42', status: 'running', correlation_id: 'rt-other' } });
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
    for (const statusUrl of [`${frame.server.url}/runs/42`, 'http://169.254.169.254/latest/meta-data']) {
      await provider.status({ id: '42', statusUrl }, ID, config, watched);
    }
    expect(sent).toEqual([
      { url: `${frame.server.url}/runs/42`, trust: 'configured', authorization: `Bearer ${TOKEN}` },
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
    expect(frame.server.requests).toHaveLength(0);
  });
});

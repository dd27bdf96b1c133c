import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ArgoWorkflowsConfig } from '../../../src/retraining/ci/argo-workflows/config.js';
import { argoWorkflows } from '../../../src/retraining/ci/argo-workflows/index.js';
import { submitBody } from '../../../src/retraining/ci/argo-workflows/payload.js';
import { GONE, refusal, workflow } from './setup-argo-workflows.js';
import { ID, SINCE, TOKEN, ok, request, routes, saidToGet, startFrame } from './setup.js';

const frame = startFrame();
const { io, asked } = frame;
const configOf = (more: object = {}) =>
  ArgoWorkflowsConfig.parse({
    url: frame.server.url,
    namespace: 'training',
    template: 'iris-retrain',
    token: TOKEN,
    ...more,
  });
const ONE = `GET /api/v1/workflows/training/${ID}`;
const LIST = 'GET /api/v1/workflows/training';
const ARCHIVE = 'GET /api/v1/archived-workflows';

describe('argo_workflows', () => {
  it.each([
    ['409', refusal(409, 6, `workflows.argoproj.io "${ID}" already exists`)],
    ['500 of an older server', refusal(500, 2, `workflows.argoproj.io "${ID}" already exists`)],
  ])('adopts the workflow that has its name already (%s)', async (_what, answer) => {
    frame.server.otherwise(routes({ POST: answer, [ONE]: ok(workflow()) }));
    expect(await argoWorkflows.trigger(request, configOf(), io)).toMatchObject({
      kind: 'triggered',
      adopted: true,
      ref: { id: ID },
    });
  });

  it('takes a token as argo auth token prints it', async () => {
    frame.server.otherwise(ok(workflow()));
    await argoWorkflows.trigger(request, configOf({ token: `Bearer ${TOKEN}` }), io);
    expect(frame.server.requests[0]?.headers['authorization']).toBe(`Bearer ${TOKEN}`);
  });

  it('asks by its label for no more than it reads, then the archive of the namespace', async () => {
    frame.server.otherwise(routes({ [LIST]: ok({ items: null }), [ARCHIVE]: ok({ items: [workflow()] }) }));
    expect(await argoWorkflows.find?.(ID, SINCE, configOf(), io)).toMatchObject([{ id: ID }]);
    const [live, archive] = frame.server.requests.map(({ path }) => new URL(path, 'http://x').searchParams);
    expect(live?.get('listOptions.labelSelector')).toBe(`retune-correlation-id=${ID}`);
    expect(live?.get('fields')?.split(',')).toEqual(
      expect.arrayContaining(['items.metadata.name', 'items.spec.shutdown', 'items.status.phase']),
    );
    expect(archive?.get('listOptions.labelSelector')).toBe(`retune-correlation-id=${ID}`);
    expect(archive?.get('listOptions.fieldSelector')).toBe('metadata.namespace=training');
  });

  it('gives several workflows of one request oldest first', async () => {
    const again = workflow({}, {}, { name: `${ID}-x`, creationTimestamp: '2026-03-10T12:30:00Z' });
    frame.server.otherwise(ok({ items: [again, workflow()] }));
    expect(await argoWorkflows.find?.(ID, SINCE, configOf(), io)).toMatchObject([
      { id: ID },
      { id: `${ID}-x` },
    ]);
    expect(asked()).toHaveLength(1);
  });

  it('proves nothing while the archive does not answer', async () => {
    frame.server.otherwise(routes({ [LIST]: ok({ items: [] }), [ARCHIVE]: saidToGet(500, 'oops') }));
    await expect(argoWorkflows.find?.(ID, SINCE, configOf(), io)).rejects.toThrow('searching Argo: 500');
  });

  describe('once the workflow is deleted', () => {
    const archived = (more: object) =>
      routes({ [ONE]: GONE, [`${ARCHIVE}?`]: ok({ items: [{ ...workflow(), spec: {} }] }), ...more });

    it.each([
      [undefined, 'failed'],
      ['Terminate', 'cancelled'],
    ])('is read from the archive in full (shutdown %s)', async (shutdown, state) => {
      frame.server.otherwise(
        archived({ [`${ARCHIVE}/5f5b1f2e`]: ok(workflow({ phase: 'Failed' }, { shutdown })) }),
      );
      expect(await argoWorkflows.status({ id: ID }, ID, configOf(), io)).toMatchObject({ state });
      expect(asked()).toEqual([ONE, ARCHIVE, `${ARCHIVE}/5f5b1f2e`]);
    });

    it.each([
      ['the archive has another one only', ok({ items: [workflow({}, {}, { name: 'other' })] })],
      ['there is no archive', ok({ items: [] })],
      ['the archive fails', saidToGet(500, 'oops')],
      ['the archive is closed to us', refusal(403, 7, 'forbidden')],
    ])('is unknown when %s', async (_what, answer) => {
      frame.server.otherwise(routes({ [ONE]: GONE, [ARCHIVE]: answer }));
      expect(await argoWorkflows.status({ id: ID }, ID, configOf(), io)).toMatchObject({ state: 'unknown' });
    });
  });

  it('does not ask the archive for a page of a proxy', async () => {
    frame.server.otherwise({ status: 404, body: '<html>nothing here</html>' });
    expect(await argoWorkflows.status({ id: ID }, ID, configOf(), io)).toMatchObject({ state: 'unknown' });
    expect(asked()).toEqual([ONE]);
  });

  it('knows nothing of an answer without a workflow', async () => {
    frame.server.otherwise(ok({}));
    expect(await argoWorkflows.status({ id: ID }, ID, configOf(), io)).toMatchObject({ state: 'unknown' });
    await expect(argoWorkflows.cancel?.({ id: ID }, configOf(), io)).rejects.toThrow('without a workflow');
  });

  it.each([400, 500])('has nothing to cancel when a workflow ended meanwhile (%d)', async (status) => {
    frame.server.otherwise(
      routes({ [ONE]: ok(workflow()), PUT: refusal(status, 3, 'cannot shutdown a completed workflow: x') }),
    );
    expect(await argoWorkflows.cancel?.({ id: ID }, configOf(), io)).toBe('already_finished');
  });

  it('looks at a template of the cluster where it belongs to that', async () => {
    frame.server.otherwise(
      routes({
        'GET /api/v1/cluster-workflow-templates/iris-retrain': ok({ spec: { workflowTemplateRef: {} } }),
        [LIST]: ok({ items: [] }),
      }),
    );
    const found = await argoWorkflows.preflight?.(configOf({ cluster_scope: true }), io);
    expect(found?.map(({ reason }) => reason)).toEqual(['inputs_not_declared', 'not_checked']);
  });

  it('shows a template that declares what is sent, claims first, and pastes nothing into a shell', () => {
    const readme = new URL('../../../src/retraining/ci/argo-workflows/README.md', import.meta.url);
    const [, , snippet = ''] = readFileSync(readme, 'utf8').split('```yaml\n');
    type Container = { args: string[]; env: { name: string; value: string }[] };
    const { spec } = parse(snippet.split('```')[0] ?? '') as {
      spec: {
        entrypoint: string;
        arguments: { parameters: { name: string }[] };
        templates: { name: string; steps?: { template: string }[][]; container?: Container }[];
      };
    };
    const sent = submitBody(request, configOf()).submitOptions.parameters.map((each) => each.split('=')[0]);
    expect(spec.arguments.parameters.map(({ name }) => name)).toEqual(sent);
    const entry = spec.templates.find(({ name }) => name === spec.entrypoint);
    expect(entry?.steps?.[0]).toMatchObject([{ template: 'claim' }]);
    const containers = spec.templates.flatMap(({ container }) => container ?? []);
    expect(containers).toHaveLength(3);
    expect(containers.flatMap(({ args }) => args).filter((text) => text.includes('{{'))).toEqual([]);
    // First, so that Kubernetes has no other variable yet that it could put into it.
    expect(containers.map(({ env }) => env[0]?.name)).toEqual(['PAYLOAD', 'PAYLOAD', 'PAYLOAD']);
  });
});

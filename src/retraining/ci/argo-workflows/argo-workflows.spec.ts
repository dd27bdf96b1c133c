import { describe, expect, it } from '@jest/globals';
import type { CiStatus, RunRequest } from '../ci-provider.js';
import { workflowsPath } from './api.js';
import { ArgoWorkflowsConfig } from './config.js';
import { submitBody } from './payload.js';
import { correlationIdIn, workflowNameOf, workflowRef, workflowStatus } from './status.js';

const request: RunRequest = {
  correlationId: 'rt-1',
  model: 'iris',
  reason: { kind: 'accuracy', summary: '{{workflow.name}} = $(TOKEN)', requestedBy: 'policy:iris' },
  evidence: [],
  windows: { drifted: { from: 'a', to: 'b' }, training: { from: 'a', to: 'b' } },
  links: {},
  deadline: 'c',
  requestedAt: 'd',
};
const BASE = {
  url: 'https://argo.example/',
  namespace: 'training',
  template: 'iris-retrain',
  token: 's3cret',
  parameters: { size: 'a=b,c' },
};
const config = ArgoWorkflowsConfig.parse(BASE);

describe('ArgoWorkflowsConfig', () => {
  const errors = (more: object): readonly string[] =>
    (ArgoWorkflowsConfig.safeParse({ ...BASE, ...more }).error?.issues ?? []).map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
  it.each<[string, object, string]>([
    ['no token', { token: undefined }, 'token_file: expected token_file (a path) or token, got neither'],
    [
      'a namespace that is none',
      { namespace: 'Training' },
      'namespace: expected a namespace such as training',
    ],
    [
      'a template with its namespace',
      { template: 'training/iris' },
      'template: expected the name of a WorkflowTemplate such as iris-retrain',
    ],
    [
      'a parameter that every run sets',
      { parameters: { model: 'x' } },
      'parameters.model: expected another name than model, which every run sets itself',
    ],
    [
      'a name with an equals sign',
      { parameters: { 'a=b': 'x' } },
      'parameters.a=b: expected a name without =, behind which Argo would take its value to begin',
    ],
  ])('refuses %s', (_what, more, message) => expect(errors(more)).toEqual([message]));
});

describe('submitBody', () => {
  it('names and labels the workflow by the correlation id, and hides templates in the payload', () => {
    const { submitOptions, ...rest } = submitBody(request, config);
    expect(rest).toEqual({
      namespace: 'training',
      resourceKind: 'WorkflowTemplate',
      resourceName: 'iris-retrain',
    });
    const [size, id, model, payload = ''] = submitOptions.parameters;
    expect([size, id, model]).toEqual(['size=a=b,c', 'correlation_id=rt-1', 'model=iris']);
    expect(payload).not.toMatch(/\{\{|\$/);
    expect(JSON.parse(payload.slice('payload='.length))).toMatchObject({
      reason: { summary: '{{workflow.name}} = $(TOKEN)' },
    });
    expect(submitOptions).toMatchObject({ name: 'rt-1', labels: 'retune-correlation-id=rt-1' });
  });
  it('takes templates of the cluster', () =>
    expect(submitBody(request, { ...config, cluster_scope: true }).resourceKind).toBe(
      'ClusterWorkflowTemplate',
    ));
});

describe('workflowStatus', () => {
  const started = { startedAt: '2026-03-10T06:00:00Z', finishedAt: '2026-03-10T12:00:00Z' };
  it.each<[string, object, object, CiStatus['state'], Partial<CiStatus>?]>([
    ['no phase yet', {}, {}, 'queued', { raw: 'no phase yet' }],
    ['Pending', { phase: 'Pending' }, {}, 'queued', { blocked: false }],
    ['Running', { phase: 'Running' }, {}, 'running', { blocked: false }],
    ['Running, suspended', { phase: 'Running' }, { suspend: true }, 'running', { blocked: true }],
    ['Running, to be stopped', { phase: 'Running' }, { shutdown: 'Terminate' }, 'running'],
    ['Succeeded', { phase: 'Succeeded', progress: '3/3' }, {}, 'succeeded'],
    ['Succeeded, of an old server', { phase: 'Succeeded' }, {}, 'succeeded'],
    ['Succeeded, all skipped', { phase: 'Succeeded', progress: '0/0' }, {}, 'failed', { nothingRan: true }],
    ['Succeeded, to be stopped', { phase: 'Succeeded', progress: '1/1' }, { shutdown: 'Stop' }, 'succeeded'],
    ['Failed', { phase: 'Failed', message: 'child failed' }, {}, 'failed', { detail: 'child failed' }],
    [
      'Failed, stopped',
      { phase: 'Failed', message: 'Stopped with strategy' },
      { shutdown: 'Stop' },
      'cancelled',
    ],
    [
      'Failed, a step out of time',
      { phase: 'Failed', message: 'Pod was active on the node longer than the specified deadline' },
      {},
      'timed_out',
    ],
    [
      'Failed, out of retries’ time',
      { phase: 'Failed', message: 'Max duration limit exceeded' },
      {},
      'timed_out',
    ],
    ['Failed, out of time', { phase: 'Failed', ...started }, { activeDeadlineSeconds: 21_600 }, 'timed_out'],
    [
      'Failed, out of the template’s time',
      { phase: 'Failed', ...started, storedWorkflowTemplateSpec: { activeDeadlineSeconds: 21_600 } },
      {},
      'timed_out',
    ],
    ['Failed, in time', { phase: 'Failed', ...started }, { activeDeadlineSeconds: 21_601 }, 'failed'],
    ['Error', { phase: 'Error' }, {}, 'failed'],
    ['a phase to come', { phase: 'Splendid' }, {}, 'running', { detail: 'unknown phase Splendid' }],
  ])('reads %s', (_what, status, spec, state, more = {}) => {
    const workflow = { metadata: { name: 'rt-1' }, spec, status };
    expect(workflowStatus(workflow, config)).toMatchObject({
      state,
      ref: { id: 'rt-1', url: 'https://argo.example/workflows/training/rt-1' },
      ...more,
    });
  });
});

describe('names', () => {
  it.each<[string, string | undefined]>([
    ['rt-1', 'rt-1'],
    ['https://argo.example/workflows/training/rt-1?tab=workflow', 'rt-1'],
    ['https://argo.example/workflow-templates/training', undefined],
    ['../x', undefined],
    ['', undefined],
  ])('takes %s for the workflow %s', (id, name) => expect(workflowNameOf({ id })).toBe(name));
  it('stand behind their namespace', () =>
    expect(workflowsPath(config, 'rt-1')).toBe('/workflows/training/rt-1'));
  it('makes no reference of what has none', () => expect(workflowRef({ items: [] }, config)).toBeUndefined());
  it('reads the label', () => {
    const labels = { 'retune-correlation-id': 'rt-1' };
    expect(correlationIdIn({ metadata: { labels } })).toBe('rt-1');
    expect(correlationIdIn({ metadata: {} })).toBeUndefined();
  });
});

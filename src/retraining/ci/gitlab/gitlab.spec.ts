import { describe, expect, it } from '@jest/globals';
import type { CiStatus, RunRequest } from '../ci-provider.js';
import { runPayload } from '../run-payload.js';
import { GitlabConfig } from './config.js';
import { pipelineBody } from './payload.js';
import { readPipelineFile } from './pipeline-file.js';
import { gitlabStatus, pipelineIdOf, ranOutOfTime } from './status.js';

const request: RunRequest = {
  correlationId: 'rt-1',
  model: 'iris',
  reason: { kind: 'accuracy', summary: '$HOME and `rm -rf /`', requestedBy: 'policy:iris' },
  evidence: [],
  windows: { drifted: { from: 'a', to: 'b' }, training: { from: 'a', to: 'b' } },
  links: {},
  deadline: 'c',
  requestedAt: 'd',
};
const configOf = (more: object) =>
  GitlabConfig.parse({ project: 'flowers/iris', token: 's3cret', inputs: { size: 'full' }, ...more });
const payload = JSON.stringify(runPayload(request));

describe('GitlabConfig', () => {
  const errors = (config: object): readonly string[] =>
    (GitlabConfig.safeParse(config).error?.issues ?? []).map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
  it.each<[string, object, string]>([
    ['no token', { project: 'a/b' }, 'token_file: expected token_file (a path) or token, got neither'],
    [
      'a name without its group',
      { project: 'iris', token: 'x' },
      'project: expected a path such as flowers/iris, or the id of a project',
    ],
    [
      'two trigger tokens',
      { project: 7, token: 'x', trigger_token: 'y', trigger_token_file: '/z' },
      'trigger_token_file: expected either trigger_token or trigger_token_file, got both',
    ],
    [
      'an input that every run sets',
      { project: 7, token: 'x', inputs: { model: 'x' } },
      'inputs.model: expected another name than model, which every run sets itself',
    ],
    [
      'a variable that every run sets',
      { project: 7, token: 'x', pass_as: 'variables', inputs: { MODEL: 'x' } },
      'inputs.MODEL: expected another name than MODEL, which every run sets itself',
    ],
    [
      'too many inputs',
      {
        project: 7,
        token: 'x',
        inputs: Object.fromEntries(Array.from({ length: 18 }, (_, index) => [`i${index}`, ''])),
      },
      'inputs: expected at most 17 inputs, because GitLab takes 20 in all',
    ],
  ])('refuses %s', (_what, config, message) => expect(errors(config)).toEqual([message]));
  it('takes the id of a project as a number', () => expect(configOf({ project: 42 }).project).toBe('42'));
});

describe('pipelineBody', () => {
  const inputs = { size: 'full', correlation_id: 'rt-1', model: 'iris', payload };
  const variables = { size: 'full', CORRELATION_ID: 'rt-1', MODEL: 'iris', PAYLOAD: payload };
  it.each<[string, object, string | undefined, object]>([
    ['inputs', {}, undefined, { ref: 'main', inputs }],
    ['inputs with a trigger token', {}, 'glptt', { ref: 'main', token: 'glptt', inputs }],
    [
      'variables, as a list',
      { pass_as: 'variables' },
      undefined,
      { ref: 'main', variables: Object.entries(variables).map(([key, value]) => ({ key, value })) },
    ],
    [
      'variables with a trigger token, by name',
      { pass_as: 'variables' },
      'glptt',
      { ref: 'main', token: 'glptt', variables },
    ],
  ])('sends %s', (_what, more, token, body) =>
    expect(pipelineBody(request, configOf(more), token)).toEqual(body),
  );
});

describe('gitlabStatus', () => {
  it.each<[string, CiStatus['state'], Partial<CiStatus>?]>([
    ['created', 'queued'],
    ['waiting_for_resource', 'queued'],
    ['preparing', 'queued'],
    ['pending', 'queued'],
    ['scheduled', 'queued', { blocked: false }],
    ['manual', 'queued', { blocked: true }],
    ['running', 'running'],
    ['waiting_for_callback', 'running'],
    ['canceling', 'running'],
    ['success', 'succeeded', { nothingRan: false }],
    ['failed', 'failed', { nothingRan: false }],
    ['skipped', 'failed', { nothingRan: true }],
    ['canceled', 'cancelled'],
    ['splendid', 'running', { detail: 'unknown status splendid' }],
  ])('reads %s as %s', (status, state, more = {}) => {
    const read = gitlabStatus({ id: 42, status, web_url: 'https://x/-/pipelines/42' });
    expect(read).toMatchObject({
      state,
      raw: status,
      ref: { id: '42', url: 'https://x/-/pipelines/42' },
      ...more,
    });
  });

  it('reads an empty object as a run that goes on', () => {
    expect(gitlabStatus({})).toMatchObject({ state: 'running', raw: 'missing' });
  });

  it.each<[unknown, boolean]>([
    [{ failure_reason: 'job_execution_timeout' }, true],
    [{ failure_reason: 'stuck_or_timeout_failure' }, true],
    [{ failure_reason: 'script_failure' }, false],
    [{}, false],
    [null, false],
  ])('tells from a job %j that time ran out: %s', (job, expected) =>
    expect(ranOutOfTime([job])).toBe(expected),
  );

  it.each<[string, string | undefined]>([
    ['42', '42'],
    ['https://gitlab.com/flowers/iris/-/pipelines/42', '42'],
    ['../../users', undefined],
  ])('takes %s for a pipeline', (id, expected) => expect(pipelineIdOf({ id })).toBe(expected));
});

describe('readPipelineFile', () => {
  it.each<[string, string, ReturnType<typeof readPipelineFile>]>([
    [
      'inputs and a name',
      'spec:\n  inputs:\n    a:\n    b: { default: x }\n---\nworkflow: { name: n }\n',
      {
        name: 'n',
        inputs: [
          { name: 'a', required: true },
          { name: 'b', required: false },
        ],
      },
    ],
    ['a pipeline without inputs', 'workflow: { name: n }', { name: 'n', inputs: [] }],
    [
      'a pipeline without a name, with tags of its own',
      'a: { script: !reference [b, script] }',
      { name: '', inputs: [] },
    ],
    ['a header alone, which declares nothing', 'spec: { inputs: { a: } }', { name: '', inputs: [] }],
    ['nothing', '', { name: '', inputs: [] }],
    ['no YAML', 'a: [', undefined],
  ])('reads %s', (_what, text, expected) => expect(readPipelineFile(text)).toEqual(expected));
});

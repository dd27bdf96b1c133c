import { textField } from '../answer.js';
import type { CiApi } from '../ci-api.js';
import type { CiIo, Finding } from '../ci-provider.js';
import { doubtful, look, seenInstead, unchecked, wrong } from '../look.js';
import { compareInputs } from '../pipeline-inputs.js';
import { githubApi } from './api.js';
import { type GithubConfig, OWN_INPUTS } from './config.js';
import { rateLimitMs } from './rate-limit.js';
import { readWorkflow } from './workflow.js';

/** No branch or tag can have this name (git-check-ref-format forbids two dots), so that asking to run on it starts nothing. */
export const NO_REF = 'retune..preflight';

/** GitHub Enterprise Server up to 3.19; github.com takes 25. */
const MOST_INPUTS_ON_GHES = 10;

/**
 * What keeps the workflow from being dispatched: looks at repository, workflow and its file on `ref`, and asks for a dispatch on a branch
 * that cannot exist, which GitHub refuses with 422, or with 403 when the token may not dispatch.
 */
export async function preflightGithub(config: GithubConfig, io: CiIo): Promise<readonly Finding[]> {
  const api = await githubApi(config, io);
  const repository = await look(api, '', {
    name: `the repository ${config.repo}`,
    instead: 'write the name it has now, or give the token access to it',
  });
  if (!repository.ok) return [repository.finding];
  const findings: Finding[] = [];
  if (repository.json['archived'] === true) {
    findings.push(
      wrong('disabled', `the repository ${config.repo} is archived`, 'unarchive it, or name another'),
    );
  }
  const server = repository.answer.headers['x-github-enterprise-version'];
  const inputs = [...OWN_INPUTS, ...Object.keys(config.inputs)];
  if (server !== undefined && inputs.length > MOST_INPUTS_ON_GHES) {
    const most = MOST_INPUTS_ON_GHES - OWN_INPUTS.length;
    const what = `${inputs.length} inputs, of which ${server} takes ${MOST_INPUTS_ON_GHES} unless it is newer than 3.19`;
    findings.push(doubtful('too_many_inputs', what, `write at most ${most} inputs`));
  }
  const workflow = await look(api, `/actions/workflows/${config.workflow}`, {
    name: `the workflow ${config.workflow}`,
    instead:
      'write the name of a file in .github/workflows on the default branch, or grant the token "Actions: read and write"',
  });
  if (!workflow.ok) return [...findings, workflow.finding];
  const state = textField(workflow.json['state']) ?? 'missing';
  if (state !== 'active') {
    findings.push(
      wrong('disabled', `the workflow ${config.workflow} is ${state}`, 'enable it under Actions'),
    );
  }
  const path = textField(workflow.json['path']);
  return [
    ...findings,
    ...(await checkFile(api, path, inputs, config)),
    ...(await mayDispatch(api, config, io.now)),
  ];
}

/** Whether the file on `ref` has the trigger, declares what is sent, and can be found again. */
async function checkFile(
  api: CiApi,
  path: string | undefined,
  inputs: readonly string[],
  config: GithubConfig,
): Promise<readonly Finding[]> {
  if (path === undefined) return [];
  const place = `${path} on ${config.ref}`;
  const address = path.split('/').map(encodeURIComponent).join('/');
  const file = await look(api, `/contents/${address}?ref=${encodeURIComponent(config.ref)}`, {
    name: place,
    instead: 'write a branch or tag that has the workflow',
  });
  if (!file.ok && file.status === 403) {
    return [
      unchecked(
        `${place} may not be read, so its inputs were not compared`,
        'grant the token "Contents: read" if they should be',
      ),
    ];
  }
  if (!file.ok) return [file.finding];
  const text = Buffer.from(textField(file.json['content']) ?? '', 'base64').toString('utf8');
  const workflow = readWorkflow(text);
  if (!workflow) return [wrong('broken_pipeline', `${place} is no YAML with a trigger`, 'correct the file')];
  if (!workflow.inputs) {
    return [wrong('disabled', `${place} cannot be dispatched`, 'add workflow_dispatch below on:')];
  }
  const how = 'declare it below on.workflow_dispatch.inputs, with type: string';
  return [
    ...compareInputs(inputs, workflow.inputs, place, how),
    ...(workflow.runName.includes('inputs.correlation_id')
      ? []
      : [
          doubtful(
            'not_searchable',
            `the run-name of ${place} does not hold the correlation id, so that a run whose answer is lost cannot be found`,
            'write run-name: retrain ${{ inputs.model }} [${{ inputs.correlation_id }}]',
          ),
        ]),
  ];
}

async function mayDispatch(api: CiApi, config: GithubConfig, now: Date): Promise<readonly Finding[]> {
  const result = await api.call('POST', `/actions/workflows/${config.workflow}/dispatches`, { ref: NO_REF });
  if (result.kind === 'failure') return [];
  const name = `a dispatch of ${config.workflow}`;
  const { status } = result;
  // After the workflow could be read, 404 is how GitHub hides what a classic token may not do.
  if (status === 403 && rateLimitMs(result, now) !== undefined) return [];
  if (status === 403 || status === 404) {
    const instead = `grant the token "Actions: read and write" on ${config.repo}`;
    return [{ ...seenInstead(result, api.secrets, { name, instead }), reason: 'permission_missing' }];
  }
  if (status >= 200 && status < 300) {
    const what = `${name} on ${NO_REF}, which cannot exist, was answered ${status}`;
    return [wrong('unexpected_answer', what, 'check that the address is that of GitHub’s API')];
  }
  return [];
}

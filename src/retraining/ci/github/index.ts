import { jsonObject, sayAnswer } from '../answer.js';
import type { CiIo, CiProvider, CiRef, CiStatus } from '../ci-provider.js';
import { githubApi } from './api.js';
import { GithubConfig } from './config.js';
import { findGithub } from './find.js';
import { githubStatus } from './status.js';
import { triggerGithub } from './trigger.js';

/** GitHub Actions, on github.com and on GitHub Enterprise Server. */
export const github: CiProvider<'github', GithubConfig> = {
  type: 'github',
  summary: 'a workflow of GitHub Actions, started by workflow_dispatch and found again by its run-name',
  Config: GithubConfig,
  idempotency: 'searchable',
  settleMs: 90_000,
  claimsWithRefId: true,
  trigger: triggerGithub,
  find: findGithub,

  async status(ref: CiRef, _correlationId: string, config: GithubConfig, io: CiIo): Promise<CiStatus> {
    const id = runIdOf(ref);
    if (!id) return unknown('no run id');
    const api = await githubApi(config, io);
    const result = await api.call('GET', `/actions/runs/${id}`);
    if (result.kind === 'failure') return unknown(result.detail);
    const run = result.status === 200 ? jsonObject(result.body) : undefined;
    return run ? githubStatus(run) : unknown(sayAnswer(result, [api.token]));
  },

  async cancel(ref: CiRef, config: GithubConfig, io: CiIo): Promise<'requested' | 'already_finished'> {
    const api = await githubApi(config, io);
    const result = await api.call('POST', `/actions/runs/${runIdOf(ref) ?? ''}/cancel`);
    if (result.kind === 'failure') throw new Error(`cancelling in GitHub: ${result.detail}`);
    if (result.status === 202) return 'requested';
    if (result.status === 409) return 'already_finished';
    throw new Error(`cancelling in GitHub: ${sayAnswer(result, [api.token])}`);
  },
};

/** The numeric id of a run; a person may have given the address of its page only. */
function runIdOf({ id, url }: CiRef): string | undefined {
  if (/^\d+$/.test(id)) return id;
  return /\/actions\/runs\/(\d+)/.exec(`${id} ${url ?? ''}`)?.[1];
}

function unknown(detail: string): CiStatus {
  return { state: 'unknown', raw: '', detail };
}

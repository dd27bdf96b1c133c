import { jsonObject, sayAnswer } from '../answer.js';
import type { CiIo, CiProvider, CiRef, CiStatus } from '../ci-provider.js';
import { githubApi } from './api.js';
import { cancelGithub } from './cancel.js';
import { GithubConfig } from './config.js';
import { findGithub } from './find.js';
import { preflightGithub } from './preflight.js';
import { githubStatus, runIdOf } from './status.js';
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
    return run ? githubStatus(run) : unknown(sayAnswer(result, api.secrets));
  },

  cancel: cancelGithub,
  preflight: preflightGithub,
};

function unknown(detail: string): CiStatus {
  return { state: 'unknown', raw: '', detail };
}

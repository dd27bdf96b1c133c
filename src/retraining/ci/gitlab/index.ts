import { jsonArray, jsonObject, notKnown, sayAnswer } from '../answer.js';
import type { CiIo, CiProvider, CiRef, CiStatus } from '../ci-provider.js';
import { gitlabApi } from './api.js';
import { cancelGitlab } from './cancel.js';
import { GitlabConfig } from './config.js';
import { findGitlab } from './find.js';
import { preflightGitlab } from './preflight.js';
import { gitlabStatus, pipelineIdOf, ranOutOfTime } from './status.js';
import { triggerGitlab } from './trigger.js';

/** GitLab CI, on gitlab.com and self-managed. */
export const gitlab: CiProvider<'gitlab', GitlabConfig> = {
  type: 'gitlab',
  summary: 'a pipeline of GitLab CI, created through the API and found again by its name',
  Config: GitlabConfig,
  idempotency: 'searchable',
  settleMs: 30_000,
  claimsWithRefId: true,
  trigger: triggerGitlab,
  find: findGitlab,
  cancel: cancelGitlab,
  preflight: preflightGitlab,

  async status(ref: CiRef, _correlationId: string, config: GitlabConfig, io: CiIo): Promise<CiStatus> {
    const id = pipelineIdOf(ref);
    if (!id) return notKnown('no pipeline id');
    const api = await gitlabApi(config, io);
    const result = await api.call('GET', `/pipelines/${id}`);
    if (result.kind === 'failure') return notKnown(result.detail);
    const pipeline = result.status === 200 ? jsonObject(result.body) : undefined;
    if (!pipeline) return notKnown(sayAnswer(result, api.secrets));
    const status = gitlabStatus(pipeline);
    if (status.raw !== 'failed') return status;
    // Only the jobs tell why; without an answer it has failed all the same.
    const jobs = await api.call('GET', `/pipelines/${id}/jobs?scope[]=failed&per_page=100`);
    const listed = jobs.kind === 'answer' && jobs.status === 200 ? jsonArray(jobs.body) : undefined;
    return ranOutOfTime(listed ?? [])
      ? { ...status, state: 'timed_out', detail: 'a job ran out of time' }
      : status;
  },
};

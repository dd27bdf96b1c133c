import { jsonObject, sayAnswer, textField } from '../answer.js';
import type { CiIo, CiRef } from '../ci-provider.js';
import { gitlabApi } from './api.js';
import type { GitlabConfig } from './config.js';
import { pipelineIdOf } from './status.js';

/** Asks GitLab to cancel a pipeline; it answers 200 with the pipeline, over or not. */
export async function cancelGitlab(
  ref: CiRef,
  config: GitlabConfig,
  io: CiIo,
): Promise<'requested' | 'already_finished'> {
  const id = pipelineIdOf(ref);
  if (!id) throw new Error(`cancelling in GitLab: expected the id of a pipeline, got ${ref.id}`);
  const api = await gitlabApi(config, io);
  const result = await api.call('POST', `/pipelines/${id}/cancel`);
  if (result.kind === 'failure') throw new Error(`cancelling in GitLab: ${result.detail}`);
  const json = result.status === 200 || result.status === 201 ? jsonObject(result.body) : undefined;
  if (!json) throw new Error(`cancelling in GitLab: ${sayAnswer(result, api.secrets)}`);
  const over = ['success', 'failed', 'skipped'].includes(textField(json['status']) ?? '');
  return over ? 'already_finished' : 'requested';
}

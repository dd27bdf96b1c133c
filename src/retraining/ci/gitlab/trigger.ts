import { jsonObject, readRefusal, sayAnswer, unanswered } from '../answer.js';
import type { Ambiguous, CiIo, Refused, RunRequest, Triggered } from '../ci-provider.js';
import { gitlabApi, triggerTokenOf } from './api.js';
import type { GitlabConfig } from './config.js';
import { pipelineBody } from './payload.js';
import { pipelineRef } from './status.js';

/** Creates a pipeline once: with the access token, or with the trigger token where there is one. */
export async function triggerGitlab(
  run: RunRequest,
  config: GitlabConfig,
  io: CiIo,
): Promise<Triggered | Refused | Ambiguous> {
  const api = await gitlabApi(config, io);
  const token = await triggerTokenOf(config, io);
  const path = token === undefined ? '/pipeline' : '/trigger/pipeline';
  const result = await api.call('POST', path, pipelineBody(run, config, token));
  if (result.kind === 'failure') return unanswered(result);
  const json = result.status === 200 || result.status === 201 ? jsonObject(result.body) : undefined;
  const ref = json && pipelineRef(json);
  if (ref) return { kind: 'triggered', adopted: false, ref };
  const said = sayAnswer(result, [...api.secrets, token, run.callback?.token]);
  return readRefusal(result, said, io.now, {
    unauthorized:
      result.status === 401
        ? 'the token is wrong or has expired'
        : `the token needs the scope api, and a role that may run pipelines on ${config.ref}`,
    not_found: `${config.project} does not exist, has moved, the token may not see it, or the trigger token is wrong`,
  });
}

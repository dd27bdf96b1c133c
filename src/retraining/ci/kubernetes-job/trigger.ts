import { jsonObject, readRefusal, refused, retryAfterMs, sayAnswer, unanswered } from '../answer.js';
import type { CiApi } from '../ci-api.js';
import type { Ambiguous, CiIo, Refused, RunRequest, Triggered } from '../ci-provider.js';
import { jobsPath, kubernetesApi } from './api.js';
import type { KubernetesJobConfig } from './config.js';
import { jobBody } from './payload.js';
import { isOurs, jobRef } from './status.js';

/** How long a full quota is waited for. */
const QUOTA_WAIT_MS = 60_000;

/** Creates a Job once. 409 means that one of this name exists: it is looked at, and adopted when it is ours. */
export async function triggerKubernetesJob(
  run: RunRequest,
  config: KubernetesJobConfig,
  io: CiIo,
): Promise<Triggered | Refused | Ambiguous> {
  const api = await kubernetesApi(config, io);
  const result = await api.call('POST', jobsPath(config), jobBody(run, config));
  if (result.kind === 'failure') return unanswered(result);
  const json = result.status >= 200 && result.status <= 202 ? jsonObject(result.body) : undefined;
  const ref = json && jobRef(json);
  if (ref) return { kind: 'triggered', adopted: false, ref };
  const said = sayAnswer(result, [...api.secrets, run.callback?.token]);
  if (result.status === 409) return adopt(api, said, run, config);
  if (result.status === 403 && /exceeded quota/.test(result.body)) {
    return refused('rate_limited', said, retryAfterMs(result, io.now) ?? QUOTA_WAIT_MS);
  }
  return readRefusal(result, said, io.now, {
    unauthorized:
      result.status === 401
        ? 'the token is wrong or has expired'
        : `the service account needs to create, get, list and delete jobs in ${config.namespace}`,
    not_found: `the namespace ${config.namespace} does not exist, or this is no API server`,
  });
}

async function adopt(
  api: CiApi,
  said: string,
  run: RunRequest,
  config: KubernetesJobConfig,
): Promise<Triggered | Refused | Ambiguous> {
  const seen = await api.call('GET', jobsPath(config, run.correlationId));
  const json = seen.kind === 'answer' && seen.status === 200 ? jsonObject(seen.body) : undefined;
  const ref = json && jobRef(json);
  if (!json || !ref) return { kind: 'ambiguous', detail: `${said}; looking at it told nothing` };
  return isOurs(json, run.correlationId)
    ? { kind: 'triggered', adopted: true, ref }
    : refused('invalid_request', `${said}; the name belongs to another job`);
}

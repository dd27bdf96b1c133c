import type { HttpResult } from '../../../platform/ports.js';
import { jsonObject, refused, sayAnswer, textField, unanswered } from '../answer.js';
import type { Ambiguous, CiIo, CiRef, Refused, RunRequest, Triggered } from '../ci-provider.js';
import { githubApi } from './api.js';
import type { GithubConfig } from './config.js';
import { dispatchBody } from './payload.js';
import { rateLimitMs } from './rate-limit.js';

type Answer = Extract<HttpResult, { kind: 'answer' }>;

/**
 * Dispatches the workflow once. A server that does not know `return_run_details` refuses the whole request, which makes it safe to
 * ask again without; nothing else is ever sent twice.
 */
export async function triggerGithub(
  run: RunRequest,
  config: GithubConfig,
  io: CiIo,
): Promise<Triggered | Refused | Ambiguous> {
  const api = await githubApi(config, io);
  const secrets = [...api.secrets, run.callback?.token];
  const path = `/actions/workflows/${config.workflow}/dispatches`;
  let result = await api.call('POST', path, dispatchBody(run, config, true));
  if (result.kind === 'answer' && doesNotKnowDetails(result)) {
    result = await api.call('POST', path, dispatchBody(run, config, false));
  }
  return result.kind === 'failure' ? unanswered(result) : readAnswer(result, config, secrets, io.now);
}

function doesNotKnowDetails({ status, body }: Answer): boolean {
  return (status === 400 || status === 422) && body.includes('return_run_details');
}

function readAnswer(
  answer: Answer,
  config: GithubConfig,
  secrets: readonly (string | undefined)[],
  now: Date,
): Triggered | Refused | Ambiguous {
  const { status } = answer;
  const said = sayAnswer(answer, secrets);
  const ref = status === 200 ? refOf(answer.body) : undefined;
  if (ref) return { kind: 'triggered', adopted: false, ref };
  if (status === 204) return { kind: 'triggered', adopted: false };
  const wait = rateLimitMs(answer, now);
  if (wait !== undefined) return refused('rate_limited', said, wait);
  if (status === 401) return refused('unauthorized', `${said}; the token is wrong or has expired`);
  if (status === 403)
    return refused('unauthorized', `${said}; the token needs "Actions: write" on ${config.repo}`);
  if (status === 404) {
    const what = `${config.repo} or ${config.workflow} does not exist, or the token may not see it`;
    return refused('not_found', `${said}; ${what}`);
  }
  if (status >= 300 && status < 400)
    return refused('not_found', `${status}; ${config.repo} has moved, write its new name`);
  // A page of some proxy is no proof that nothing happened behind it.
  if (status === 408 || status >= 500 || status < 400) return { kind: 'ambiguous', detail: said };
  if (/disabled workflow/i.test(answer.body)) return refused('target_disabled', said);
  return refused('invalid_request', said);
}

function refOf(body: string): CiRef | undefined {
  const details = jsonObject(body);
  const id = textField(details?.['workflow_run_id']);
  const url = textField(details?.['html_url']);
  return id === undefined ? undefined : { id, ...(url ? { url } : {}) };
}

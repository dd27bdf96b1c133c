import type { HttpResult } from '../../../platform/ports.js';
import { readRefusal, refused, sayAnswer, unanswered } from '../answer.js';
import type { Ambiguous, CiIo, Refused, RunRequest, Triggered } from '../ci-provider.js';
import { runPayload } from '../run-payload.js';
import { jenkinsApi, jobPath } from './api.js';
import type { JenkinsConfig } from './config.js';

/** The parameters of a build: the operator's own and our three, as the form that Jenkins takes. */
export function buildForm(run: RunRequest, config: JenkinsConfig): URLSearchParams {
  return new URLSearchParams({
    ...config.parameters,
    CORRELATION_ID: run.correlationId,
    MODEL: run.model,
    PAYLOAD: JSON.stringify(runPayload(run)),
  });
}

/**
 * Puts a build into the queue once. 201 names the queue item; 303 names an identical item that waits already, and the correlation id
 * makes that one ours.
 */
export async function triggerJenkins(
  run: RunRequest,
  config: JenkinsConfig,
  io: CiIo,
): Promise<Triggered | Refused | Ambiguous> {
  const api = await jenkinsApi(config, io);
  const path = `${jobPath(config)}/buildWithParameters?delay=0sec`;
  const result = await api.call('POST', path, buildForm(run, config));
  if (result.kind === 'failure') return unanswered(result);
  const { status, headers } = result;
  const id = /\/queue\/item\/(\d+)/.exec(headers['location'] ?? '')?.[1];
  if (id !== undefined && (status === 201 || status === 302 || status === 303)) {
    const ref = { id, url: `${api.base}/queue/item/${id}/` };
    return { kind: 'triggered', adopted: status !== 201, ref };
  }
  // Queued, and nobody says where: the search finds it.
  if (status === 201) return { kind: 'triggered', adopted: false };
  return readAnswer(result, config, [...api.secrets, run.callback?.token], io.now);
}

function readAnswer(
  answer: Extract<HttpResult, { kind: 'answer' }>,
  config: JenkinsConfig,
  secrets: readonly (string | undefined)[],
  now: Date,
): Refused | Ambiguous {
  const { status, headers, body } = answer;
  const said = sayAnswer(answer, secrets);
  if (status === 409) return refused('target_disabled', `${said}; ${config.job} is disabled`);
  if (/\/(login|securityRealm)\b/.test(headers['location'] ?? '')) {
    return refused('unauthorized', `${status}; sent to the login page: the token is wrong`);
  }
  const crumb = /crumb/i.test(body);
  return readRefusal(answer, said, now, {
    unauthorized: crumb
      ? 'Jenkins wants a crumb, which it does of passwords: use an API token'
      : `${config.user} needs Overall/Read, Item/Read, Item/Build and Item/Cancel`,
    not_found: `${config.job} does not exist, or ${config.user} may not read it`,
    invalid_request: `does ${config.job} have parameters?`,
  });
}

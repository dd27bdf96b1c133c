import type { HttpResult } from '../../../platform/ports.js';
import { jsonObject, readRefusal, refused, retryAfterMs, sayAnswer, unanswered } from '../answer.js';
import type { Ambiguous, CiIo, Refused, RunRequest, Triggered } from '../ci-provider.js';
import { payloadJson } from '../run-payload.js';
import { buildkiteApi, buildsPath } from './api.js';
import type { BuildkiteConfig } from './config.js';
import { buildRef } from './status.js';

/** The body of `POST …/builds`. */
export interface BuildBody {
  readonly commit: string;
  readonly branch: string;
  readonly message: string;
  readonly env: Readonly<Record<string, string>>;
  /** What a build is searched by; values are texts. */
  readonly meta_data: Readonly<Record<string, string>>;
}

/** A run as a build: the operator's variables and our three, and the correlation id as meta-data, by which Buildkite finds builds. */
export function buildBody(run: RunRequest, config: BuildkiteConfig): BuildBody {
  return {
    commit: config.commit,
    branch: config.branch,
    message: `retrain ${run.model} [${run.correlationId}]`,
    env: {
      ...config.env,
      CORRELATION_ID: run.correlationId,
      MODEL: run.model,
      PAYLOAD: payloadJson(run),
    },
    meta_data: { correlation_id: run.correlationId, model: run.model },
  };
}

/** Creates a build once. */
export async function triggerBuildkite(
  run: RunRequest,
  config: BuildkiteConfig,
  io: CiIo,
): Promise<Triggered | Refused | Ambiguous> {
  const api = await buildkiteApi(config, io);
  const result = await api.call('POST', buildsPath(config), buildBody(run, config));
  if (result.kind === 'failure') return unanswered(result);
  const json = result.status === 201 || result.status === 200 ? jsonObject(result.body) : undefined;
  const ref = json && buildRef(json);
  if (ref) return { kind: 'triggered', adopted: false, ref };
  const said = sayAnswer(result, [...api.secrets, run.callback?.token]);
  const wait = limitMs(result, io.now);
  if (wait !== undefined) return refused('rate_limited', said, wait);
  return readRefusal(result, said, io.now, {
    unauthorized:
      result.status === 401
        ? 'the token is wrong or has been revoked'
        : `the token needs write_builds, and access to ${config.organization}`,
    not_found: `${config.organization}/${config.pipeline} does not exist, or the token may not see it`,
  });
}

/** How long Buildkite wants us to wait; its own header counts seconds. Undefined when there is no limit, or no time. */
function limitMs(answer: Extract<HttpResult, { kind: 'answer' }>, now: Date): number | undefined {
  if (answer.status !== 429) return undefined;
  const reset = answer.headers['ratelimit-reset'] ?? '';
  return retryAfterMs(answer, now) ?? (/^\d{1,5}$/.test(reset) ? Number(reset) * 1000 : undefined);
}

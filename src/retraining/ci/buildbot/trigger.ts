import type { HttpResult } from '../../../platform/ports.js';
import { jsonObject, readRefusal, refused, retryAfterMs, textField, unanswered } from '../answer.js';
import type { Ambiguous, CiIo, Refused, RunRequest, Triggered } from '../ci-provider.js';
import { runPayload } from '../run-payload.js';
import { type BuildbotApi, buildbotApi, requestUrl, rpcError, sayBuildbot } from './api.js';
import { type BuildbotConfig, OWN_PARAMETERS } from './config.js';

type Answer = Extract<HttpResult, { kind: 'answer' }>;

/** The parameters with which a run is forced. `builderNames`: without it a scheduler starts every builder that it knows. */
export function forceParams(run: RunRequest, config: BuildbotConfig): Readonly<Record<string, unknown>> {
  return {
    ...config.parameters,
    builderNames: [config.builder],
    reason: `retrain ${run.model} [${run.correlationId}]`,
    correlation_id: run.correlationId,
    model: run.model,
    payload: JSON.stringify(runPayload(run)),
  };
}

/** Names of everything that a run fills in of a scheduler's form. */
export function forcedNames(config: BuildbotConfig): readonly string[] {
  return ['reason', ...OWN_PARAMETERS, ...Object.keys(config.parameters)];
}

/** Forces the builder once. */
export async function triggerBuildbot(
  run: RunRequest,
  config: BuildbotConfig,
  io: CiIo,
): Promise<Triggered | Refused | Ambiguous> {
  const api = await buildbotApi(config, io);
  const result = await api.control(`/forceschedulers/${config.scheduler}`, 'force', forceParams(run, config));
  if (result.kind === 'failure') return unanswered(result);
  return readAnswer(result, api, config, run, io.now);
}

function readAnswer(
  answer: Answer,
  api: BuildbotApi,
  config: BuildbotConfig,
  run: RunRequest,
  now: Date,
): Triggered | Refused | Ambiguous {
  const { status } = answer;
  const said = sayBuildbot(answer, [...api.secrets, run.callback?.token]);
  const id = status === 200 ? requestId(answer.body) : undefined;
  if (id !== undefined)
    return { kind: 'triggered', adopted: false, ref: { id, url: requestUrl(api.web, id) } };
  const wait = status === 503 ? retryAfterMs(answer, now) : undefined;
  if (wait !== undefined) return refused('rate_limited', said, wait);
  const missing = missingPart(answer, config);
  if (missing !== undefined) return refused('not_found', `${said}; ${missing}`);
  return readRefusal(answer, said, now, {
    unauthorized: `the credentials are wrong, or they may not force ${config.builder}`,
    not_found: "expected the address of Buildbot's web server in url; redirects are not followed",
  });
}

/**
 * The two mistakes that Buildbot (3.7) answers with an internal error of its own. It makes them before it queues anything, so
 * they prove that nothing runs.
 */
function missingPart(answer: Answer, { scheduler, builder }: BuildbotConfig): string | undefined {
  const error = answer.status === 500 ? rpcError(answer) : undefined;
  if (error?.code !== -32603) return undefined;
  if (error.message.includes("'NoneType' object has no attribute 'force'"))
    return `there is no force scheduler ${scheduler}`;
  if (error.message.includes('builderNames not specified or not supported'))
    return `the force scheduler ${scheduler} has no builder ${builder}`;
  return undefined;
}

/** The id of the build request that was made: the result is the id of its build set, and ids of requests by id of builder. */
function requestId(body: string): string | undefined {
  const result = jsonObject(body)?.['result'];
  const requests: unknown = Array.isArray(result) ? result[1] : undefined;
  return typeof requests === 'object' && requests !== null
    ? textField(Object.values(requests)[0])
    : undefined;
}

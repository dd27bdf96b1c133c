import type { HttpResult } from '../../../platform/ports.js';
import { jsonObject, readRefusal, refused, sayAnswer, unanswered } from '../answer.js';
import type { CiApi } from '../ci-api.js';
import type { Ambiguous, CiIo, Refused, RunRequest, Triggered } from '../ci-provider.js';
import { type Entrance, airflowApi, dagPath, runPath } from './api.js';
import type { AirflowConfig } from './config.js';
import { dagRunBody } from './payload.js';
import { dagRunRef, isOurs } from './status.js';

type Answer = Extract<HttpResult, { kind: 'answer' }>;

/** Creates a DAG run once. 409 means that a run of this id exists: it is looked at, and adopted when it is ours. */
export async function triggerAirflow(
  run: RunRequest,
  config: AirflowConfig,
  io: CiIo,
): Promise<Triggered | Refused | Ambiguous> {
  const entrance = await airflowApi(config, io);
  if (!entrance.ok) return notLetIn(entrance, io.now);
  const { api } = entrance;
  const result = await api.call('POST', `${dagPath(config)}/dagRuns`, dagRunBody(run, config));
  if (result.kind === 'failure') return unanswered(result);
  const json = result.status === 200 || result.status === 201 ? jsonObject(result.body) : undefined;
  const ref = json && dagRunRef(json, config);
  if (ref) return { kind: 'triggered', adopted: false, ref };
  const secrets = [...api.secrets, run.callback?.token];
  if (result.status === 409) return adopt(api, result, run, config, secrets);
  return readRefusal(result, sayAnswer(result, secrets), io.now, {
    unauthorized:
      result.status === 401
        ? 'the token or password is wrong or has expired'
        : `the user needs to read and edit ${config.dag}, and to create DAG runs`,
    not_found: `${config.dag} does not exist, the user may not see it, or this is not Airflow ${config.version}`,
  });
}

async function adopt(
  api: CiApi,
  conflict: Answer,
  run: RunRequest,
  config: AirflowConfig,
  secrets: readonly (string | undefined)[],
): Promise<Triggered | Refused | Ambiguous> {
  const said = sayAnswer(conflict, secrets);
  const seen = await api.call('GET', runPath(config, run.correlationId));
  const json = seen.kind === 'answer' && seen.status === 200 ? jsonObject(seen.body) : undefined;
  const ref = json && dagRunRef(json, config);
  if (json && ref) {
    return isOurs(json, run.correlationId)
      ? { kind: 'triggered', adopted: true, ref }
      : refused('invalid_request', `${said}; the id belongs to a run of another request`);
  }
  // Airflow 2 also says so of a logical date that another run has; then there is no such run, and the search will show it.
  const detail = seen.kind === 'failure' ? seen.detail : sayAnswer(seen, secrets);
  return { kind: 'ambiguous', detail: `${said}; looking at it: ${detail}` };
}

/** Without a token nothing was asked for, so a login that failed is never in doubt. */
function notLetIn({ login, detail }: Extract<Entrance, { ok: false }>, now: Date): Refused {
  const later: Refused = { kind: 'refused', reason: 'unreachable', retryable: true, detail };
  if (login.kind === 'failure') return later;
  const read = readRefusal(login, detail, now, {
    unauthorized: 'the username or password is wrong',
    not_found: 'Airflow 2 has no /auth/token: write version: 2, or a token',
  });
  return read.kind === 'refused' ? read : later;
}

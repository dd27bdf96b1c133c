import type { HttpResult } from '../../../platform/ports.js';
import { jsonObject, readRefusal, refused, sayAnswer, unanswered } from '../answer.js';
import type { CiApi } from '../ci-api.js';
import type { Ambiguous, CiIo, Refused, RunRequest, Triggered } from '../ci-provider.js';
import { argoApi, workflowsPath } from './api.js';
import type { ArgoWorkflowsConfig } from './config.js';
import { submitBody } from './payload.js';
import { correlationIdIn, workflowRef } from './status.js';
import { readWorkflow } from './workflows.js';

type Answer = Extract<HttpResult, { kind: 'answer' }>;

/** How long a full quota is waited for. */
const QUOTA_WAIT_MS = 60_000;

/** Submits the template once. That a workflow of this name exists already is looked into, and it is adopted when it is ours. */
export async function triggerArgo(
  run: RunRequest,
  config: ArgoWorkflowsConfig,
  io: CiIo,
): Promise<Triggered | Refused | Ambiguous> {
  const api = await argoApi(config, io);
  const result = await api.call('POST', `${workflowsPath(config)}/submit`, submitBody(run, config));
  if (result.kind === 'failure') return unanswered(result);
  const json = result.status === 200 ? jsonObject(result.body) : undefined;
  const ref = json && workflowRef(json, config);
  if (ref) return { kind: 'triggered', adopted: false, ref };
  const said = sayAnswer(result, [...api.secrets, run.callback?.token]);
  return existsAlready(result) ? adopt(api, said, run, config) : readAnswer(result, said, config, io.now);
}

/** Older servers answer every refusal of Kubernetes with 500, and only the message tells which it was. */
function existsAlready({ status, body }: Answer): boolean {
  return status === 409 || (status === 500 && /already exists/.test(body));
}

async function adopt(
  api: CiApi,
  said: string,
  run: RunRequest,
  config: ArgoWorkflowsConfig,
): Promise<Triggered | Refused | Ambiguous> {
  const found = await readWorkflow(api, config, run.correlationId);
  const ref = found.ok ? workflowRef(found.json, config) : undefined;
  if (!found.ok || !ref) return { kind: 'ambiguous', detail: `${said}; looking at it told nothing` };
  return correlationIdIn(found.json) === run.correlationId
    ? { kind: 'triggered', adopted: true, ref }
    : refused('invalid_request', `${said}; the name belongs to another workflow`);
}

function readAnswer(
  answer: Answer,
  said: string,
  config: ArgoWorkflowsConfig,
  now: Date,
): Refused | Ambiguous {
  const { status, body } = answer;
  // A call that the server gave up on, as newer gateways write it.
  if (status === 499) return { kind: 'ambiguous', detail: said };
  if (status === 403 && /exceeded quota/.test(body)) return refused('rate_limited', said, QUOTA_WAIT_MS);
  const where = `${config.template} does not exist in ${config.namespace}, or the token may not see it`;
  // The template is read before anything is made.
  if (status === 500 && /workflowtemplates?\.argoproj\.io \\?".*not found/.test(body)) {
    return refused('not_found', `${said}; ${where}`);
  }
  return readRefusal(answer, said, now, {
    unauthorized:
      status === 401
        ? 'the token is wrong or has expired'
        : `the service account needs to create, get, list and patch workflows in ${config.namespace}`,
    not_found: where,
  });
}

import { jsonObject, notKnown, sayAnswer, textField } from '../answer.js';
import type { CiApi } from '../ci-api.js';
import type { CiIo, CiRef, CiStatus } from '../ci-provider.js';
import { mapping } from '../pipeline-inputs.js';
import { argoApi, workflowsPath } from './api.js';
import type { ArgoWorkflowsConfig } from './config.js';
import { workflowNameOf, workflowRef, workflowStatus } from './status.js';
import { archivedOf, readArchived, readWorkflow } from './workflows.js';

/** The status of a workflow; of one that is deleted, as they are some time after their end, what the archive knows. */
export async function statusArgo(
  ref: CiRef,
  correlationId: string,
  config: ArgoWorkflowsConfig,
  io: CiIo,
): Promise<CiStatus> {
  const name = workflowNameOf(ref);
  if (name === undefined) return notKnown('no name of a workflow');
  const api = await argoApi(config, io);
  const found = await readWorkflow(api, config, name);
  if (found.ok) return describe(found.json, config);
  return found.gone ? fromArchive(api, config, name, correlationId) : notKnown(found.detail);
}

async function fromArchive(
  api: CiApi,
  config: ArgoWorkflowsConfig,
  name: string,
  correlationId: string,
): Promise<CiStatus> {
  try {
    const archived = await archivedOf(api, config, correlationId);
    const own = archived.find((each) => textField(mapping(each['metadata'])['name']) === name);
    if (!own) return notKnown(`404: ${name} is gone, and no archive has it`);
    const full = await readArchived(api, own);
    return full.ok ? describe(full.json, config) : notKnown(full.detail);
  } catch (error) {
    return notKnown((error as Error).message);
  }
}

function describe(workflow: Readonly<Record<string, unknown>>, config: ArgoWorkflowsConfig): CiStatus {
  return workflowRef(workflow, config)
    ? workflowStatus(workflow, config)
    : notKnown('an answer without a workflow');
}

/** Terminates a workflow, without its exit handlers. One that is over is left alone: servers answer it 400 or 500. */
export async function cancelArgo(
  ref: CiRef,
  config: ArgoWorkflowsConfig,
  io: CiIo,
): Promise<'requested' | 'already_finished'> {
  const name = workflowNameOf(ref);
  if (name === undefined)
    throw new Error(`cancelling in Argo: expected the name of a workflow, got ${ref.id}`);
  const api = await argoApi(config, io);
  const found = await readWorkflow(api, config, name);
  if (!found.ok) throw new Error(`cancelling in Argo: ${found.detail}`);
  const { state } = describe(found.json, config);
  if (state === 'unknown') throw new Error('cancelling in Argo: an answer without a workflow');
  if (state !== 'queued' && state !== 'running') return 'already_finished';
  const { namespace } = config;
  const result = await api.call('PUT', `${workflowsPath(config, name)}/terminate`, { name, namespace });
  if (result.kind === 'failure') throw new Error(`cancelling in Argo: ${result.detail}`);
  if (result.status === 200 && jsonObject(result.body)) return 'requested';
  // It ended between the two calls.
  if (/cannot shutdown a completed workflow/.test(result.body)) return 'already_finished';
  throw new Error(`cancelling in Argo: ${sayAnswer(result, api.secrets)}`);
}

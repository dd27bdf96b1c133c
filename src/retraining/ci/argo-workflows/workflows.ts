import { jsonObject, sayAnswer, textField } from '../answer.js';
import type { CiApi } from '../ci-api.js';
import { mapping, mappings } from '../pipeline-inputs.js';
import { ID_LABEL, workflowsPath } from './api.js';
import type { ArgoWorkflowsConfig } from './config.js';
import { WORKFLOW_FIELDS } from './status.js';

type Json = Readonly<Record<string, unknown>>;

/** What was read, or why nothing was; `gone` when Argo says that there is no such thing. */
export type Read =
  | { readonly ok: true; readonly json: Json }
  | { readonly ok: false; readonly gone: boolean; readonly detail: string };

/** A workflow by its name, as far as we need it. */
export function readWorkflow(api: CiApi, config: ArgoWorkflowsConfig, name: string): Promise<Read> {
  return read(api, `${workflowsPath(config, name)}?fields=${WORKFLOW_FIELDS.join(',')}`);
}

/** Workflows that carry the correlation id, those that still exist. Throws when the list cannot be read. */
export async function workflowsOf(
  api: CiApi,
  config: ArgoWorkflowsConfig,
  correlationId: string,
): Promise<readonly Json[]> {
  const query = new URLSearchParams({
    'listOptions.labelSelector': `${ID_LABEL}=${correlationId}`,
    fields: WORKFLOW_FIELDS.map((field) => `items.${field}`).join(','),
  });
  return itemsOf(await read(api, `${workflowsPath(config)}?${query.toString()}`));
}

/**
 * The same of the archive, which keeps workflows after they are deleted, where there is one; a server without it lists none. What is listed
 * has no spec, see {@link readArchived}.
 */
export async function archivedOf(
  api: CiApi,
  config: ArgoWorkflowsConfig,
  correlationId: string,
): Promise<readonly Json[]> {
  const query = new URLSearchParams({
    'listOptions.labelSelector': `${ID_LABEL}=${correlationId}`,
    'listOptions.fieldSelector': `metadata.namespace=${config.namespace}`,
  });
  return itemsOf(await read(api, `/archived-workflows?${query.toString()}`));
}

/** An archived workflow in full. */
export function readArchived(api: CiApi, workflow: Json): Promise<Read> {
  const uid = textField(mapping(workflow['metadata'])['uid']) ?? '';
  return read(api, `/archived-workflows/${encodeURIComponent(uid)}`);
}

function itemsOf(list: Read): readonly Json[] {
  if (!list.ok) throw new Error(`searching Argo: ${list.detail}`);
  const { items } = list.json;
  // An empty list is written as null.
  if (items === null || items === undefined) return [];
  if (!Array.isArray(items)) throw new Error('searching Argo: expected a list of workflows');
  return mappings(items);
}

async function read(api: CiApi, path: string): Promise<Read> {
  const result = await api.call('GET', path);
  if (result.kind === 'failure') return { ok: false, gone: false, detail: result.detail };
  const json = result.status === 200 ? jsonObject(result.body) : undefined;
  if (json) return { ok: true, json };
  return {
    ok: false,
    gone: result.status === 404 && jsonObject(result.body) !== undefined,
    detail: sayAnswer(result, api.secrets),
  };
}

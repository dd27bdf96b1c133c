import type { Secret } from '../../../schema/secret.js';
import { type CiApi, ciApi } from '../ci-api.js';
import type { CiIo } from '../ci-provider.js';
import type { ArgoWorkflowsConfig } from './config.js';

/** The label by which a workflow is found again. */
export const ID_LABEL = 'retune-correlation-id';

/**
 * The REST API of the Argo Server, with the token read anew. It is what grpc-gateway makes of the service, so its errors are
 * `{code, message}`. Source: argo-workflows.readthedocs.io, "API Reference", and `server/utils/errors.go` for what Kubernetes' refusals become.
 */
export async function argoApi(config: ArgoWorkflowsConfig, io: CiIo): Promise<CiApi> {
  const token = await io.reveal((config.token ?? config.token_file) as Secret);
  const base = `${config.url.replace(/\/+$/, '')}/api/v1`;
  // `argo auth token` prints it with the scheme.
  const bare = token.replace(/^Bearer /, '');
  return ciApi(base, { Authorization: `Bearer ${bare}` }, [bare], io);
}

/** The path of the namespace's workflows, or of one of them. */
export function workflowsPath({ namespace }: ArgoWorkflowsConfig, name?: string): string {
  const all = `/workflows/${encodeURIComponent(namespace)}`;
  return name === undefined ? all : `${all}/${encodeURIComponent(name)}`;
}

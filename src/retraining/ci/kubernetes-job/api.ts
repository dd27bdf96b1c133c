import type { Secret } from '../../../schema/secret.js';
import { textField } from '../answer.js';
import { type CiApi, ciApi } from '../ci-api.js';
import type { CiIo } from '../ci-provider.js';
import { mapping } from '../pipeline-inputs.js';
import type { KubernetesJobConfig } from './config.js';

/** The label by which a job is found again. */
export const ID_LABEL = 'retune-correlation-id';

/**
 * The API server, with the token read anew: those that Kubernetes mounts are renewed every hour. Source: kubernetes.io, "Kubernetes API
 * Reference", `Job` v1 batch and `Status` v1 meta.
 */
export async function kubernetesApi(config: KubernetesJobConfig, io: CiIo): Promise<CiApi> {
  const token = (await io.reveal((config.token ?? config.token_file) as Secret)).trim();
  return ciApi(config.url, { Authorization: `Bearer ${token}` }, [token], io);
}

/** The path of the namespace's jobs, or of one of them. */
export function jobsPath({ namespace }: KubernetesJobConfig, name?: string): string {
  const all = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  return name === undefined ? all : `${all}/${encodeURIComponent(name)}`;
}

/** True when this is Kubernetes' own word that a job does not exist, rather than any 404. */
export function isGone(status: number, body: Readonly<Record<string, unknown>> | undefined): boolean {
  const about = textField(mapping(body?.['details'])['kind']);
  return status === 404 && body?.['reason'] === 'NotFound' && about === 'jobs';
}

import { jsonObject, notKnown, sayAnswer } from '../answer.js';
import type { CiIo, CiRef, CiStatus } from '../ci-provider.js';
import { mappings } from '../pipeline-inputs.js';
import { ID_LABEL, isGone, jobsPath, kubernetesApi } from './api.js';
import type { KubernetesJobConfig } from './config.js';
import { jobNameOf, jobRef, jobStatus } from './status.js';

/** Jobs whose label is the correlation id. Throws when the list cannot be read. */
export async function findKubernetesJob(
  correlationId: string,
  _since: Date,
  config: KubernetesJobConfig,
  io: CiIo,
): Promise<readonly CiRef[]> {
  const api = await kubernetesApi(config, io);
  const query = new URLSearchParams({ labelSelector: `${ID_LABEL}=${correlationId}` });
  const result = await api.call('GET', `${jobsPath(config)}?${query.toString()}`);
  if (result.kind === 'failure') throw new Error(`searching Kubernetes: ${result.detail}`);
  const items = result.status === 200 ? jsonObject(result.body)?.['items'] : undefined;
  if (!Array.isArray(items)) throw new Error(`searching Kubernetes: ${sayAnswer(result, api.secrets)}`);
  // Only we make jobs with this label, and they are called by the id: there is one at most.
  return mappings(items).flatMap((job) => jobRef(job) ?? []);
}

/** The state of a job. One that is gone was deleted, by us or by somebody else, and will never end: it counts as cancelled. */
export async function statusKubernetesJob(
  ref: CiRef,
  _correlationId: string,
  config: KubernetesJobConfig,
  io: CiIo,
): Promise<CiStatus> {
  const name = jobNameOf(ref);
  if (name === undefined) return notKnown('no name of a job');
  const api = await kubernetesApi(config, io);
  const result = await api.call('GET', jobsPath(config, name));
  if (result.kind === 'failure') return notKnown(result.detail);
  const json = jsonObject(result.body);
  if (isGone(result.status, json))
    return { state: 'cancelled', raw: 'gone', detail: 'the job was deleted', ref };
  return result.status === 200 && json && jobRef(json)
    ? jobStatus(json)
    : notKnown(sayAnswer(result, api.secrets));
}

/** Deletes a job that is not over, and its pods with it. One that is over is kept, to be read by people. */
export async function cancelKubernetesJob(
  ref: CiRef,
  config: KubernetesJobConfig,
  io: CiIo,
): Promise<'requested' | 'already_finished'> {
  const status = await statusKubernetesJob(ref, '', config, io);
  if (status.state === 'unknown')
    throw new Error(`cancelling in Kubernetes: ${status.detail ?? 'not found'}`);
  if (status.state !== 'queued' && status.state !== 'running') return 'already_finished';
  const api = await kubernetesApi(config, io);
  // Without this, pods of jobs go on by themselves.
  const path = `${jobsPath(config, status.ref?.id ?? ref.id)}?propagationPolicy=Background`;
  const result = await api.call('DELETE', path);
  if (result.kind === 'failure') throw new Error(`cancelling in Kubernetes: ${result.detail}`);
  const json = jsonObject(result.body);
  if ((result.status === 200 || result.status === 202) && json) return 'requested';
  if (isGone(result.status, json)) return 'already_finished';
  throw new Error(`cancelling in Kubernetes: ${sayAnswer(result, api.secrets)}`);
}

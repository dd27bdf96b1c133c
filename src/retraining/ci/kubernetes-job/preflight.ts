import { jsonObject, sayAnswer } from '../answer.js';
import type { CiApi } from '../ci-api.js';
import type { CiIo, Finding } from '../ci-provider.js';
import { cannotReach, seenInstead, unchecked, wrong } from '../look.js';
import { mapping } from '../pipeline-inputs.js';
import { jobsPath, kubernetesApi } from './api.js';
import type { KubernetesJobConfig } from './config.js';
import { emptyJobBody } from './payload.js';

const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/**
 * What keeps a Job from being created or followed: has Kubernetes judge one without storing it (`dryRun=All`), with its admission rules and
 * quotas, and asks what else the token may do.
 */
export async function preflightKubernetesJob(
  config: KubernetesJobConfig,
  io: CiIo,
): Promise<readonly Finding[]> {
  const api = await kubernetesApi(config, io);
  const result = await api.call('POST', `${jobsPath(config)}?dryRun=All`, emptyJobBody(config));
  if (result.kind === 'failure') return [cannotReach(result.detail)];
  const { status } = result;
  const name = `a job in ${config.namespace}`;
  // A job of that name may have been left by somebody; then everything was right but the name.
  const judged =
    status === 409 || ((status === 200 || status === 201) && jsonObject(result.body) !== undefined);
  if (status === 400 || status === 422) {
    const what = `${name}: ${sayAnswer(result, api.secrets)}`;
    return [wrong('broken_pipeline', what, 'correct pod in the ci target')];
  }
  if (!judged) {
    const instead = `let the service account create jobs in ${config.namespace}, and mind its quotas and admission rules`;
    return [seenInstead(result, api.secrets, { name, instead })];
  }
  return mayDoTheRest(api, config);
}

async function mayDoTheRest(api: CiApi, config: KubernetesJobConfig): Promise<readonly Finding[]> {
  const refused: string[] = [];
  for (const verb of ['get', 'list', 'delete']) {
    const resourceAttributes = { namespace: config.namespace, verb, group: 'batch', resource: 'jobs' };
    const result = await api.call('POST', REVIEWS, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    });
    const json = result.kind === 'answer' && result.status === 201 ? jsonObject(result.body) : undefined;
    const { allowed } = mapping(json?.['status']);
    if (allowed === false) refused.push(verb);
    if (typeof allowed !== 'boolean') {
      const what = 'whether the service account may get, list and delete jobs could not be asked';
      return [unchecked(what, `let it do so in ${config.namespace}`)];
    }
  }
  if (refused.length === 0) return [];
  const what = `the service account may not ${refused.join(', ')} jobs in ${config.namespace}`;
  return [wrong('permission_missing', what, 'add these verbs to its role')];
}

import type { CiProvider } from '../ci-provider.js';
import { KubernetesJobConfig } from './config.js';
import { cancelKubernetesJob, findKubernetesJob, statusKubernetesJob } from './follow.js';
import { preflightKubernetesJob } from './preflight.js';
import { triggerKubernetesJob } from './trigger.js';

/** A Job of Kubernetes, without any CI system. The correlation id is its name, so that a repetition is refused and harmless. */
export const kubernetesJob: CiProvider<'kubernetes_job', KubernetesJobConfig> = {
  type: 'kubernetes_job',
  summary: 'a Job of Kubernetes, made from a pod that is written in the target',
  Config: KubernetesJobConfig,
  idempotency: 'native',
  settleMs: 15_000,
  claimsWithRefId: true,
  trigger: triggerKubernetesJob,
  find: findKubernetesJob,
  status: statusKubernetesJob,
  cancel: cancelKubernetesJob,
  preflight: preflightKubernetesJob,
};

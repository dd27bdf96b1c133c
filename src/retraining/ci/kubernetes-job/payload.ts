import type { RunRequest } from '../ci-provider.js';
import { payloadJson } from '../run-payload.js';
import { ID_LABEL } from './api.js';
import type { KubernetesJobConfig } from './config.js';

/** A Job, as `POST …/jobs` takes it. */
export type JobBody = Readonly<Record<string, unknown>>;

/** The name that a look before the first run gives the job that it does not make. */
export const PREFLIGHT_NAME = 'retune-preflight';

/** A run as a Job whose name and label are the correlation id; it trains once, and every container is told of the run in its variables. */
export function jobBody(run: RunRequest, config: KubernetesJobConfig): JobBody {
  return job(run.correlationId, config, [
    // In front of the operator's, so that Kubernetes has no other variable yet to put into them; and free of what would ask it to.
    { name: 'CORRELATION_ID', value: run.correlationId },
    { name: 'MODEL', value: run.model.replaceAll('$', '$$$$') },
    { name: 'PAYLOAD', value: payloadJson(run, ['$']) },
  ]);
}

/** The same without a run, to have it judged. */
export function emptyJobBody(config: KubernetesJobConfig): JobBody {
  return job(PREFLIGHT_NAME, config, [{ name: 'PAYLOAD', value: '{}' }]);
}

function job(
  name: string,
  config: KubernetesJobConfig,
  env: readonly { readonly name: string; readonly value: string }[],
): JobBody {
  const labels = { [ID_LABEL]: name, 'app.kubernetes.io/managed-by': 'retune' };
  const told = (containers: KubernetesJobConfig['pod']['containers']) =>
    containers.map((each) => ({ ...each, env: [...env, ...(each.env ?? [])] }));
  const { containers, initContainers, ...pod } = config.pod;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, labels },
    spec: {
      // A second pod would be a second training.
      backoffLimit: 0,
      activeDeadlineSeconds: Math.ceil(config.timeout / 1000),
      ttlSecondsAfterFinished: Math.ceil(config.keep / 1000),
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'Never',
          ...pod,
          ...(initContainers ? { initContainers: told(initContainers) } : {}),
          containers: told(containers),
        },
      },
    },
  };
}

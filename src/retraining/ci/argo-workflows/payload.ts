import type { RunRequest } from '../ci-provider.js';
import { payloadJson } from '../run-payload.js';
import { ID_LABEL } from './api.js';
import type { ArgoWorkflowsConfig } from './config.js';

/** The body of `POST /api/v1/workflows/{namespace}/submit`. */
export interface SubmitBody {
  readonly namespace: string;
  readonly resourceKind: 'WorkflowTemplate' | 'ClusterWorkflowTemplate';
  readonly resourceName: string;
  readonly submitOptions: {
    /** A second workflow of this name is refused with 409. */
    readonly name: string;
    /** `name=value`, with commas between. */
    readonly labels: string;
    /** `name=value` each. */
    readonly parameters: readonly string[];
  };
}

/** What Argo would replace in a parameter, and what Kubernetes would in the variable of a container that it ends up in. */
const READ_BY_OTHERS = ['{{', '$'];

/** A run as a workflow whose name and label are the correlation id, with the operator's parameters and our three. */
export function submitBody(run: RunRequest, config: ArgoWorkflowsConfig): SubmitBody {
  const parameters = {
    ...config.parameters,
    correlation_id: run.correlationId,
    model: run.model,
    payload: payloadJson(run, READ_BY_OTHERS),
  };
  return {
    namespace: config.namespace,
    resourceKind: config.cluster_scope ? 'ClusterWorkflowTemplate' : 'WorkflowTemplate',
    resourceName: config.template,
    submitOptions: {
      name: run.correlationId,
      labels: `${ID_LABEL}=${run.correlationId}`,
      parameters: Object.entries(parameters).map(([name, value]) => `${name}=${value}`),
    },
  };
}

import type { CiProvider } from '../ci-provider.js';
import { ArgoWorkflowsConfig } from './config.js';
import { findArgo } from './find.js';
import { cancelArgo, statusArgo } from './follow.js';
import { preflightArgo } from './preflight.js';
import { triggerArgo } from './trigger.js';

/** Argo Workflows. The correlation id is the workflow's name, so that a repetition is refused and harmless. */
export const argoWorkflows: CiProvider<'argo_workflows', ArgoWorkflowsConfig> = {
  type: 'argo_workflows',
  summary: 'a WorkflowTemplate of Argo Workflows, submitted under a name that Retune chooses',
  Config: ArgoWorkflowsConfig,
  idempotency: 'native',
  settleMs: 15_000,
  claimsWithRefId: true,
  trigger: triggerArgo,
  find: findArgo,
  status: statusArgo,
  cancel: cancelArgo,
  preflight: preflightArgo,
};

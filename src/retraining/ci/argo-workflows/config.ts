import { z } from 'zod';
import { SecretFile, SecretText } from '../../../schema/secret.js';
import { takenNames } from '../pipeline-inputs.js';
import { secretChoice } from '../secret-choice.js';

/** The parameters that every workflow is given; an operator's own may not reuse them. */
export const OWN_PARAMETERS = ['correlation_id', 'model', 'payload'] as const;

/** Names that Kubernetes allows for namespaces and objects. */
const OBJECT_NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

/** A WorkflowTemplate of Argo Workflows, submitted through the Argo Server. */
export const ArgoWorkflowsConfig = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'expected a URL such as https://argo.example.com' })
      .describe('of the Argo Server, without /api/v1'),
    namespace: z
      .string()
      .regex(OBJECT_NAME, 'expected a namespace such as training')
      .describe('where workflows run'),
    template: z
      .string()
      .regex(OBJECT_NAME, 'expected the name of a WorkflowTemplate such as iris-retrain')
      .describe('name of the WorkflowTemplate'),
    cluster_scope: z.boolean().default(false).describe('template is a ClusterWorkflowTemplate'),
    token: SecretText.optional(),
    token_file: SecretFile.optional().describe('token of a service account of this namespace'),
    parameters: z
      .record(z.string().min(1), z.string())
      .default({})
      .describe('further parameters of the workflow, always the same'),
  })
  .superRefine((config, context) => {
    const message = secretChoice('token', config.token, config.token_file);
    if (message) context.addIssue({ code: 'custom', path: ['token_file'], message });
    for (const name of Object.keys(config.parameters).filter((each) => each.includes('='))) {
      const message = 'expected a name without =, behind which Argo would take its value to begin';
      context.addIssue({ code: 'custom', path: ['parameters', name], message });
    }
    for (const taken of takenNames(OWN_PARAMETERS, config.parameters, 'parameters')) context.addIssue(taken);
  });
export type ArgoWorkflowsConfig = z.output<typeof ArgoWorkflowsConfig>;

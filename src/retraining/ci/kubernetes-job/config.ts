import { z } from 'zod';
import { PositiveDuration } from '../../../schema/duration.js';
import { SecretFile, SecretText } from '../../../schema/secret.js';
import { secretChoice } from '../secret-choice.js';

const HOUR = 3_600_000;

/** A container of a pod, as Kubernetes has it; its variables are completed by us. */
const Container = z.looseObject({
  name: z.string().min(1).describe('name of the container'),
  env: z
    .array(z.looseObject({ name: z.string().min(1).describe('name of the variable') }))
    .optional()
    .describe('variables, besides those that every run sets'),
});

/** A Job of Kubernetes, created through its API. */
export const KubernetesJobConfig = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'expected a URL such as https://kubernetes.default.svc' })
      .describe('of the API server'),
    namespace: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'expected a namespace such as training')
      .describe('where jobs run'),
    token: SecretText.optional(),
    token_file: SecretFile.optional().describe('token of a service account of this namespace'),
    pod: z
      .looseObject({
        containers: z.array(Container).min(1, 'expected at least one container').describe('what trains'),
        initContainers: z.array(Container).optional().describe('what runs before, such as the claim'),
      })
      .describe('spec of the pod, as in a Job’s spec.template.spec'),
    timeout: PositiveDuration.default(6 * HOUR).describe('how long a job may take'),
    keep: PositiveDuration.default(24 * HOUR).describe('how long a finished job is kept, to be read'),
  })
  .superRefine((config, context) => {
    const message = secretChoice('token', config.token, config.token_file);
    if (message) context.addIssue({ code: 'custom', path: ['token_file'], message });
    if (config.keep < HOUR) {
      const short =
        'expected at least 1h, because a job that is gone before its result was read counts as cancelled';
      context.addIssue({ code: 'custom', path: ['keep'], message: short });
    }
  });
export type KubernetesJobConfig = z.output<typeof KubernetesJobConfig>;

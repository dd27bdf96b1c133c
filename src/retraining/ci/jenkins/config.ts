import { z } from 'zod';
import { SecretFile, SecretText } from '../../../schema/secret.js';
import { takenNames } from '../pipeline-inputs.js';
import { secretChoice } from '../secret-choice.js';

/** The parameters that every build is given; an operator's own may not reuse them. */
export const OWN_PARAMETERS = ['CORRELATION_ID', 'MODEL', 'PAYLOAD'] as const;

/** A parameterized job of Jenkins. */
export const JenkinsConfig = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'expected a URL such as https://jenkins.example.com' })
      .describe('of the controller, with its path if it has one'),
    job: z
      .string()
      .regex(
        /^[^/?#]+(\/[^/?#]+)*$/,
        'expected a job such as iris/retrain, its folders first and without /job/',
      )
      .describe('name, with its folders before it'),
    user: z.string().min(1).describe('user whose API token this is'),
    token: SecretText.optional(),
    token_file: SecretFile.optional().describe('API token, not a password'),
    parameters: z
      .record(z.string().min(1), z.string())
      .default({})
      .describe('further parameters of the job, always the same'),
    unstable: z
      .enum(['failed', 'succeeded'])
      .default('failed')
      .describe('what a build that ended UNSTABLE counts as'),
  })
  .superRefine((config, context) => {
    const message = secretChoice('token', config.token, config.token_file);
    if (message) context.addIssue({ code: 'custom', path: ['token_file'], message });
    for (const issue of takenNames(OWN_PARAMETERS, config.parameters, 'parameters')) context.addIssue(issue);
  });
export type JenkinsConfig = z.output<typeof JenkinsConfig>;

import { z } from 'zod';
import { SecretFile, SecretText } from '../../../schema/secret.js';
import { takenNames } from '../pipeline-inputs.js';
import { secretChoice } from '../secret-choice.js';

/** Variables that every build gets; an operator's own may not reuse them. */
export const OWN_VARIABLES = ['CORRELATION_ID', 'MODEL', 'PAYLOAD'] as const;

const SLUG = /^[a-z0-9][a-z0-9-]*$/i;

/** A pipeline of Buildkite. */
export const BuildkiteConfig = z
  .strictObject({
    organization: z
      .string()
      .regex(SLUG, 'expected the slug of an organization such as flowers, as in its address')
      .describe('slug of the organization, as in its address'),
    pipeline: z
      .string()
      .regex(SLUG, 'expected the slug of a pipeline such as iris-retrain, as in its address')
      .describe('slug of the pipeline, as in its address'),
    branch: z.string().min(1).default('main').describe('branch that is built'),
    commit: z
      .string()
      .min(1)
      .default('HEAD')
      .describe('commit that is built; HEAD is the newest of the branch'),
    token: SecretText.optional(),
    token_file: SecretFile.optional().describe('API token with read_builds and write_builds'),
    api_url: z
      .url({ protocol: /^https?$/, error: 'expected a URL such as https://api.buildkite.com/v2' })
      .default('https://api.buildkite.com/v2')
      .describe('of a proxy in front of the API'),
    env: z
      .record(z.string().min(1), z.string())
      .default({})
      .describe('further environment variables of the build, always the same'),
  })
  .superRefine((config, context) => {
    const message = secretChoice('token', config.token, config.token_file);
    if (message) context.addIssue({ code: 'custom', path: ['token_file'], message });
    for (const taken of takenNames(OWN_VARIABLES, config.env, 'env')) context.addIssue(taken);
    for (const name of Object.keys(config.env).filter((each) => each.startsWith('BUILDKITE_'))) {
      const own = 'expected a name without BUILDKITE_ before it, which Buildkite sets itself';
      context.addIssue({ code: 'custom', path: ['env', name], message: own });
    }
  });
export type BuildkiteConfig = z.output<typeof BuildkiteConfig>;

import { z } from 'zod';
import { SecretFile, SecretText } from '../../../schema/secret.js';
import { takenNames } from '../pipeline-inputs.js';
import { secretChoice } from '../secret-choice.js';

/** Names of the inputs that every dispatch carries; an operator's own inputs may not reuse them. */
export const OWN_INPUTS = ['correlation_id', 'model', 'payload'] as const;

/** A workflow of GitHub Actions, started by `workflow_dispatch`. */
export const GithubConfig = z
  .strictObject({
    repo: z
      .string()
      .regex(/^[\w.-]+\/[\w.-]+$/, 'expected a repository such as flowers/iris')
      .describe('owner/name'),
    workflow: z
      .string()
      .regex(/^[\w.-]+$/, 'expected a workflow file such as retrain.yml, without its folder, or its id')
      .describe('file name in .github/workflows, or its numeric id'),
    ref: z.string().min(1).default('main').describe('branch or tag the workflow runs on'),
    token: SecretText.optional(),
    token_file: SecretFile.optional().describe('token that may write Actions of this repository'),
    api_url: z
      .url({ protocol: /^https?$/, error: 'expected a URL such as https://github.example.com/api/v3' })
      .default('https://api.github.com')
      .describe('of GitHub Enterprise Server: https://<host>/api/v3'),
    inputs: z
      .record(z.string().min(1), z.string())
      .default({})
      .describe('further inputs of the workflow, always the same'),
  })
  .superRefine((config, context) => {
    const message = secretChoice('token', config.token, config.token_file);
    if (message) context.addIssue({ code: 'custom', path: ['token_file'], message });
    for (const issue of takenNames(OWN_INPUTS, config.inputs, 'inputs')) context.addIssue(issue);
    const most = 25 - OWN_INPUTS.length;
    if (Object.keys(config.inputs).length > most) {
      const tooMany = `expected at most ${most} inputs, because GitHub takes 25 in all`;
      context.addIssue({ code: 'custom', path: ['inputs'], message: tooMany });
    }
  });
export type GithubConfig = z.output<typeof GithubConfig>;

import { z } from 'zod';
import { SecretFile, SecretText } from '../../../schema/secret.js';
import { takenNames } from '../pipeline-inputs.js';
import { secretChoice } from '../secret-choice.js';

/** What every pipeline is given, as inputs; as variables the same names in capitals. */
export const OWN_INPUTS = ['correlation_id', 'model', 'payload'] as const;

/** GitLab takes 20 inputs for one pipeline. */
const MOST_INPUTS = 20;

/** A pipeline of GitLab CI, on gitlab.com or self-managed. */
export const GitlabConfig = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'expected a URL such as https://gitlab.example.com' })
      .default('https://gitlab.com')
      .describe('of the instance, without /api/v4'),
    project: z
      .union([z.string(), z.number()])
      .transform(String)
      .refine(
        (text) => /^(\d+|[\w.-]+(\/[\w.-]+)+)$/.test(text),
        'expected a path such as flowers/iris, or the id of a project',
      )
      .describe('path with its groups, or numeric id'),
    ref: z.string().min(1).default('main').describe('branch or tag the pipeline runs on'),
    token: SecretText.optional(),
    token_file: SecretFile.optional().describe('access token of the project: role Developer, scope api'),
    trigger_token: SecretText.optional().describe('a trigger token'),
    trigger_token_file: SecretFile.optional().describe(
      'starts pipelines in place of token, which then needs read_api only',
    ),
    pass_as: z
      .enum(['inputs', 'variables'])
      .default('inputs')
      .describe('inputs need GitLab 18.1; variables may be forbidden by the project'),
    inputs: z
      .record(z.string().min(1), z.string())
      .default({})
      .describe('further inputs or variables of the pipeline, always the same'),
  })
  .superRefine((config, context) => {
    const token = secretChoice('token', config.token, config.token_file);
    if (token) context.addIssue({ code: 'custom', path: ['token_file'], message: token });
    const trigger = secretChoice('trigger_token', config.trigger_token, config.trigger_token_file, true);
    if (trigger) context.addIssue({ code: 'custom', path: ['trigger_token_file'], message: trigger });
    for (const issue of takenNames(ownNames(config.pass_as), config.inputs, 'inputs'))
      context.addIssue(issue);
    const most = MOST_INPUTS - OWN_INPUTS.length;
    if (config.pass_as === 'inputs' && Object.keys(config.inputs).length > most) {
      const message = `expected at most ${most} inputs, because GitLab takes ${MOST_INPUTS} in all`;
      context.addIssue({ code: 'custom', path: ['inputs'], message });
    }
  });
export type GitlabConfig = z.output<typeof GitlabConfig>;

/** The names of our three values as a pipeline gets them. */
export function ownNames(passAs: GitlabConfig['pass_as']): readonly string[] {
  return passAs === 'inputs' ? OWN_INPUTS : OWN_INPUTS.map((name) => name.toUpperCase());
}

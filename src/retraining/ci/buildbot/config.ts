import { z } from 'zod';
import { SecretFile, SecretText } from '../../../schema/secret.js';
import { takenNames } from '../pipeline-inputs.js';
import { secretChoice } from '../secret-choice.js';

/** Names of the properties that every run sets itself. */
export const OWN_PARAMETERS = ['correlation_id', 'model', 'payload'] as const;
/** Names that mean something else to a force scheduler than a property of the build. */
const RESERVED = ['builderNames', 'builderid', 'owner', 'reason'];

/** A builder of Buildbot, started through a ForceScheduler. */
export const BuildbotConfig = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'expected a URL such as https://buildbot.example.com' })
      .describe('of the web server, without /api/v2'),
    scheduler: z
      .string()
      .regex(/^[A-Za-z_-][\w-]*$/, 'expected the name of a ForceScheduler such as retrain')
      .describe('name of a ForceScheduler that declares correlation_id, model and payload'),
    builder: z.string().min(1).describe('name of a builder that this scheduler may start'),
    parameters: z
      .record(z.string().min(1), z.string())
      .default({})
      .describe('further parameters of the scheduler, always the same'),
    username: z.string().min(1).optional().describe('of a reverse proxy that asks for one'),
    password: SecretText.optional(),
    password_file: SecretFile.optional(),
    bearer_token: SecretText.optional(),
    bearer_token_file: SecretFile.optional().describe('sent as Authorization: Bearer'),
  })
  .superRefine((config, context) => {
    const issue = (path: string[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    const taken = takenNames([...OWN_PARAMETERS, ...RESERVED], config.parameters, 'parameters');
    for (const each of taken) context.addIssue(each);
    const named = config.username !== undefined;
    const password = secretChoice('password', config.password, config.password_file, !named);
    if (password) issue(['password_file'], password);
    if (!named && (config.password ?? config.password_file))
      issue(['username'], 'expected the username that the password belongs to');
    const token = config.bearer_token ?? config.bearer_token_file;
    const bearer = secretChoice('bearer_token', config.bearer_token, config.bearer_token_file, true);
    if (bearer) issue(['bearer_token_file'], bearer);
    if (named && token) issue(['username'], 'expected either username or bearer_token, got both');
  });
export type BuildbotConfig = z.output<typeof BuildbotConfig>;

import { z } from 'zod';
import { SecretFile, SecretText } from '../../../schema/secret.js';
import { takenNames } from '../pipeline-inputs.js';
import { secretChoice } from '../secret-choice.js';

/** What the `conf` of every DAG run holds; an operator's own may not reuse the names. */
export const OWN_CONF = ['correlation_id', 'model', 'payload'] as const;

/** A DAG of Apache Airflow 2 or 3. */
export const AirflowConfig = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'expected a URL such as https://airflow.example.com' })
      .describe('of the web server, without /api/v2'),
    dag: z
      .string()
      .regex(/^[\w.-]+$/, 'expected the id of a DAG such as iris_retrain')
      .describe('id of the DAG'),
    version: z
      .union([z.literal(2), z.literal(3)], { error: 'expected 2 or 3, the major version of Airflow' })
      .default(3)
      .describe('major version of Airflow'),
    token: SecretText.optional().describe('sent as Authorization: Bearer'),
    token_file: SecretFile.optional().describe('the same from a file, for a token that is renewed'),
    username: z.string().min(1).optional().describe('in place of a token'),
    password: SecretText.optional(),
    password_file: SecretFile.optional().describe('of this user'),
    conf: z
      .record(z.string().min(1), z.union([z.string(), z.number(), z.boolean()]))
      .default({})
      .describe('further conf of the DAG run, always the same'),
  })
  .superRefine((config, context) => {
    const issue = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    const named = config.username !== undefined;
    const token = secretChoice('token', config.token, config.token_file, named);
    if (token) issue('token_file', `${token}${token.endsWith('neither') ? ', and no username' : ''}`);
    const password = secretChoice('password', config.password, config.password_file, !named);
    if (password) issue('password_file', password);
    if (!named && (config.password ?? config.password_file))
      issue('username', 'expected the username that the password belongs to');
    if (named && (config.token ?? config.token_file))
      issue('username', 'expected either username or token, got both');
    for (const taken of takenNames(OWN_CONF, config.conf, 'conf')) context.addIssue(taken);
  });
export type AirflowConfig = z.output<typeof AirflowConfig>;

import { z } from 'zod';
import { Secret, SecretFile, SecretText } from '../../../schema/secret.js';
import { secretChoice } from '../secret-choice.js';
import { signingKey } from './signature.js';

/** A signing secret written in place: base64 of 24 to 64 bytes, with or without `whsec_`. */
const SigningSecret = z
  .string()
  .refine((text) => signingKey(text) !== undefined, {
    error: 'expected whsec_ and the base64 of 24 to 64 random bytes',
  })
  .transform((text) => Secret.literal(text));

/** Any service that takes a signed POST and starts a training run. */
export const WebhookConfig = z
  .strictObject({
    url: z.url({
      protocol: /^https?$/,
      error: 'expected a URL such as https://train.example.com/hooks/retrain',
    }),
    secret: SigningSecret.optional(),
    secret_file: SecretFile.optional().describe('signs each request (Standard Webhooks)'),
    bearer_token: SecretText.optional(),
    bearer_token_file: SecretFile.optional().describe('sent as Authorization: Bearer'),
    status_url: z
      .url({ protocol: /^https?$/ })
      .refine((url) => url.includes('{correlation_id}'), 'expected a URL that contains {correlation_id}')
      .optional()
      .describe('where a run can be looked up by its correlation id'),
    searchable_status: z
      .boolean()
      .default(false)
      .describe('a 404 from status_url proves that the run does not exist'),
  })
  .superRefine((config, context) => {
    const secret = secretChoice('secret', config.secret, config.secret_file);
    if (secret) context.addIssue({ code: 'custom', path: ['secret_file'], message: secret });
    const bearer = secretChoice('bearer_token', config.bearer_token, config.bearer_token_file, true);
    if (bearer) context.addIssue({ code: 'custom', path: ['bearer_token_file'], message: bearer });
    if (config.searchable_status && !config.status_url) {
      const message =
        'expected a status_url with searchable_status, such as https://train.example.com/runs/{correlation_id}';
      context.addIssue({ code: 'custom', path: ['status_url'], message });
    }
  });
export type WebhookConfig = z.output<typeof WebhookConfig>;

/** Where a run can be looked up by its correlation id; undefined when the target has no such address. */
export function statusUrlOf(config: WebhookConfig, correlationId: string): string | undefined {
  return config.status_url?.replaceAll('{correlation_id}', encodeURIComponent(correlationId));
}

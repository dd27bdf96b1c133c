import { z } from 'zod';
import { Duration } from '../../../schema/duration.js';
import { SecretText } from '../../../schema/secret.js';
import { HttpConfig } from '../http-config.js';
import { oneSecret, OptionalSecretFile, TemplatedUrl } from '../secret-twin.js';
import { TemplateTree } from '../template-fields.js';

/** `webhook_configs` of alertmanager.yml, and `secret` / `secret_file` for signed requests. */
export const WebhookConfig = z
  .strictObject({
    send_resolved: z.boolean().default(true),
    send_late: z.boolean().default(false),
    url: TemplatedUrl.optional(),
    url_file: OptionalSecretFile,
    secret: SecretText.optional(),
    secret_file: OptionalSecretFile,
    max_alerts: z.int().min(0, 'expected a number of alerts, 0 for no limit').default(0),
    timeout: Duration.optional(),
    http_config: HttpConfig.optional(),
    payload: TemplateTree.optional(),
  })
  .transform(({ url, url_file, secret, secret_file, ...rest }, context) => {
    const address = oneSecret(url, url_file, 'url', context);
    const signing = oneSecret(secret, secret_file, 'secret', context);
    if (!address) context.addIssue({ code: 'custom', message: 'expected url or url_file' });
    return { ...rest, url: address as NonNullable<typeof address>, ...(signing && { secret: signing }) };
  });
export type WebhookConfig = z.infer<typeof WebhookConfig>;

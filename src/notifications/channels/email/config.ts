import { z } from 'zod';
import { SecretText } from '../../../schema/secret.js';
import { Ignored, oneSecret, OptionalSecretFile, refused } from '../secret-twin.js';
import { TemplateText } from '../template-fields.js';
import { MailAddress, MailAddresses, SmartHost, TlsConfig } from './address.js';

const NO_CRAM = 'CRAM-MD5 secrets are not supported; write auth_password';

/** Written by the service itself; a second value would break threads or the message. `From` and `To` are read without effect. */
const RESERVED =
  /^(cc|bcc|date|message-id|references|in-reply-to|mime-version|content-type|content-transfer-encoding)$/i;
const Headers = z.record(
  z
    .string()
    .regex(/^[!-9;-~]+$/, 'expected a header name such as X-Team')
    .refine((name) => !RESERVED.test(name), {
      error: (issue) => `the header ${String(issue.input)} is set by the service and cannot be replaced`,
    }),
  TemplateText,
);

/** `email_configs` of alertmanager.yml. Each recipient of `to` becomes an integration of its own. */
export const EmailConfig = z
  .strictObject({
    send_resolved: z.boolean().default(false),
    send_late: z.boolean().default(true),
    to: MailAddresses,
    from: MailAddress.optional(),
    smarthost: SmartHost.optional(),
    hello: z.string().min(1).optional(),
    auth_username: z.string().optional(),
    auth_password: SecretText.optional(),
    auth_password_file: OptionalSecretFile,
    auth_secret: refused(NO_CRAM),
    auth_secret_file: refused(NO_CRAM),
    auth_identity: Ignored,
    require_tls: z.boolean().optional(),
    force_implicit_tls: z.boolean().optional(),
    tls_config: TlsConfig.optional(),
    headers: Headers.optional(),
    html: TemplateText.optional(),
    text: TemplateText.optional(),
    threading: z.strictObject({ enabled: Ignored, thread_by_date: Ignored }).optional(),
  })
  .transform(({ auth_password, auth_password_file, ...rest }, context) => {
    const password = oneSecret(auth_password, auth_password_file, 'auth_password', context);
    return { ...rest, ...(password && { auth_password: password }) };
  });
export type EmailConfig = z.infer<typeof EmailConfig>;

import { z } from 'zod';
import type { Secret } from '../../schema/secret.js';
import { SecretText } from '../../schema/secret.js';
import { Ignored, oneSecret, OptionalSecretFile, refused } from './secret-twin.js';

/** What a request carries to prove who sends it; the runtime form of Alertmanager's `http_config`. */
export interface HttpConfig {
  readonly basic?: { readonly username: string; readonly password?: Secret };
  readonly authorization?: { readonly type: string; readonly credentials: Secret };
  /** Extra headers; a name may stand several times. */
  readonly headers: readonly { readonly name: string; readonly value: string | Secret }[];
}

const BasicAuth = z
  .strictObject({
    username: z.string().optional(),
    username_file: refused('username_file is not supported; write username'),
    username_ref: refused('username_ref is not supported; write username'),
    password: SecretText.optional(),
    password_file: OptionalSecretFile,
    password_ref: refused('password_ref is not supported; write password_file'),
  })
  .transform((raw, context) => {
    const password = oneSecret(raw.password, raw.password_file, 'password', context);
    return { username: raw.username ?? '', ...(password && { password }) };
  });

const Authorization = z
  .strictObject({
    type: z
      .string()
      .regex(/^[\w-]+$/, 'expected an authorization scheme such as Bearer')
      .refine((type) => type.toLowerCase() !== 'basic', 'for basic authentication write basic_auth')
      .default('Bearer'),
    credentials: SecretText.optional(),
    credentials_file: OptionalSecretFile,
    credentials_ref: refused('credentials_ref is not supported; write credentials_file'),
  })
  .transform((raw, context) => {
    const credentials = oneSecret(raw.credentials, raw.credentials_file, 'credentials', context);
    if (credentials) return { type: raw.type, credentials };
    context.addIssue({ code: 'custom', message: 'expected credentials or credentials_file' });
    return z.NEVER;
  });

/** Set by the service itself; a second value would contradict the request. */
const RESERVED =
  /^(host|content-length|content-type|transfer-encoding|connection|authorization|user-agent)$/i;
const HeaderName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~\w-]+$/, 'expected a header name such as X-Team')
  .refine((name) => !RESERVED.test(name), {
    error: (issue) => `the header ${String(issue.input)} is set by the service and cannot be replaced`,
  });
const HeaderValue = z.string().regex(/^[^\r\n\0]*$/, 'expected a header value on one line');
const Headers = z
  .record(
    HeaderName,
    z.strictObject({
      values: z.array(HeaderValue).optional(),
      secrets: z.array(SecretText).optional(),
      files: z.array(OptionalSecretFile.unwrap()).optional(),
    }),
  )
  .transform((raw) =>
    Object.entries(raw).flatMap(([name, { values = [], secrets = [], files = [] }]) =>
      [...values, ...secrets, ...files].map((value) => ({ name, value })),
    ),
  );

const NO_PROXY = 'a proxy for one receiver is not supported; leave it out';
const NO_TLS =
  'not supported here; to trust a private certificate authority start the service with NODE_EXTRA_CA_CERTS=<file>';

/** Alertmanager's `http_config`, reduced to what is honoured; redirects are never followed. */
export const HttpConfig = z
  .strictObject({
    basic_auth: BasicAuth.optional(),
    authorization: Authorization.optional(),
    bearer_token: refused('bearer_token is not supported; write authorization: { credentials: … }'),
    bearer_token_file: refused(
      'bearer_token_file is not supported; write authorization: { credentials_file: … }',
    ),
    oauth2: refused('oauth2 is not supported; write authorization or basic_auth'),
    http_headers: Headers.optional(),
    tls_config: z
      .strictObject(
        { insecure_skip_verify: z.literal(false, { error: NO_TLS }).optional() },
        { error: NO_TLS },
      )
      .optional(),
    proxy_url: refused(NO_PROXY),
    proxy_from_environment: z.literal(false, { error: NO_PROXY }).optional(),
    no_proxy: Ignored,
    proxy_connect_header: Ignored,
    follow_redirects: Ignored,
    enable_http2: Ignored,
  })
  .transform((raw, context): HttpConfig => {
    if (raw.basic_auth && raw.authorization) {
      context.addIssue({
        code: 'custom',
        message: 'basic_auth and authorization are both written; keep one of them',
      });
    }
    return {
      ...(raw.basic_auth && { basic: raw.basic_auth }),
      ...(raw.authorization && { authorization: raw.authorization }),
      headers: raw.http_headers ?? [],
    };
  });

/** The headers of one request, with secrets read now. Throws when a secret's file cannot be read. */
export async function headersOf(
  config: HttpConfig | undefined,
  reveal: (secret: Secret) => Promise<string>,
): Promise<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const { name, value } of config?.headers ?? []) {
    const text = typeof value === 'string' ? value : await reveal(value);
    headers[name] = headers[name] === undefined ? text : `${headers[name]}, ${text}`;
  }
  if (config?.basic) {
    const password = config.basic.password ? await reveal(config.basic.password) : '';
    headers['Authorization'] =
      `Basic ${Buffer.from(`${config.basic.username}:${password}`).toString('base64')}`;
  }
  if (config?.authorization) {
    headers['Authorization'] =
      `${config.authorization.type} ${await reveal(config.authorization.credentials)}`;
  }
  return headers;
}

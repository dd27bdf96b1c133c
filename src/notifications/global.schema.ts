import { z } from 'zod';
import { Duration } from '../schema/duration.js';
import { SecretText } from '../schema/secret.js';
import type { ChannelDefaults } from './channels/channel.js';
import { MailAddress, SmartHost, TlsConfig } from './channels/email/address.js';
import {
  HttpUrl,
  Ignored,
  oneSecret,
  OptionalSecretFile,
  refused,
  SecretUrl,
} from './channels/secret-twin.js';

const NO_APP = 'Slack app tokens are not supported; write slack_api_url, the address of an incoming webhook';
const NO_CRAM = 'CRAM-MD5 secrets are not supported; write smtp_auth_password';
const PER_RECEIVER =
  'only honoured in a receiver; write it in the http_config of each receiver that needs it';

/** Defaults of services that no receiver can name here: read, because configuration dumps are full of them, without effect. */
export const OTHER_SERVICES = [
  'opsgenie_api_url',
  'opsgenie_api_key',
  'opsgenie_api_key_file',
  'wechat_api_url',
  'wechat_api_secret',
  'wechat_api_secret_file',
  'wechat_api_corp_id',
  'victorops_api_url',
  'victorops_api_key',
  'victorops_api_key_file',
  'telegram_api_url',
  'telegram_bot_token',
  'telegram_bot_token_file',
  'webex_api_url',
  'rocketchat_api_url',
  'rocketchat_token',
  'rocketchat_token_file',
  'rocketchat_token_id',
  'rocketchat_token_id_file',
  'jira_api_url',
  'mattermost_webhook_url',
  'mattermost_webhook_url_file',
] as const;

/** The `global` section of alertmanager.yml: what receivers fall back to. Durations in milliseconds once parsed. */
export const Global = z
  .strictObject({
    resolve_timeout: Duration.default(300_000),
    slack_api_url: SecretUrl.optional(),
    slack_api_url_file: OptionalSecretFile,
    slack_app_token: refused(NO_APP),
    slack_app_token_file: refused(NO_APP),
    slack_app_url: Ignored,
    pagerduty_url: HttpUrl.default('https://events.pagerduty.com/v2/enqueue'),
    smtp_from: MailAddress.optional(),
    smtp_smarthost: SmartHost.optional(),
    smtp_hello: z.string().min(1).optional(),
    smtp_auth_username: z.string().optional(),
    smtp_auth_password: SecretText.optional(),
    smtp_auth_password_file: OptionalSecretFile,
    smtp_auth_secret: refused(NO_CRAM),
    smtp_auth_secret_file: refused(NO_CRAM),
    smtp_auth_identity: Ignored,
    smtp_require_tls: z.boolean().default(true),
    smtp_force_implicit_tls: z.boolean().optional(),
    smtp_tls_config: TlsConfig.optional(),
    http_config: z
      .strictObject({ follow_redirects: Ignored, enable_http2: Ignored }, { error: PER_RECEIVER })
      .optional(),
    ...(Object.fromEntries(OTHER_SERVICES.map((key) => [key, Ignored])) as Record<
      (typeof OTHER_SERVICES)[number],
      typeof Ignored
    >),
  })
  .transform((raw, context) => {
    const slackApiUrl = oneSecret(raw.slack_api_url, raw.slack_api_url_file, 'slack_api_url', context);
    const password = oneSecret(
      raw.smtp_auth_password,
      raw.smtp_auth_password_file,
      'smtp_auth_password',
      context,
    );
    return {
      resolveTimeoutMs: raw.resolve_timeout,
      ...(slackApiUrl && { slackApiUrl }),
      pagerdutyUrl: raw.pagerduty_url,
      smtp: {
        ...(raw.smtp_from !== undefined && { from: raw.smtp_from }),
        ...(raw.smtp_smarthost !== undefined && { smarthost: raw.smtp_smarthost }),
        ...(raw.smtp_hello !== undefined && { hello: raw.smtp_hello }),
        ...(raw.smtp_auth_username !== undefined && { authUsername: raw.smtp_auth_username }),
        ...(password && { authPassword: password }),
        requireTls: raw.smtp_require_tls,
        ...(raw.smtp_force_implicit_tls !== undefined && { implicitTls: raw.smtp_force_implicit_tls }),
        ...(raw.smtp_tls_config?.insecure_skip_verify && { insecureSkipVerify: true }),
      },
    };
  });
export type Global = z.infer<typeof Global>;

/** What channels fall back to. */
export function channelDefaults({ slackApiUrl, pagerdutyUrl, smtp }: Global): ChannelDefaults {
  return { ...(slackApiUrl && { slackApiUrl }), pagerdutyUrl, smtp };
}

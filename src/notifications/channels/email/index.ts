import type { MailResult, MailTransport } from '../../../platform/ports.js';
import { attempt, reveal, withFaults } from '../attempt.js';
import type { Channel, ChannelDefaults, ChannelIo, DeliveryResult } from '../channel.js';
import { parseHostPort, parseMailboxes } from './address.js';
import { Rendering } from '../rendering.js';
import { EmailConfig } from './config.js';
import { emailMail } from './payload.js';

/** Mail over SMTP, each recipient for himself. */
export const email: Channel<'email', EmailConfig> = {
  type: 'email',
  configKey: 'email_configs',
  summary: 'a mail over SMTP, text and HTML, each recipient for himself; one thread from firing to resolved',
  Config: EmailConfig,
  expand: (config) => (parseMailboxes(config.to) ?? []).map((to) => ({ ...config, to })),
  missing: (config, { smtp }) => [
    ...((config.from ?? smtp.from) ? [] : ['from: write it here, or smtp_from under global']),
    ...((config.smarthost ?? smtp.smarthost)
      ? []
      : [
          'smarthost: write it here, or smtp_smarthost under global; host and port such as smtp.example.org:587',
        ]),
  ],
  send: (message, config, defaults, io) =>
    attempt(async () => {
      const from = config.from ?? defaults.smtp.from;
      const transport = await transportOf(config, defaults.smtp, io);
      if (from === undefined || !transport) {
        return {
          outcome: 'target_broken',
          reason: 'not_found',
          detail: 'from or smarthost is not configured',
        };
      }
      const rendering = new Rendering(message, io.now, defaults.templates);
      const mail = emailMail(message, config, from, rendering);
      return withFaults(outcomeOf(await io.mail.send(mail, transport)), rendering);
    }),
};

/** Each setting of its own falls back to the global one, as in Alertmanager. */
async function transportOf(
  config: EmailConfig,
  smtp: ChannelDefaults['smtp'],
  io: ChannelIo,
): Promise<MailTransport | undefined> {
  const address = parseHostPort(config.smarthost ?? smtp.smarthost ?? '');
  if (!address) return undefined;
  const hello = config.hello ?? smtp.hello;
  const username = config.auth_username ?? smtp.authUsername;
  const secret = config.auth_password ?? smtp.authPassword;
  const password = username && secret ? await reveal(io, secret, 'auth_password') : undefined;
  const insecure = config.tls_config ? config.tls_config.insecure_skip_verify : smtp.insecureSkipVerify;
  return {
    ...address,
    ...(hello !== undefined && { hello }),
    ...(username && { username }),
    ...(password !== undefined && { password }),
    requireTls: config.require_tls ?? smtp.requireTls,
    implicitTls: config.force_implicit_tls ?? smtp.implicitTls ?? address.port === 465,
    ...(insecure && { insecureSkipVerify: true }),
  };
}

/** What the relay's answer means; acceptance is the relay's promise to try, not a mail in a mailbox. */
function outcomeOf(result: MailResult): DeliveryResult {
  if (result.kind === 'accepted') return { outcome: 'delivered', externalId: result.answer.slice(0, 200) };
  const { reason, detail } = result;
  switch (reason) {
    case 'recipient':
      return { outcome: 'rejected', reason: 'recipient', detail };
    case 'content':
      return { outcome: 'rejected', reason: 'invalid_payload', detail };
    case 'auth':
      return { outcome: 'target_broken', reason: 'unauthorized', detail };
    case 'tls':
      return { outcome: 'target_broken', reason: 'tls', detail };
    case 'temporary':
      return { outcome: 'retry', reason: 'server_error', detail };
    case 'network':
    case 'timeout':
      return { outcome: 'retry', reason, detail };
  }
}

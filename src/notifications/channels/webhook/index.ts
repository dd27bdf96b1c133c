import { attempt, faultsOf, requestTimeout, reveal, revealUrl } from '../attempt.js';
import type { Channel } from '../channel.js';
import { headersOf } from '../http-config.js';
import { answerOutcome, failureOutcome, requestSecrets } from '../http-outcome.js';
import { WebhookConfig } from './config.js';
import { Rendering } from '../rendering.js';
import { cutMessage, ownBody, webhookBody } from './payload.js';
import { signatureHeaders } from './signature.js';

/** An answer is only looked at when it is an error; a receiver that answers with a page is fine. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** A JSON body to any address, in the format of Alertmanager's webhooks, signed when a secret is configured. */
export const webhook: Channel<'webhook', WebhookConfig> = {
  type: 'webhook',
  configKey: 'webhook_configs',
  summary: 'a JSON body to any address, as Alertmanager sends it; signed when a secret is configured',
  Config: WebhookConfig,
  missing: () => [],
  send: (message, config, defaults, io) =>
    attempt(async () => {
      const rendering = new Rendering(cutMessage(message, config.max_alerts), io.now, defaults.templates);
      const url = await revealUrl(io, config.url, 'url', (text) => rendering.text('url', text));
      const extra = await headersOf(config.http_config, (it) => reveal(io, it, 'http_config'));
      const secret = config.secret && (await reveal(io, config.secret, 'secret'));
      const own = config.payload === undefined ? undefined : ownBody(config.payload, rendering);
      const body = own ?? webhookBody(message, config.max_alerts);
      const result = await io.http.send({
        method: 'POST',
        url,
        headers: {
          ...extra,
          'Content-Type': 'application/json',
          'Idempotency-Key': message.id,
          'webhook-id': message.id,
          ...(secret !== undefined && signatureHeaders(message.id, body, secret, io.now)),
        },
        body,
        timeoutMs: requestTimeout(config.timeout),
        maxAnswerBytes: MAX_ANSWER_BYTES,
      });
      if (result.kind === 'failure') return failureOutcome(result);
      if (result.status >= 200 && result.status < 300)
        return { outcome: 'delivered', ...faultsOf(rendering) };
      const secrets = [...(secret?.split(/\s+/) ?? []), ...requestSecrets(url, extra)];
      return answerOutcome(result, io.now, secrets);
    }),
};

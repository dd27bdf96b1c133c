import { IncomingWebhook } from '@slack/webhook';
import type { HttpResult } from '../../../platform/ports.js';
import { attempt, requestTimeout, reveal, revealUrl, withFaults } from '../attempt.js';
import type { Channel, ChannelIo, DeliveryResult } from '../channel.js';
import { headersOf } from '../http-config.js';
import { answerDetail, answerOutcome, failureOutcome, requestSecrets } from '../http-outcome.js';
import { Rendering } from '../rendering.js';
import { SlackConfig } from './config.js';
import { fetchThrough } from './fetch-through.js';
import { ownSlackPayload } from './own-payload.js';
import type { OwnSlackPayload } from './own-payload.js';
import { reducedSlackPayload, slackPayload } from './payload.js';
import type { SlackPayload } from './payload.js';

/** What is left for a second request after the first was answered at once. */
const REDUCED_TIMEOUT_MS = 4000;

/** Messages in a Slack channel, through an incoming webhook. */
export const slack: Channel<'slack', SlackConfig> = {
  type: 'slack',
  configKey: 'slack_configs',
  summary: 'a message in a Slack channel, through an incoming webhook',
  Config: SlackConfig,
  missing: (config, defaults) =>
    (config.api_url ?? defaults.slackApiUrl)
      ? []
      : ['api_url: write it here, or slack_api_url under global; it is the address of an incoming webhook'],
  send: (message, config, defaults, io) =>
    attempt(async () => {
      const secret = config.api_url ?? defaults.slackApiUrl;
      if (!secret)
        return { outcome: 'target_broken', reason: 'not_found', detail: 'api_url is not configured' };
      const url = await revealUrl(io, secret, 'api_url');
      const target = {
        url,
        headers: await headersOf(config.http_config, (it) => reveal(io, it, 'http_config')),
      };
      const rendering = new Rendering(message, io.now, defaults.templates);
      const full = await post(
        ownSlackPayload(message, config, rendering) ?? slackPayload(message, config, rendering),
        { ...target, timeoutMs: requestTimeout(config.timeout) },
        io,
      );
      if (full.outcome !== 'rejected') return withFaults(full, rendering);
      const reduced = reducedSlackPayload(message, config, rendering);
      return withFaults(await post(reduced, { ...target, timeoutMs: REDUCED_TIMEOUT_MS }, io), rendering);
    }),
};

async function post(
  payload: SlackPayload | OwnSlackPayload,
  target: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly timeoutMs: number;
  },
  io: ChannelIo,
): Promise<DeliveryResult> {
  const through = fetchThrough(io.http, target);
  // Slack's client turns every answer but a 2xx into an error; the result itself says more than that error.
  const webhook = new IncomingWebhook(target.url, { fetch: through.fetch });
  await webhook.send(payload as SlackPayload).catch(() => undefined);
  const result = through.result();
  return result
    ? outcomeOf(result, io.now, requestSecrets(target.url, target.headers))
    : { outcome: 'rejected', reason: 'invalid_payload', detail: 'the message could not be written as JSON' };
}

const KEY_REFUSED = /token|prohibited|denied|disabled|no_active_hooks/;
const CHANNEL_GONE = /not_found|archived|no_service|no_team/;

/** Slack's answers. Only the body `ok` means that the message was posted: a login page of a proxy is a 200, too. */
function outcomeOf(result: HttpResult, now: Date, secrets: readonly string[]): DeliveryResult {
  if (result.kind === 'failure') return failureOutcome(result);
  const detail = answerDetail(result, secrets);
  if (result.status >= 200 && result.status < 300) {
    return result.body.trim() === 'ok'
      ? { outcome: 'delivered' }
      : { outcome: 'target_broken', reason: 'unexpected_answer', detail };
  }
  const word = /^[a-z_]{3,60}$/.exec(result.body.trim())?.[0] ?? '';
  if (result.status === 400 && KEY_REFUSED.test(word))
    return { outcome: 'target_broken', reason: 'unauthorized', detail };
  if (result.status === 400 && CHANNEL_GONE.test(word))
    return { outcome: 'target_broken', reason: 'not_found', detail };
  return answerOutcome(result, now, secrets);
}

import type { HttpResult } from '../../../platform/ports.js';
import { attempt, requestTimeout, reveal, withFaults } from '../attempt.js';
import type { Channel, ChannelIo, DeliveryResult } from '../channel.js';
import { headersOf } from '../http-config.js';
import { answerDetail, answerOutcome, failureOutcome, requestSecrets } from '../http-outcome.js';
import { Rendering } from '../rendering.js';
import { PagerdutyConfig } from './config.js';
import { pagerdutyEvent } from './payload.js';
import type { PagerdutyEvent } from './payload.js';

/** What is left for a second request after the first was answered at once. */
const REDUCED_TIMEOUT_MS = 4000;

/** Incidents in PagerDuty, through the Events API v2. */
export const pagerduty: Channel<'pagerduty', PagerdutyConfig> = {
  type: 'pagerduty',
  configKey: 'pagerduty_configs',
  pages: true,
  summary: 'an incident in PagerDuty that opens with the first alert of a group and closes with its last',
  Config: PagerdutyConfig,
  missing: (config) =>
    config.routing_key ? [] : ['routing_key: write the integration key of an "Events API v2" integration'],
  send: (message, config, defaults, io) =>
    attempt(async () => {
      if (!config.routing_key) {
        return { outcome: 'target_broken', reason: 'unauthorized', detail: 'routing_key is not configured' };
      }
      const key = await reveal(io, config.routing_key, 'routing_key');
      const target = {
        url: config.url ?? defaults.pagerdutyUrl,
        headers: await headersOf(config.http_config, (it) => reveal(io, it, 'http_config')),
      };
      const rendering = new Rendering(message, io.now, defaults.templates);
      const timeoutMs = requestTimeout(config.timeout);
      const full = await post(
        pagerdutyEvent(message, config, key, false, rendering),
        { ...target, timeoutMs },
        io,
      );
      if (full.outcome !== 'rejected' || message.status === 'resolved') return withFaults(full, rendering);
      const reduced = await post(
        pagerdutyEvent(message, config, key, true, rendering),
        { ...target, timeoutMs: REDUCED_TIMEOUT_MS },
        io,
      );
      return withFaults(reduced, rendering);
    }),
};

async function post(
  event: PagerdutyEvent,
  target: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly timeoutMs: number;
  },
  io: ChannelIo,
): Promise<DeliveryResult> {
  const result = await io.http.send({
    method: 'POST',
    url: target.url,
    headers: { ...target.headers, 'Content-Type': 'application/json' },
    body: JSON.stringify(event),
    timeoutMs: target.timeoutMs,
  });
  const secrets = [event.routing_key, ...requestSecrets(target.url, target.headers)];
  return outcomeOf(result, event, io.now, secrets);
}

/** PagerDuty's answers: 202 is acceptance, 400 names what is wrong, and a wrong key is among the things it names. */
function outcomeOf(
  result: HttpResult,
  event: PagerdutyEvent,
  now: Date,
  secrets: readonly string[],
): DeliveryResult {
  if (result.kind === 'failure') return failureOutcome(result);
  const accepted =
    result.status === 202 || (result.status === 200 && /"status"\s*:\s*"success"/.test(result.body));
  if (accepted) return { outcome: 'delivered', externalId: event.dedup_key };
  const detail = answerDetail(result, secrets);
  if (result.status === 400 && /(?:routing|service|integration)[\s_-]*key/i.test(result.body)) {
    return { outcome: 'target_broken', reason: 'unauthorized', detail };
  }
  return answerOutcome(result, now, secrets);
}

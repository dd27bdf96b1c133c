import type { HttpResult } from '../../../platform/ports.js';
import { jsonObject, sayAnswer, textField, tidyText } from '../answer.js';
import type { CiIo, CiProvider, CiRef, CiStatus } from '../ci-provider.js';
import { WebhookConfig, statusUrlOf } from './config.js';
import { preflightWebhook } from './preflight.js';
import { refOf, webhookStatus } from './status.js';
import { bearerOf, triggerWebhook } from './trigger.js';

/** Any service with an HTTP endpoint. */
export const webhook: CiProvider<'webhook', WebhookConfig> = {
  type: 'webhook',
  summary: 'any HTTP endpoint that starts a run: a signed request in a CloudEvents envelope',
  Config: WebhookConfig,
  idempotency: 'none',
  idempotencyOf: (config) => (config.searchable_status ? 'searchable' : 'none'),
  settleMs: 30_000,
  trigger: triggerWebhook,
  preflight: preflightWebhook,

  async find(
    correlationId: string,
    _since: Date,
    config: WebhookConfig,
    io: CiIo,
  ): Promise<readonly CiRef[]> {
    const url = statusUrlOf(config, correlationId);
    if (!url) return [];
    const { result, secrets } = await get(url, config, io);
    if (result.kind === 'failure') throw new Error(`searching: ${result.detail}`);
    if (result.status === 404) return [];
    const json = result.status === 200 ? jsonObject(result.body) : undefined;
    const named = textField(json?.['correlation_id']);
    if (
      !json ||
      !webhookStatus(result.body, config.url, url) ||
      (named !== undefined && named !== correlationId)
    ) {
      throw new Error(`searching: ${sayAnswer(result, secrets)}`);
    }
    return [refOf(json, config.url, url) ?? { id: correlationId, statusUrl: url }];
  },

  async status(ref: CiRef, correlationId: string, config: WebhookConfig, io: CiIo): Promise<CiStatus> {
    const url = ref.statusUrl ?? statusUrlOf(config, correlationId);
    if (!url)
      return { state: 'unknown', raw: '', detail: 'the target names no status address; its callback tells' };
    const { result, secrets } = await get(url, config, io);
    if (result.kind === 'failure') return { state: 'unknown', raw: '', detail: result.detail };
    const status = result.status === 200 ? webhookStatus(result.body, config.url, url) : undefined;
    if (!status) return { state: 'unknown', raw: String(result.status), detail: sayAnswer(result, secrets) };
    return status.detail === undefined ? status : { ...status, detail: tidyText(status.detail, secrets) };
  },
};

/**
 * Reads a status address. One on a host the operator wrote down is trusted, and told the bearer token; any other came from an answer
 * and is neither.
 */
async function get(
  url: string,
  config: WebhookConfig,
  io: CiIo,
): Promise<{ readonly result: HttpResult; readonly secrets: readonly (string | undefined)[] }> {
  const origins = [config.url, ...(config.status_url ? [config.status_url] : [])].map(
    (own) => new URL(own).origin,
  );
  const trusted = origins.includes(new URL(url).origin);
  const bearer = await bearerOf(config, io);
  const result = await io.http.send({
    method: 'GET',
    url,
    headers: {
      Accept: 'application/json',
      ...(trusted && bearer !== undefined ? { Authorization: `Bearer ${bearer}` } : {}),
    },
    trust: trusted ? 'configured' : 'foreign',
    ...(io.signal ? { signal: io.signal } : {}),
  });
  return { result, secrets: [bearer] };
}

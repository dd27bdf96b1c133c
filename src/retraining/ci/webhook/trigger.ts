import type { HttpResult } from '../../../platform/ports.js';
import type { Secret } from '../../../schema/secret.js';
import { jsonObject, refused, retryAfterMs, sayAnswer, textField, unanswered } from '../answer.js';
import type { Ambiguous, CiIo, CiRef, Refused, RunRequest, Triggered } from '../ci-provider.js';
import { CLOUD_EVENT_TYPE, cloudEvent } from '../cloud-event.js';
import { type WebhookConfig, statusUrlOf } from './config.js';
import { signatureHeaders, signingKey } from './signature.js';
import { refOf } from './status.js';

type Answer = Extract<HttpResult, { kind: 'answer' }>;

/** Posts the signed request once. `Idempotency-Key` and `webhook-id` are the correlation id, the same whenever a run is sent. */
export async function triggerWebhook(
  run: RunRequest,
  config: WebhookConfig,
  io: CiIo,
): Promise<Triggered | Refused | Ambiguous> {
  const secret = await io.reveal((config.secret ?? config.secret_file) as Secret);
  const key = signingKey(secret);
  if (!key)
    return refused('invalid_request', 'the signing secret is not whsec_ and the base64 of 24 to 64 bytes');
  const bearer = await bearerOf(config, io);
  const body = JSON.stringify(cloudEvent(run));
  const result = await io.http.send({
    method: 'POST',
    url: config.url,
    headers: {
      'Content-Type': CLOUD_EVENT_TYPE,
      'Idempotency-Key': run.correlationId,
      ...signatureHeaders(run.correlationId, io.now, body, key),
      ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }),
    },
    body,
    ...(io.signal ? { signal: io.signal } : {}),
  });
  if (result.kind === 'failure') return unanswered(result);
  return readAnswer(result, run, config, [secret, bearer, run.callback?.token], io.now);
}

/** The bearer token, read anew; undefined when the target has none. */
export async function bearerOf(config: WebhookConfig, io: CiIo): Promise<string | undefined> {
  const token = config.bearer_token ?? config.bearer_token_file;
  return token ? io.reveal(token) : undefined;
}

function readAnswer(
  answer: Answer,
  run: RunRequest,
  config: WebhookConfig,
  secrets: readonly (string | undefined)[],
  now: Date,
): Triggered | Refused | Ambiguous {
  const { status } = answer;
  const said = sayAnswer(answer, secrets);
  const json = jsonObject(answer.body) ?? {};
  if (status >= 200 && status < 300) return triggered(json, run, config, false);
  if (status === 409) {
    const other = textField(json['correlation_id']);
    return other === undefined || other === run.correlationId
      ? triggered(json, run, config, true)
      : refused('invalid_request', `${said}; the target is busy with another run`);
  }
  const wait = retryAfterMs(answer, now);
  if (status === 429 || status === 425 || (status === 503 && wait !== undefined)) {
    return refused('rate_limited', said, wait ?? 60_000);
  }
  if (status === 401 || status === 403 || status === 407) return refused('unauthorized', said);
  if (status === 410) return refused('target_disabled', said);
  if (status === 404 || status === 405) return refused('not_found', said);
  if (status >= 300 && status < 400) return refused('not_found', `${status}; redirects are not followed`);
  if (status === 408 || status >= 500 || status < 300) return { kind: 'ambiguous', detail: said };
  return refused('invalid_request', said);
}

function triggered(
  json: Readonly<Record<string, unknown>>,
  run: RunRequest,
  config: WebhookConfig,
  adopted: boolean,
): Triggered {
  const statusUrl = statusUrlOf(config, run.correlationId);
  // Without an id of its own the run is known by ours, as long as that leads anywhere.
  const own: CiRef | undefined = statusUrl ? { id: run.correlationId, statusUrl } : undefined;
  const ref = refOf(json, config.url, statusUrl) ?? own;
  return { kind: 'triggered', adopted, ...(ref ? { ref } : {}) };
}

import type { HttpResult } from '../../platform/ports.js';
import type { DeliveryResult } from './channel.js';
import { fit, oneLine } from './plain-text.js';

type Answer = Extract<HttpResult, { kind: 'answer' }>;
type Failure = Extract<HttpResult, { kind: 'failure' }>;

const SNIPPET = 200;
/** A target that asks for more is asked again after an hour; nobody waits a day for a page. */
const LONGEST_RETRY_AFTER_MS = 3_600_000;

/** `Retry-After` in milliseconds, from seconds or an HTTP date (RFC 9110 §10.2.3); undefined when absent or unreadable. */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? '';
  const ms = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  if (!/^\d|^[A-Z]/i.test(text) || Number.isNaN(ms)) return undefined;
  return Math.min(Math.max(0, Math.round(ms)), LONGEST_RETRY_AFTER_MS);
}

/** What a target said, in one short line without any of `secrets`. */
export function answerDetail({ status, body }: Answer, secrets: readonly string[]): string {
  const words = fit(oneLine(withoutSecrets(body.slice(0, 4000), secrets)), SNIPPET);
  return words === '' ? `HTTP ${status}` : `HTTP ${status}: ${words}`;
}

/** Shorter texts are no secrets, and replacing them would make answers unreadable. */
const SHORTEST_SECRET = 4;

/** The text with each secret, also in its percent-encoded form, replaced. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .toSorted((a, b) => b.length - a.length)
    .reduce(
      (rest, secret) =>
        rest.replaceAll(secret, '<secret>').replaceAll(encodeURIComponent(secret), '<secret>'),
      text,
    );
}

/** What of a request must never be shown: the address and its path, header values, and the tokens in them. */
export function requestSecrets(url: string, headers: Readonly<Record<string, string>>): readonly string[] {
  const { pathname, search, username, password } = new URL(url);
  return [
    url,
    ...(pathname.length > 1 ? [pathname + search, pathname] : []),
    search.slice(1),
    username,
    password,
    ...Object.values(headers).flatMap((value) => [value, value.split(' ').at(-1) ?? '']),
  ];
}

/** What an unsuccessful answer means for a delivery. Redirects are never followed: they mean a wrong address or a login page. */
export function answerOutcome(answer: Answer, now: Date, secrets: readonly string[]): DeliveryResult {
  const { status } = answer;
  const detail = answerDetail(answer, secrets);
  const wait = retryAfterMs(answer.headers['retry-after'], now);
  const later = wait === undefined ? {} : { retryAfterMs: wait };
  if (status === 429) return { outcome: 'retry', reason: 'rate_limited', detail, ...later };
  if (status === 408 || status === 425) return { outcome: 'retry', reason: 'timeout', detail, ...later };
  if (status >= 500) return { outcome: 'retry', reason: 'server_error', detail, ...later };
  if (status === 401 || status === 403 || status === 407)
    return { outcome: 'target_broken', reason: 'unauthorized', detail };
  if (status === 404 || status === 405 || status === 410)
    return { outcome: 'target_broken', reason: 'not_found', detail };
  if (status >= 400) return { outcome: 'rejected', reason: 'invalid_payload', detail };
  return { outcome: 'target_broken', reason: 'unexpected_answer', detail };
}

/** What a request without an answer means for a delivery. */
export function failureOutcome({ reason, sent, detail }: Failure): DeliveryResult {
  switch (reason) {
    case 'timeout':
      return { outcome: 'retry', reason: 'timeout', detail };
    case 'tls':
      return { outcome: 'target_broken', reason: 'tls', detail };
    case 'blocked':
      return { outcome: 'target_broken', reason: 'unexpected_answer', detail };
    case 'too_large':
      return sent
        ? { outcome: 'target_broken', reason: 'unexpected_answer', detail }
        : { outcome: 'rejected', reason: 'invalid_payload', detail };
    case 'refused':
    case 'dns':
    case 'reset':
    case 'aborted':
    case 'network':
      return { outcome: 'retry', reason: 'network', detail };
  }
}

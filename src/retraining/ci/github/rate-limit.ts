import type { HttpResult } from '../../../platform/ports.js';
import { retryAfterMs } from '../answer.js';

/** GitHub asks for a minute at least when a secondary limit names no time. */
const SECONDARY_LIMIT_MS = 60_000;

/**
 * How long to wait, in milliseconds, when this is a rate limit, primary or secondary; undefined when it is none. GitHub says so with 403 as well as with 429.
 * Source: docs.github.com, "Rate limits for the REST API".
 */
export function rateLimitMs(answer: Extract<HttpResult, { kind: 'answer' }>, now: Date): number | undefined {
  const { status, headers, body } = answer;
  if (status !== 403 && status !== 429) return undefined;
  const asked = retryAfterMs(answer, now);
  if (asked !== undefined) return asked;
  const reset = Number(headers['x-ratelimit-reset']) * 1000 - now.getTime();
  if (headers['x-ratelimit-remaining'] === '0' && Number.isFinite(reset)) return Math.max(1000, reset);
  return status === 429 || /rate limit/i.test(body) ? SECONDARY_LIMIT_MS : undefined;
}

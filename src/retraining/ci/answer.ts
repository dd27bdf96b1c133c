import type { HttpResult } from '../../platform/ports.js';
import type { Ambiguous, Refused } from './ci-provider.js';

type Answer = Extract<HttpResult, { kind: 'answer' }>;
type Failure = Extract<HttpResult, { kind: 'failure' }>;

const LONGEST_DETAIL = 300;
const LONGEST_WAIT_MS = 86_400_000;

/**
 * What it means that a trigger got no answer: refused only when the request surely never left; otherwise the run may exist.
 */
export function unanswered({ sent, detail }: Failure): Refused | Ambiguous {
  return sent
    ? { kind: 'ambiguous', detail: `no answer: ${detail}` }
    : { kind: 'refused', reason: 'unreachable', retryable: true, detail };
}

/** A refusal; `retryAfterMs` makes it one for now. */
export function refused(reason: Refused['reason'], detail: string, retryAfterMs?: number): Refused {
  const later = retryAfterMs === undefined ? {} : { retryAfterMs };
  return { kind: 'refused', reason, retryable: retryAfterMs !== undefined, detail, ...later };
}

/** `Retry-After` in milliseconds, as seconds or as a date (RFC 9110, 10.2.3), at most a day; undefined when it is missing or unreadable. */
export function retryAfterMs({ headers }: Answer, now: Date): number | undefined {
  const text = headers['retry-after']?.trim();
  if (!text) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), LONGEST_WAIT_MS) : undefined;
}

/** The body as a JSON object, or undefined when it is anything else, such as the page of a proxy. */
export function jsonObject(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** A field that holds a text or a number, as a text; undefined when it holds anything else or nothing. */
export function textField(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The text in one line of at most 300 characters, free of control characters and of the secrets given. */
export function tidyText(text: string, secrets: readonly (string | undefined)[]): string {
  // eslint-disable-next-line no-control-regex -- control characters are what must not reach a log
  const line = text.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  const clean = secrets.reduce<string>(
    (rest, secret) => (secret ? rest.replaceAll(secret, '<secret>') : rest),
    line,
  );
  return clean.length > LONGEST_DETAIL ? `${clean.slice(0, LONGEST_DETAIL)}…` : clean;
}

/**
 * What the target said, for people: `422: No ref found for: main`. The message of a JSON body, or nothing of any other, without the
 * secrets given, which a target may repeat.
 */
export function sayAnswer({ status, body }: Answer, secrets: readonly (string | undefined)[]): string {
  const json = jsonObject(body);
  const said =
    textField(json?.['message']) ?? textField(json?.['error']) ?? textField(json?.['detail']) ?? '';
  const tidy = tidyText(said, secrets);
  return tidy === '' ? String(status) : `${status}: ${tidy}`;
}

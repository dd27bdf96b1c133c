import type { HttpResult } from '../../platform/ports.js';
import type { Ambiguous, CiStatus, Refused } from './ci-provider.js';

type Answer = Extract<HttpResult, { kind: 'answer' }>;
type Failure = Extract<HttpResult, { kind: 'failure' }>;

const LONGEST_DETAIL = 300;
const LONGEST_WAIT_MS = 86_400_000;
/** For a limit that names no time. */
const DEFAULT_WAIT_MS = 60_000;

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

/**
 * What an answer to a trigger means that is no success, by its status alone: 429 waits as long as it asks for, or a minute; 408, 5xx and
 * everything below 400 that is no redirect prove nothing. `hints` adds to a reason what to look at.
 */
export function readRefusal(
  answer: Answer,
  said: string,
  now: Date,
  hints: Partial<Record<Refused['reason'], string>> = {},
): Refused | Ambiguous {
  const { status } = answer;
  const because = (reason: Refused['reason'], waitMs?: number): Refused =>
    refused(reason, hints[reason] === undefined ? said : `${said}; ${hints[reason]}`, waitMs);
  if (status === 429) return because('rate_limited', retryAfterMs(answer, now) ?? DEFAULT_WAIT_MS);
  if (status === 401 || status === 403 || status === 407) return because('unauthorized');
  if (status === 404 || status === 405) return because('not_found');
  if (status >= 300 && status < 400) return because('not_found');
  // A page of some proxy, or a gateway that gave up, is no proof that nothing happened behind it.
  if (status === 408 || status >= 500 || status < 400) return { kind: 'ambiguous', detail: said };
  return because('invalid_request');
}

/** `Retry-After` in milliseconds, as seconds or as a date (RFC 9110, 10.2.3), at most a day; undefined when it is missing or unreadable. */
export function retryAfterMs({ headers }: Answer, now: Date): number | undefined {
  const text = headers['retry-after']?.trim();
  if (!text) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), LONGEST_WAIT_MS) : undefined;
}

/** The status of a run of which a look told nothing: whatever was known before still holds. */
export function notKnown(detail: string): CiStatus {
  return { state: 'unknown', raw: '', detail };
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

/** The body as a JSON array, or undefined when it is anything else. */
export function jsonArray(body: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return Array.isArray(value) ? value : undefined;
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
  const said = [json?.['message'], json?.['error'], json?.['detail']]
    .map(textsIn)
    .find((text) => text !== '');
  const tidy = tidyText(said ?? '', secrets);
  return tidy === '' ? String(status) : `${status}: ${tidy}`;
}

/** The texts in a message, which some servers give as lists or by field: `{"base": ["Reference not found"]}`. */
function textsIn(value: unknown): string {
  if (typeof value !== 'object' || value === null) return textField(value) ?? '';
  if (Array.isArray(value)) return value.map(textsIn).filter(Boolean).join('; ');
  const fields = value as Readonly<Record<string, unknown>>;
  // An entry of a list of validation errors: its message says enough without the input that it repeats.
  if (typeof fields['msg'] === 'string') {
    const place = Array.isArray(fields['loc']) ? `${fields['loc'].join('.')}: ` : '';
    return `${place}${fields['msg']}`;
  }
  return Object.entries(fields)
    .map(([name, said]) => (name === 'base' ? textsIn(said) : `${name}: ${textsIn(said)}`))
    .join('; ');
}

import type { HttpRequest, HttpResult } from '../../platform/ports.js';
import type { CiIo } from './ci-provider.js';

const LARGEST_ANSWER = 8 * 1024 * 1024;

/** A CI system's API, ready to be called: address and credentials are known. */
export interface CiApi {
  /** Where paths begin, without a slash at the end. */
  readonly base: string;
  /** What has to be kept out of everything that is told. */
  readonly secrets: readonly (string | undefined)[];
  /** One call. An object is sent as JSON, parameters as a form; `path` begins with a slash. */
  call(method: HttpRequest['method'], path: string, body?: object | URLSearchParams): Promise<HttpResult>;
}

/** An API at `base` (a slash at its end does not matter) whose requests all carry `headers`. */
export function ciApi(
  base: string,
  headers: Readonly<Record<string, string>>,
  secrets: readonly (string | undefined)[],
  io: CiIo,
): CiApi {
  const root = base.replace(/\/+$/, '');
  return {
    base: root,
    secrets,
    call: (method, path, body) =>
      io.http.send({
        method,
        url: `${root}${path}`,
        headers: {
          Accept: 'application/json',
          ...headers,
          ...(body ? { 'Content-Type': typeOf(body) } : {}),
        },
        ...(body ? { body: body instanceof URLSearchParams ? body.toString() : JSON.stringify(body) } : {}),
        maxAnswerBytes: LARGEST_ANSWER,
        ...(io.signal ? { signal: io.signal } : {}),
      }),
  };
}

function typeOf(body: object): string {
  return body instanceof URLSearchParams ? 'application/x-www-form-urlencoded' : 'application/json';
}

import { parseJson } from './http-json.js';

/** An answer, or `status: 0` when none came. */
export interface PeerAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** What it takes to talk to another service, and to wait. */
export interface Peers {
  send(method: 'GET' | 'POST', url: string, body?: unknown, token?: string): Promise<PeerAnswer>;
  /** Ends early when the process stops. */
  wait(ms: number): Promise<void>;
  now(): Date;
}

const TIMEOUT_MS = 10_000;
const TRIES = 5;

/** Peers over HTTP with JSON; `stop` ends what is under way. */
export function httpPeers(stop: AbortSignal): Peers {
  return {
    async send(method, url, body, token) {
      try {
        const answer = await fetch(url, {
          method,
          redirect: 'manual',
          headers: {
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          signal: AbortSignal.any([stop, AbortSignal.timeout(TIMEOUT_MS)]),
        });
        return { status: answer.status, body: parseJson(await answer.text()) };
      } catch {
        return { status: 0, body: undefined };
      }
    },
    wait: (ms) =>
      new Promise((resolve) => {
        if (stop.aborted) return resolve();
        const timer = setTimeout(resolve, ms);
        stop.addEventListener('abort', () => {
          clearTimeout(timer);
          resolve();
        });
      }),
    now: () => new Date(),
  };
}

/** Sends until there is an answer that more tries would not change, at most five times with growing pauses. */
export async function sendUntilAnswered(
  peers: Peers,
  url: string,
  body: unknown,
  token: string,
): Promise<PeerAnswer> {
  for (let attempt = 1; ; attempt++) {
    const answer = await peers.send('POST', url, body, token);
    const isPassing = answer.status === 0 || answer.status === 429 || answer.status >= 500;
    if (!isPassing || attempt === TRIES) return answer;
    await peers.wait(250 * 2 ** attempt);
  }
}

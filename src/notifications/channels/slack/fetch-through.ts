import type { IncomingWebhookDefaultArguments } from '@slack/webhook';
import type { HttpPort, HttpResult } from '../../../platform/ports.js';

type FetchFunction = NonNullable<IncomingWebhookDefaultArguments['fetch']>;

/** A `fetch` for Slack's client, and what came of its last request: the client itself hides `Retry-After` and the body of a 200. */
export interface FetchThrough {
  readonly fetch: FetchFunction;
  result(): HttpResult | undefined;
}

/** Sends what Slack's client wants to fetch through our own way out, with its limits. */
export function fetchThrough(
  http: HttpPort,
  settings: { readonly timeoutMs: number; readonly headers: Readonly<Record<string, string>> },
): FetchThrough {
  let last: HttpResult | undefined;
  const fetch: FetchFunction = async (url, init) => {
    last = await http.send({
      method: 'POST',
      url: String(url),
      headers: { ...init?.headers, ...settings.headers },
      body: typeof init?.body === 'string' ? init.body : '',
      timeoutMs: settings.timeoutMs,
    });
    if (last.kind === 'failure') throw new Error(last.detail);
    const { status, headers, body } = last;
    return {
      ok: status >= 200 && status < 300,
      status,
      statusText: '',
      url: '',
      headers: { get: (name) => headers[name.toLowerCase()] ?? null, entries: () => Object.entries(headers) },
      text: () => Promise.resolve(body),
      json: () => Promise.resolve(JSON.parse(body) as unknown),
      arrayBuffer: () => Promise.resolve(new TextEncoder().encode(body).buffer),
    };
  };
  return { fetch, result: () => last };
}

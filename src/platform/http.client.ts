import { Injectable, Optional } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import axios from 'axios';
import type { AxiosProxyConfig, AxiosResponse } from 'axios';
import type { Readable } from 'node:stream';
import { forbiddenAddress, literalAddress } from './http-address.js';
import { agentsFor, observedTransport } from './http-agents.client.js';
import type { Departure, HttpAgents } from './http-agents.client.js';
import { errorCode, failure, reasonOf } from './http-failure.js';
import type { HttpFailure } from './http-failure.js';
import type { HttpPort, HttpRequest, HttpResult, Trust } from './ports.js';

/** Longest wait for a whole answer, unless a request says otherwise. */
export const DEFAULT_TIMEOUT_MS = 15_000;
/** Largest request body. */
export const MAX_REQUEST_BYTES = 1024 * 1024;
/** Largest answer body, unless a request says otherwise. */
export const DEFAULT_ANSWER_BYTES = 64 * 1024;

/** Settings of a client. */
export interface HttpClientOptions {
  /** Forward proxy (`http://user:password@host:port`). None when absent; the process environment is never consulted. */
  readonly proxy?: string;
  readonly userAgent?: string;
  /** Connections per host, 8 when absent. Requests beyond wait, within their timeout. */
  readonly maxSockets?: number;
  /** PEM of certificate authorities to trust instead of the built-in ones. */
  readonly ca?: string;
}

/**
 * The one way out over HTTP. A request is made once: no redirect is followed, nothing is retried, every wait and every
 * size is bounded, and a failure tells host and cause but nothing of the URL's path, the headers or the body.
 * With a proxy, names are resolved by the proxy, which then has to keep private networks out of reach.
 */
@Injectable()
export class HttpClient implements HttpPort, OnApplicationShutdown {
  private readonly agents: Readonly<Record<Trust, HttpAgents>>;
  private readonly proxy: AxiosProxyConfig | false;
  private readonly userAgent: string;

  constructor(@Optional() options: HttpClientOptions = {}) {
    const shared = {
      maxSockets: options.maxSockets ?? 8,
      ...(options.ca !== undefined && { ca: options.ca }),
    };
    this.agents = { configured: agentsFor('configured', shared), foreign: agentsFor('foreign', shared) };
    this.proxy = options.proxy === undefined ? false : proxyConfig(new URL(options.proxy));
    this.userAgent = options.userAgent ?? 'retune';
  }

  async send(request: HttpRequest): Promise<HttpResult> {
    const url = URL.canParse(request.url) ? new URL(request.url) : undefined;
    const refusal = this.refuse(request, url);
    if (refusal) return refusal;
    const host = (url as URL).host;
    const departure: Departure = { sent: false };
    const timeout = AbortSignal.timeout(request.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const signal = request.signal ? AbortSignal.any([timeout, request.signal]) : timeout;
    try {
      const answer = await this.request(request, signal, departure);
      const body = await readBody(answer.data, request.maxAnswerBytes ?? DEFAULT_ANSWER_BYTES);
      if (body === undefined) return failure('too_large', true, host, 'answer');
      return { kind: 'answer', status: answer.status, headers: plainHeaders(answer), body };
    } catch (error) {
      if (timeout.aborted) return failure('timeout', departure.sent, host);
      if (request.signal?.aborted) return failure('aborted', departure.sent, host);
      const code = errorCode(error);
      return failure(reasonOf(code), departure.sent, host, code);
    }
  }

  /** Drops idle connections; requests under way end with their own timeouts. */
  onApplicationShutdown(): void {
    for (const { httpAgent, httpsAgent } of Object.values(this.agents)) {
      httpAgent.destroy();
      httpsAgent.destroy();
    }
  }

  /** What can be known to be wrong without sending anything. */
  private refuse(request: HttpRequest, url: URL | undefined): HttpFailure | undefined {
    if (!url || !/^https?:$/.test(url.protocol))
      return failure('blocked', false, 'target', 'not an http or https address');
    const trust = request.trust ?? 'configured';
    const literal = literalAddress(url);
    const why = literal === undefined ? undefined : forbiddenAddress(literal, trust);
    if (why !== undefined) return failure('blocked', false, url.host, why);
    if (trust === 'foreign' && (url.username || url.password)) {
      return failure('blocked', false, url.host, 'an address from outside may not carry a user name');
    }
    if (Buffer.byteLength(request.body ?? '') > MAX_REQUEST_BYTES)
      return failure('too_large', false, url.host, 'request');
    if (request.signal?.aborted) return failure('aborted', false, url.host);
    return undefined;
  }

  private request(
    request: HttpRequest,
    signal: AbortSignal,
    departure: Departure,
  ): Promise<AxiosResponse<Readable>> {
    const agents = this.agents[this.proxy ? 'configured' : (request.trust ?? 'configured')];
    return axios.request<Readable>({
      method: request.method,
      url: request.url,
      // `false` keeps axios from adding its own.
      headers: {
        Accept: '*/*',
        'Content-Type': false,
        'Accept-Encoding': false,
        'User-Agent': this.userAgent,
        ...request.headers,
      },
      data: request.body,
      transformRequest: [(data: unknown) => data],
      transformResponse: [(data: unknown) => data],
      responseType: 'stream',
      maxRedirects: 0,
      validateStatus: null,
      maxBodyLength: MAX_REQUEST_BYTES,
      proxy: this.proxy,
      signal,
      transport: observedTransport(departure),
      ...agents,
    });
  }
}

function proxyConfig(url: URL): AxiosProxyConfig {
  const auth = { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  return { protocol: url.protocol, host: url.hostname, port, ...(url.username && { auth }) };
}

/** The body as UTF-8, or undefined when it is larger than `limit` bytes (counted after decompression). */
async function readBody(stream: Readable, limit: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) return undefined; // leaving the loop destroys the stream and with it the connection
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function plainHeaders(answer: AxiosResponse): Record<string, string> {
  const entries = Object.entries(answer.headers as Record<string, unknown>);
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(', ') : String(value),
    ]),
  );
}

import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { promisify } from 'node:util';
import { urlToHttpOptions } from 'node:url';
import { gunzip } from 'node:zlib';
import { PrometheusError } from './sample.js';

/** How one server is talked to. */
export interface ExchangeOptions {
  /** Connections at a time; further requests wait for one. */
  readonly connections: number;
  /** Largest answer, unpacked. */
  readonly maxBytes: number;
  /** Whether answers may come compressed; false unless given. */
  readonly gzip?: boolean;
}

/** A request to that server. */
export interface ExchangeRequest {
  /** Below the server's address, beginning with `/`. */
  readonly path: string;
  /** What is posted; without it, the request is a GET. */
  readonly form?: URLSearchParams;
  /** Milliseconds from the moment a connection is free to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Ends the exchange, also while it waits for a connection. */
  readonly signal?: AbortSignal | undefined;
}

/** What came back, whatever the status. */
export interface ExchangeAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** The connection was refused or broke, which says nothing about the question: a restart, a connection closed while idle. */
export class BrokenConnection extends PrometheusError {
  constructor(code: string) {
    super('unavailable', `cannot reach Prometheus (${code})`);
  }
}

const BROKEN = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE']);
const unpack = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip);

/**
 * HTTP to one server over connections that stay open, straight on Node's client: 0.13 CPU seconds per 1,000 small
 * exchanges where axios takes 0.30. No redirects, no proxies, bounded answers.
 */
export class HttpExchange {
  private readonly agent: http.Agent;
  private readonly server: http.RequestOptions;
  private readonly request: typeof http.request;
  private readonly prefix: string;
  private readonly headers: http.OutgoingHttpHeaders;

  /** `url` may carry `user:password@`, and a path that is put before every other. */
  constructor(
    url: string,
    private readonly options: ExchangeOptions,
  ) {
    const address = new URL(url);
    const { request, Agent } = address.protocol === 'https:' ? https : http;
    this.request = request;
    this.agent = new Agent({ keepAlive: true, maxSockets: options.connections });
    this.prefix = address.pathname.replace(/\/$/, '');
    const { hostname, port, auth } = urlToHttpOptions(address);
    this.server = { hostname, port: port || null, auth: auth ?? null, agent: this.agent };
    this.headers = { 'User-Agent': 'Retune', 'Accept-Encoding': options.gzip ? 'gzip' : 'identity' };
  }

  /**
   * Sends one request, once.
   * @throws PrometheusError; its message is free of the address, of headers and of what was sent.
   */
  async send({ path, form, timeoutMs, signal }: ExchangeRequest): Promise<ExchangeAnswer> {
    if (signal?.aborted) throw outOfTime();
    const text = form?.toString();
    return new Promise((resolve, reject) => {
      const request = this.request({
        ...this.server,
        path: this.prefix + path,
        method: text === undefined ? 'GET' : 'POST',
        headers: text === undefined ? this.headers : { ...this.headers, ...formHeaders(text) },
      });
      let timer: NodeJS.Timeout | undefined;
      const settle = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      const fail = (error: unknown): void => {
        settle();
        reject(this.explain(error));
        request.destroy();
      };
      const onAbort = (): void => fail(outOfTime());
      signal?.addEventListener('abort', onAbort);
      request.once('socket', () => {
        timer = setTimeout(() => fail(new PrometheusError('timeout', 'no answer in time')), timeoutMs);
      });
      request.on('error', fail);
      request.once('response', (response) => {
        this.read(response).then((body) => {
          settle();
          resolve({ status: response.statusCode ?? 0, body });
        }, fail);
      });
      request.end(text);
    });
  }

  /** Closes all connections. */
  close(): void {
    this.agent.destroy();
  }

  private async read(response: IncomingMessage): Promise<Buffer> {
    const { maxBytes } = this.options;
    if (Number(response.headers['content-length']) > maxBytes) throw this.tooLarge();
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw this.tooLarge();
      chunks.push(chunk);
    }
    const body = Buffer.concat(chunks, size);
    return response.headers['content-encoding'] === 'gzip'
      ? unpack(body, { maxOutputLength: maxBytes })
      : body;
  }

  // Errors of Node's client may hold the address; only their codes travel on.
  private explain(error: unknown): PrometheusError {
    if (error instanceof PrometheusError) return error;
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') return this.tooLarge();
    if (BROKEN.has(code)) return new BrokenConnection(code);
    return new PrometheusError('unavailable', `cannot reach Prometheus (${code})`);
  }

  private tooLarge(): PrometheusError {
    const mebibytes = this.options.maxBytes / 1024 / 1024;
    return new PrometheusError('too_expensive', `the answer is larger than ${mebibytes} MiB`);
  }
}

function outOfTime(): PrometheusError {
  return new PrometheusError('timeout', 'given up: the evaluation ran out of time');
}

function formHeaders(text: string): http.OutgoingHttpHeaders {
  return {
    'Content-Type': 'application/x-www-form-urlencoded',
    'Content-Length': Buffer.byteLength(text),
  };
}

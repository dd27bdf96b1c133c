import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { onCleanup } from './cleanup.js';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';

/** One request as it arrived. Header names are lower-case. */
export interface CapturedRequest {
  readonly method: string;
  /** With the query, as sent. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly at: Date;
}

/** How a request is answered: plainly; `hang` never answers; `reset` drops the connection after the request was read. */
export type ScriptedAnswer =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | object;
    }
  | 'hang'
  | 'reset';

/** An answer, or what makes one from the request. */
export type Answering = ScriptedAnswer | ((request: CapturedRequest) => ScriptedAnswer);

/** An HTTP server that records what it is sent and answers as told: a stand-in for Slack, PagerDuty, a CI system or a webhook. */
export class CaptureServer {
  /** Everything received, oldest first. */
  readonly requests: CapturedRequest[] = [];
  #otherwise: Answering = { status: 200, body: 'ok' };
  readonly #next: Answering[] = [];
  #server: Server | undefined;

  private constructor(private readonly port: number) {}

  /** Listens on a free port. Ends with the tests of the file. */
  static async start(): Promise<CaptureServer> {
    const server = new CaptureServer(await freePort());
    onCleanup(() => server.refuse());
    await server.listen();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Answers for the coming requests, one each; after them {@link otherwise} counts again. */
  next(...answers: readonly Answering[]): void {
    this.#next.push(...answers);
  }

  /** The answer for every request that has no scripted one; `200 ok` at first. */
  otherwise(answer: Answering): void {
    this.#otherwise = answer;
  }

  /** The bodies received so far, parsed as JSON. */
  json(): readonly unknown[] {
    return this.requests.map(({ body }) => JSON.parse(body) as unknown);
  }

  /** Waits until at least `count` requests have arrived, and gives back all of them. */
  async received(count: number, timeoutMs?: number): Promise<readonly CapturedRequest[]> {
    await eventually(() => {
      if (this.requests.length >= count) return;
      throw new Error(`expected ${count} requests, got ${this.requests.length}`);
    }, timeoutMs);
    return this.requests;
  }

  /** Stops listening and drops every connection: further calls are refused until {@link listen}. */
  async refuse(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }

  /** Listens again, on the same port. */
  async listen(): Promise<void> {
    if (this.#server) return;
    this.#server = createServer((request, answer) => void this.#handle(request, answer));
    // A connection that breaks between two requests would look like an answer that was lost.
    this.#server.maxRequestsPerSocket = 1;
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async #handle(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return; // the caller hung up before its request was complete: nothing was received
    }
    const captured: CapturedRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      ),
      body: Buffer.concat(chunks).toString('utf8'),
      at: new Date(),
    };
    this.requests.push(captured);
    const scripted = this.#next.shift() ?? this.#otherwise;
    reply(answer, typeof scripted === 'function' ? scripted(captured) : scripted);
  }
}

function reply(answer: ServerResponse, scripted: ScriptedAnswer): void {
  if (scripted === 'hang') return;
  if (scripted === 'reset') {
    answer.socket?.resetAndDestroy();
    return;
  }
  const { status, headers = {}, body = '' } = scripted;
  const json = typeof body === 'object';
  answer.writeHead(status, { 'content-type': json ? 'application/json' : 'text/plain', ...headers });
  answer.end(json ? JSON.stringify(body) : body);
}

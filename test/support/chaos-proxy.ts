import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onCleanup } from './cleanup.js';

/**
 * What happens to a request on its way. `swallow_*` breaks the connection before the server saw the request, or after it answered;
 * `gateway_*` answers 502 at these two moments; `hold_*` stops there until the caller is gone or {@link ChaosProxy.release}, and then
 * goes on; a number of milliseconds only takes that long.
 */
export type Fault =
  | 'none'
  | 'swallow_request'
  | 'swallow_answer'
  | 'gateway_before'
  | 'gateway_after'
  | 'hold_request'
  | 'hold_answer'
  | number;

/** One request that came by. */
export interface PassedRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly fault: Fault;
  /** Whether the server got it, and when not, that it never will. */
  reached: boolean;
}

/** Faults by the script of a test: for every request, the one that happens to it. */
export type Script = (request: Pick<PassedRequest, 'method' | 'path' | 'body'>) => Fault;

/** A network between us and an HTTP server, which loses, holds and delays by script. */
export class ChaosProxy {
  /** Everything that came by, oldest first. */
  readonly requests: PassedRequest[] = [];
  /** The script; at first nothing happens to anything. */
  script: Script = () => 'none';
  #underWay = 0;
  #watchers: (() => void)[] = [];
  readonly #held = new Set<{ readonly fault: Fault; go(): void }>();

  private constructor(
    private readonly target: string,
    private readonly server: Server,
  ) {}

  /** Listens on a free port in front of `target`. Ends with the tests of the file. */
  static async start(target: string): Promise<ChaosProxy> {
    const server = createServer((request, answer) => void proxy.#pass(request, answer));
    const proxy = new ChaosProxy(target, server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onCleanup(async () => {
      proxy.release();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Resolves once `count` requests are held at that moment. */
  async holding(fault: 'hold_request' | 'hold_answer', count = 1): Promise<void> {
    await this.#until(() => [...this.#held].filter((held) => held.fault === fault).length >= count);
  }

  /** Resolves once no request is under way any more: what is not at the server now will never be. */
  async idle(): Promise<void> {
    await this.#until(() => this.#underWay === 0);
  }

  /** Lets go of all that is held. */
  release(): void {
    for (const held of this.#held) held.go();
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  #changed(): void {
    for (const wake of this.#watchers.splice(0)) wake();
  }

  async #pass(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    this.#underWay++;
    try {
      await this.#carry(request, answer);
    } catch {
      answer.destroy(); // the server is away: the caller sees a broken connection
    } finally {
      this.#underWay--;
      this.#changed();
    }
  }

  async #carry(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const came = { method: request.method ?? '', path: request.url ?? '', body };
    const passed: PassedRequest = { ...came, fault: this.script(came), reached: false };
    this.requests.push(passed);
    const { fault } = passed;
    if (fault === 'swallow_request') return void answer.destroy();
    if (fault === 'gateway_before') return void answer.writeHead(502).end('bad gateway');
    if (fault === 'hold_request' && !(await this.#hold(fault, answer))) return;
    if (typeof fault === 'number') await new Promise((resolve) => setTimeout(resolve, fault));
    const reply = await fetch(this.target + passed.path, {
      method: passed.method,
      headers: { 'content-type': request.headers['content-type'] ?? 'application/json' },
      ...(passed.method === 'GET' ? {} : { body }),
    });
    passed.reached = true;
    const text = await reply.text();
    if (fault === 'swallow_answer') return void answer.destroy();
    if (fault === 'gateway_after') return void answer.writeHead(502).end('bad gateway');
    if (fault === 'hold_answer' && !(await this.#hold(fault, answer))) return;
    answer.writeHead(reply.status, { 'content-type': reply.headers.get('content-type') ?? 'text/plain' });
    answer.end(text);
  }

  /** False when the caller was gone before it was let go. */
  async #hold(fault: Fault, answer: ServerResponse): Promise<boolean> {
    await new Promise<void>((resolve) => {
      const held = {
        fault,
        go: () => {
          this.#held.delete(held);
          resolve();
        },
      };
      this.#held.add(held);
      answer.once('close', held.go);
      this.#changed();
    });
    return !answer.destroyed;
  }
}

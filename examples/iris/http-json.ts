import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request, read to its end. */
export interface Call {
  readonly path: string;
  /** The parts of the path that the route names, `/runs/:id`. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The bytes as they came, as text. */
  readonly body: string;
}

/** What is answered: `body` as JSON, or `text` as it is. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly text?: string;
  readonly contentType?: string;
}

/** Handlers by `METHOD /path`; a part that starts with `:` stands for any text, `/*` at the end for any rest. */
export type Routes = Readonly<Record<string, (call: Call) => Answer | Promise<Answer>>>;

/** A listening server. */
export interface Listening {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

const MOST_BYTES = 4 * 1024 * 1024;

/** Listens on `host`; port 0 takes a free one. A handler that throws is answered with 500 and its message on stderr. */
export async function serve(host: string, port: number, routes: Routes): Promise<Listening> {
  const server = createServer((request, response) => {
    handle(request, routes).then(
      (answer) => reply(response, answer),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
        reply(response, { status: 500, body: { error: 'internal error' } });
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const real = (server.address() as AddressInfo).port;
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return {
    port: real,
    url: `http://${name}:${real}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The body as JSON, or undefined when it is none. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

async function handle(request: IncomingMessage, routes: Routes): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://local');
  let pathExists = false;
  for (const [route, handler] of Object.entries(routes)) {
    const [method, pattern = ''] = route.split(' ');
    const params = match(pattern, url.pathname);
    if (!params) continue;
    pathExists = true;
    if (method !== request.method) continue;
    const body = await readBody(request);
    if (body === undefined) return { status: 413, body: { error: `expected at most ${MOST_BYTES} bytes` } };
    return handler({ path: url.pathname, params, query: url.searchParams, headers: request.headers, body });
  }
  return pathExists
    ? { status: 405, body: { error: 'method not allowed' } }
    : { status: 404, body: { error: 'not found' } };
}

function match(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const got = path.split('/');
  const open = wanted.at(-1) === '*';
  if (open ? got.length < wanted.length : got.length !== wanted.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const text = got[index] as string;
    if (part.startsWith(':')) params[part.slice(1)] = text;
    else if (part !== text && !(open && index === wanted.length - 1)) return undefined;
  }
  return params;
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function reply(response: ServerResponse, answer: Answer): void {
  const isText = answer.text !== undefined;
  const type = answer.contentType ?? (isText ? 'text/plain; charset=utf-8' : 'application/json');
  response.writeHead(answer.status, { 'content-type': type });
  response.end(isText ? answer.text : JSON.stringify(answer.body ?? {}));
}

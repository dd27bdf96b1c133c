import { type ArgumentsHost, Catch, HttpException } from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import type { Refusal } from './refusal.js';
import { refuseRequest } from './refuse-request.js';

interface Reply {
  status(code: number): Reply;
  header(name: string, value: string): Reply;
  send(body: string): unknown;
}

interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly rawBody?: Buffer;
  readonly body?: unknown;
}

/** Ends a request of Alertmanager's API with a {@link Refusal}. */
export class RefusedRequest extends HttpException {
  constructor(readonly refusal: Refusal) {
    super('refused', refusal.status);
  }
}

/**
 * Writes refusals in the form of Alertmanager's API, where a text is a JSON string; also those of requests under its paths that
 * the web server refuses before our code sees them. Whatever else fails is answered as everywhere.
 */
@Catch()
export class RefusalFilter extends BaseExceptionFilter {
  /** `prefix` is the path in front of the API: empty, or with a slash in front and none behind. */
  constructor(
    host: HttpAdapterHost,
    private readonly prefix: string,
  ) {
    super(host.httpAdapter);
  }

  override catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const refusal =
      thrown instanceof RefusedRequest ? thrown.refusal : this.explain(thrown, http.getRequest<Request>());
    if (refusal) answer(refusal, http.getResponse<Reply>());
    else super.catch(thrown, host);
  }

  private explain(thrown: unknown, request: Request): Refusal | undefined {
    const path = request.url.split('?')[0] ?? '';
    if (!(thrown instanceof HttpException) || !path.startsWith(`${this.prefix}/`)) return undefined;
    return refuseRequest({
      method: request.method,
      path: path.slice(this.prefix.length),
      status: thrown.getStatus(),
      contentType: request.headers['content-type'],
      body: request.rawBody?.toString('utf8'),
    });
  }
}

function answer({ status, body, plain, allow }: Refusal, reply: Reply): void {
  reply.status(status).header('cache-control', 'no-store');
  if (allow) reply.header('allow', allow.join(','));
  if (plain !== undefined) reply.header('content-type', 'text/plain; charset=utf-8').send(`${plain}\n`);
  else if (body === undefined) reply.send('');
  else reply.header('content-type', 'application/json').send(`${JSON.stringify(body)}\n`);
}

/** The value, or the end of the request. */
export function orRefuse<Value>(
  outcome: { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly refusal: Refusal },
): Value {
  if (!outcome.ok) throw new RefusedRequest(outcome.refusal);
  return outcome.value;
}

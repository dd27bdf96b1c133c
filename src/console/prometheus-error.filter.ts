import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { Log } from '../platform/log.js';
import { Platform } from '../platform/platform.module.js';

/** An error as Prometheus' API answers it. */
export interface PrometheusErrorBody {
  readonly status: 'error';
  readonly errorType: string;
  readonly error: string;
}

const ERROR_TYPES: Readonly<Record<number, string>> = { 400: 'bad_data', 401: 'unauthorized' };

/** Answers errors in the shape that clients of Prometheus' API expect. What broke inside is logged and not told. */
@Catch()
export class PrometheusErrorFilter implements ExceptionFilter {
  private readonly log: Log;

  constructor(platform: Platform) {
    this.log = platform.logs.for('console');
  }

  catch(exception: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<{
      status(code: number): { send(body: PrometheusErrorBody): unknown };
    }>();
    const known = exception instanceof HttpException;
    if (!known) this.log.warn('a request failed', { detail: String(exception) });
    const status = known ? exception.getStatus() : 500;
    reply.status(status).send({
      status: 'error',
      errorType: ERROR_TYPES[status] ?? 'internal',
      error: known ? exception.message : 'internal error: the log of Retune says more',
    });
  }
}

import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { RefusedRequest } from './refusal.filter.js';
import { refuseMediaType } from './refuse-request.js';

/** Refuses bodies that do not call themselves JSON, also those that the web server could read: forms and plain text. */
@Injectable()
export class JsonBodyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context
      .switchToHttp()
      .getRequest<{ headers: Record<string, string | undefined>; body?: unknown }>();
    const hasBody = request.body !== undefined && request.body !== null && request.body !== '';
    const refusal = refuseMediaType(request.headers['content-type'], hasBody);
    if (refusal) throw new RefusedRequest(refusal);
    return true;
  }
}

import { type CanActivate, type ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common';
import { Tokens } from './tokens.store.js';

/** Lets a request to API and pages pass with `Authorization: Bearer <RETUNE_API_TOKEN>`, or Basic with the token as password. */
@Injectable()
export class ApiGuard implements CanActivate {
  constructor(private readonly tokens: Tokens) {}

  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const request = http.getRequest<{ headers: Record<string, string | undefined> }>();
    if (this.tokens.opensApi(request.headers['authorization'])) return true;
    // A browser that follows a link from a message asks for the token as a password.
    http
      .getResponse<{ header(name: string, value: string): unknown }>()
      .header('WWW-Authenticate', 'Basic realm="Retune"');
    throw new UnauthorizedException('send the header Authorization: Bearer <RETUNE_API_TOKEN>');
  }
}

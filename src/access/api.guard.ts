import { type CanActivate, type ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common';
import { Tokens } from './tokens.store.js';

/** Lets a request to the API pass with `Authorization: Bearer <RETUNE_API_TOKEN>`. */
@Injectable()
export class ApiGuard implements CanActivate {
  constructor(private readonly tokens: Tokens) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
    if (this.tokens.opensApi(request.headers['authorization'])) return true;
    throw new UnauthorizedException('send the header Authorization: Bearer <RETUNE_API_TOKEN>');
  }
}

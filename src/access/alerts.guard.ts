import { type CanActivate, type ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common';
import { Tokens } from './tokens.store.js';

/** Lets alerts for Alertmanager's API pass with the token of the API or of the webhook: Prometheus needs to know only the latter. */
@Injectable()
export class AlertsGuard implements CanActivate {
  constructor(private readonly tokens: Tokens) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
    if (this.tokens.opensAlerts(request.headers['authorization'])) return true;
    throw new UnauthorizedException(
      'send the header Authorization: Bearer <RETUNE_WEBHOOK_TOKEN> or <RETUNE_API_TOKEN>',
    );
  }
}

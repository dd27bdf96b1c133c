import { type CanActivate, type ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common';
import { Tokens } from './tokens.store.js';

/** Lets a batch of alerts pass with the webhook token, as Bearer or as the password of Basic authentication. */
@Injectable()
export class WebhookGuard implements CanActivate {
  constructor(private readonly tokens: Tokens) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
    if (this.tokens.opensWebhook(request.headers['authorization'])) return true;
    throw new UnauthorizedException('send the header Authorization: Bearer <RETUNE_WEBHOOK_TOKEN>');
  }
}

import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ApiGuard } from './api.guard.js';
import { Tokens } from './tokens.store.js';

/** Guards what Alertmanager has too: open to everybody where that was asked for, else like the rest of the API. */
@Injectable()
export class AlertmanagerGuard implements CanActivate {
  private readonly api: ApiGuard;

  constructor(private readonly tokens: Tokens) {
    this.api = new ApiGuard(tokens);
  }

  canActivate(context: ExecutionContext): boolean {
    return this.tokens.alertmanagerOpen || this.api.canActivate(context);
  }
}

import { type DynamicModule, Module } from '@nestjs/common';
import { Tokens } from './tokens.store.js';

/** Who may do what. */
@Module({})
export class AccessModule {
  static with(apiToken: string | undefined, webhookToken: string | undefined): DynamicModule {
    return {
      module: AccessModule,
      global: true,
      providers: [{ provide: Tokens, useFactory: () => new Tokens(apiToken, webhookToken) }],
      exports: [Tokens],
    };
  }
}

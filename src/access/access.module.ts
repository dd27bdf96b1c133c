import { type DynamicModule, Module } from '@nestjs/common';
import { type Access, Tokens } from './tokens.store.js';

/** Who may do what. */
@Module({})
export class AccessModule {
  static with(access: Access): DynamicModule {
    return {
      module: AccessModule,
      global: true,
      providers: [{ provide: Tokens, useFactory: () => new Tokens(access) }],
      exports: [Tokens],
    };
  }
}

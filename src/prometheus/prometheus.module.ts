import { type DynamicModule, Module } from '@nestjs/common';
import { PrometheusClient } from './prometheus.client.js';

/** One Prometheus to ask. */
@Module({})
export class PrometheusModule {
  static at(url: string, timeoutMs: number): DynamicModule {
    return {
      module: PrometheusModule,
      providers: [{ provide: PrometheusClient, useFactory: () => new PrometheusClient(url, timeoutMs) }],
      exports: [PrometheusClient],
    };
  }
}

import { type DynamicModule, Global, Injectable, Module } from '@nestjs/common';
import { Clock } from './clock.js';
import { DatabaseClient } from './database.client.js';
import { InstallationKeys } from './installation-key.store.js';
import { HttpClient } from './http.client.js';
import { Logs } from './log.js';
import { Metrics } from './metrics.client.js';
import { QueueClient } from './queue.client.js';
import { SignalsClient } from './signals.client.js';
import { SmtpClient } from './smtp.client.js';

/** The plumbing most effect files need: time, database, logs, metrics. */
@Injectable()
export class Platform {
  constructor(
    readonly clock: Clock,
    readonly database: DatabaseClient,
    readonly logs: Logs,
    readonly metrics: Metrics,
    readonly signals: SignalsClient,
  ) {}
}

/** The parts that exist before Nest does and end after it. */
export interface OpenedPlatform {
  readonly clock: Clock;
  readonly database: DatabaseClient;
  readonly signals: SignalsClient;
  readonly queue: QueueClient;
  readonly logs: Logs;
}

/** Makes the opened parts injectable everywhere. */
@Global()
@Module({})
export class PlatformModule {
  static of(opened: OpenedPlatform): DynamicModule {
    const providers = [
      { provide: Clock, useValue: opened.clock },
      { provide: DatabaseClient, useValue: opened.database },
      { provide: SignalsClient, useValue: opened.signals },
      { provide: QueueClient, useValue: opened.queue },
      { provide: Logs, useValue: opened.logs },
      { provide: Metrics, useValue: new Metrics() },
      HttpClient,
      SmtpClient,
      Platform,
      InstallationKeys,
    ];
    return { module: PlatformModule, providers, exports: providers };
  }
}

import type { AddressInfo } from 'node:net';
import { type LoggerService, StandardSchemaValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { type ClusterMember, formatAddress } from './alertmanager/cluster.client.js';
import { AppModule } from './app.module.js';
import { Configuration, StartSettings } from './configuration.store.js';
import { PACKAGE_VERSION } from './platform/installed-package.client.js';
import type { ReloadResult } from './platform/reloading.store.js';
import type { OpenedPlatform } from './platform/platform.module.js';
import type { Secret } from './schema/secret.js';
import type { LoadedSettings, Settings } from './settings/settings.js';

/** Alertmanager sends unlimited alerts unless told otherwise: ten thousand are about 5 MB. */
const BODY_LIMIT_BYTES = 5 * 1024 * 1024;

/** A label may be called `__proto__`; nothing here writes what was posted into an object by name. */
const ANY_LABEL_NAME = { onProtoPoisoning: 'ignore', onConstructorPoisoning: 'ignore' } as const;

/** A service that listens. */
export interface RunningService {
  /** `http://host:port`, with the real port. */
  readonly address: string;
  /** `IP:port`, with the real port. */
  readonly bound: string;
  reload(): Promise<ReloadResult>;
  /** Ends listening, then lets work in flight end. */
  stop(): Promise<void>;
}

/** What the service takes from its process. */
export interface ProcessParts {
  readonly logger: LoggerService;
  /** Reads the settings anew. */
  readonly load: () => Promise<LoadedSettings>;
  readonly readText: (path: string) => Promise<string>;
  /** Serve no pages that describe the API. */
  readonly undocumented?: boolean;
  /** This process as Alertmanager's clients find it in a cluster. */
  readonly cluster?: ClusterMember;
}

/** Builds the application on an opened platform, puts the settings in force, and listens. */
export async function startService(
  settings: Settings,
  platform: OpenedPlatform,
  parts: ProcessParts,
): Promise<RunningService> {
  const { environment } = settings;
  const reveal = (secret: Secret | undefined): Promise<string> | undefined => secret?.reveal(parts.readText);
  const [prometheusUrl, apiToken, webhookToken] = await Promise.all([
    environment.prometheusUrl.reveal(parts.readText),
    reveal(environment.apiToken),
    reveal(environment.webhookToken),
  ]);
  const secrets = { prometheusUrl, ...(apiToken && { apiToken }), ...(webhookToken && { webhookToken }) };
  const start = new StartSettings(settings, parts.load);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(
      environment,
      { ...secrets, ...(parts.cluster && { cluster: parts.cluster }) },
      platform,
      start,
    ),
    new FastifyAdapter({ bodyLimit: BODY_LIMIT_BYTES, forceCloseConnections: true, ...ANY_LABEL_NAME }),
    { logger: parts.logger, rawBody: true, abortOnError: false },
  );
  app.useGlobalPipes(new StandardSchemaValidationPipe());
  if (!parts.undocumented) documentApi(app);
  const configuration = app.get(Configuration);
  await configuration.enforce();
  await app.listen(environment.port, environment.host);
  return {
    address: await app.getUrl(),
    bound: formatAddress(app.getHttpServer().address() as AddressInfo),
    reload: () => configuration.reload(),
    stop: () => app.close(),
  };
}

function documentApi(app: NestFastifyApplication): void {
  const config = new DocumentBuilder()
    .setTitle('Retune')
    .setDescription('Watches models in production, tells people, retrains when retraining can help.')
    .setVersion(PACKAGE_VERSION)
    .addBearerAuth()
    .build();
  SwaggerModule.setup('api/docs', app, () => SwaggerModule.createDocument(app, config));
}

import { type DynamicModule, Module } from '@nestjs/common';
import { AccessModule } from './access/access.module.js';
import { AlertmanagerModule } from './alertmanager/alertmanager.module.js';
import { AlertsModule } from './alerts/alerts.module.js';
import { Books, Configuration, RuleEffects, StartSettings } from './configuration.store.js';
import { ConsoleModule } from './console/console.module.js';
import { Reloading } from './platform/reloading.store.js';
import { EvaluationModule } from './evaluation/evaluation.module.js';
import { HealthController } from './health.controller.js';
import { HeartbeatsModule } from './heartbeats/heartbeats.module.js';
import { IntakeModule } from './intake/intake.module.js';
import { JournalModule } from './journal/journal.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { MetricsController } from './platform/metrics.controller.js';
import { type OpenedPlatform, PlatformModule } from './platform/platform.module.js';
import { PrometheusModule } from './prometheus/prometheus.module.js';
import { RetrainingModule } from './retraining/retraining.module.js';
import { RoutingModule } from './routing/routing.module.js';
import { RetentionScheduler } from './retention.scheduler.js';
import { type Environment, isLoopback } from './settings/parse-environment.js';

/** Secrets of the environment, read at the start. */
export interface StartSecrets {
  readonly prometheusUrl: string;
  readonly apiToken?: string;
  readonly webhookToken?: string;
}

/** The composition root: the only module that sees every feature. */
@Module({})
export class AppModule {
  static with(
    environment: Environment,
    secrets: StartSecrets,
    platform: OpenedPlatform,
    start: StartSettings,
  ): DynamicModule {
    const prometheus = PrometheusModule.at(secrets.prometheusUrl, environment.prometheusTimeoutMs);
    const evaluation = EvaluationModule.with(prometheus, environment.evaluationConcurrency);
    const retraining = RetrainingModule.with(prometheus);
    const features = [
      AlertsModule,
      JournalModule,
      RoutingModule,
      NotificationsModule,
      HeartbeatsModule,
      evaluation,
      retraining,
    ];
    const configuration: DynamicModule = {
      module: ConfigurationModule,
      imports: features,
      providers: [
        { provide: StartSettings, useValue: start },
        Books,
        RuleEffects,
        Configuration,
        RetentionScheduler,
        { provide: Reloading, useExisting: Configuration },
      ],
      exports: [Configuration, Reloading],
    };
    return {
      module: AppModule,
      imports: [
        PlatformModule.of(platform),
        AccessModule.with({
          ...secrets,
          alertmanagerOpen: environment.alertmanagerOpen,
          reachable: !isLoopback(environment.host),
        }),
        prometheus,
        configuration,
        ...features,
        IntakeModule,
        AlertmanagerModule.at({ prefix: environment.alertmanagerPrefix, reloading: configuration }),
        ConsoleModule.with(evaluation, retraining, configuration),
      ],
      controllers: [HealthController, MetricsController],
    };
  }
}

/** Puts settings in force. */
@Module({})
class ConfigurationModule {}

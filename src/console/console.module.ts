import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { AlertsModule } from '../alerts/alerts.module.js';
import { JournalModule } from '../journal/journal.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { AlertsController } from './alerts.controller.js';
import { DecisionsController } from './decisions.controller.js';
import { DeliveriesController } from './deliveries.controller.js';
import { HeartbeatsModule } from '../heartbeats/heartbeats.module.js';
import { HeartbeatsController } from './heartbeats.controller.js';
import { JournalController } from './journal.controller.js';
import { PagesController } from './pages.controller.js';
import { PrometheusRulesController } from './prometheus-rules.controller.js';
import { ReloadController } from './reload.controller.js';
import { RunsController } from './runs.controller.js';
import { RulesController } from './rules.controller.js';

/** The HTTP API for people and their tools. */
@Module({})
export class ConsoleModule {
  /** `evaluation` is the module that knows the rules; `reloading` provides {@link Reloading}. */
  static with(
    evaluation: DynamicModule,
    retraining: DynamicModule | Type,
    reloading: DynamicModule,
  ): DynamicModule {
    return {
      module: ConsoleModule,
      imports: [
        AlertsModule,
        JournalModule,
        NotificationsModule,
        HeartbeatsModule,
        evaluation,
        retraining,
        reloading,
      ],
      controllers: [
        AlertsController,
        RulesController,
        PrometheusRulesController,
        RunsController,
        DecisionsController,
        JournalController,
        HeartbeatsController,
        DeliveriesController,
        PagesController,
        ReloadController,
      ],
    };
  }
}

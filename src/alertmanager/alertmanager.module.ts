import { type DynamicModule, Module } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { AlertsModule } from '../alerts/alerts.module.js';
import { IntakeModule } from '../intake/intake.module.js';
import { JournalModule } from '../journal/journal.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import { AlertsV2Controller } from './alerts-v2.controller.js';
import { ManagementController } from './management.controller.js';
import { SilenceChanges } from './silence-changes.store.js';
import { SilencesController } from './silences.controller.js';
import { StandingAlerts } from './standing-alerts.store.js';
import { StatusController } from './status.controller.js';

/** Alertmanager's API v2, for its clients. */
@Module({})
export class AlertmanagerModule {
  /** `prefix` is the path it stands under: empty, or with a slash in front and none behind. */
  static under(prefix: string): DynamicModule {
    const routed =
      prefix === '' ? [] : [RouterModule.register([{ path: prefix, module: AlertmanagerModule }])];
    return {
      module: AlertmanagerModule,
      imports: [AlertsModule, IntakeModule, JournalModule, NotificationsModule, RoutingModule, ...routed],
      controllers: [AlertsV2Controller, SilencesController, StatusController, ManagementController],
      providers: [SilenceChanges, StandingAlerts],
    };
  }
}

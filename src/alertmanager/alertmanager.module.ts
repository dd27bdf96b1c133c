import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, HttpAdapterHost, RouterModule } from '@nestjs/core';
import { AlertsModule } from '../alerts/alerts.module.js';
import { IntakeModule } from '../intake/intake.module.js';
import { MetricsController } from '../platform/metrics.controller.js';
import { JournalModule } from '../journal/journal.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import type { ClusterMember } from './cluster.client.js';
import { AlertsV2Controller } from './alerts-v2.controller.js';
import { ExposedState, Exposition } from './exposition.client.js';
import { ManagementController } from './management.controller.js';
import { PrefixedReloadController } from './prefixed-reload.controller.js';
import { RefusalFilter } from './refusal.filter.js';
import { SilenceChanges } from './silence-changes.store.js';
import { SilenceWatch, WatchedSilences } from './silence-watch.scheduler.js';
import { SilencesController } from './silences.controller.js';
import { StandingAlerts } from './standing-alerts.store.js';
import { ClusterPlace, StatusController } from './status.controller.js';

/** Where the API stands, and what it needs from the composition root. */
export interface AlertmanagerPlace {
  /** Empty, or with a slash in front and none behind. */
  readonly prefix: string;
  /** The module that provides `Reloading`. */
  readonly reloading: DynamicModule;
  /** This process among its peers; absent: in no cluster. */
  readonly cluster?: ClusterMember;
}

/** Alertmanager's API v2, for its clients. */
@Module({})
export class AlertmanagerModule {
  static at({ prefix, reloading, cluster }: AlertmanagerPlace): DynamicModule {
    const routed =
      prefix === '' ? [] : [RouterModule.register([{ path: prefix, module: AlertmanagerModule }])];
    return {
      module: AlertmanagerModule,
      imports: [
        AlertsModule,
        IntakeModule,
        JournalModule,
        NotificationsModule,
        RoutingModule,
        reloading,
        ...routed,
      ],
      controllers: [
        AlertsV2Controller,
        SilencesController,
        StatusController,
        ManagementController,
        // Elsewhere they stand at the root, with all of ours.
        ...(prefix === '' ? [] : [PrefixedReloadController, MetricsController]),
      ],
      providers: [
        ExposedState,
        Exposition,
        SilenceChanges,
        SilenceWatch,
        WatchedSilences,
        StandingAlerts,
        { provide: ClusterPlace, useValue: new ClusterPlace(cluster) },
        {
          provide: APP_FILTER,
          useFactory: (host: HttpAdapterHost) => new RefusalFilter(host, prefix),
          inject: [HttpAdapterHost],
        },
      ],
    };
  }
}

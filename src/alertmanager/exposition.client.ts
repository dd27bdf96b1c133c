import { Injectable } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { NotificationGroupStore } from '../notifications/notification-group.store.js';
import { RoutingTable } from '../notifications/routing-table.store.js';
import { Platform } from '../platform/platform.module.js';
import type { MetricSample } from '../platform/ports.js';
import { Reloading } from '../platform/reloading.store.js';
import { SilenceStore } from '../routing/silence.store.js';
import type { AlertsQuery } from './alerts-query.js';
import { API_LEVEL } from './api-level.js';
import {
  type CountedAttempts,
  type GaugeName,
  GAUGES,
  sampleAlerts,
  sampleConfigHash,
  sampleNotifications,
  sampleSilences,
  usedReceivers,
} from './exposition.js';
import { StandingAlerts } from './standing-alerts.store.js';
import { ClusterPlace } from './status.controller.js';

const EVERYTHING: AlertsQuery = {
  active: true,
  silenced: true,
  inhibited: true,
  muted: true,
  matchers: [],
  receives: () => true,
};

/** What the metrics tell of. */
@Injectable()
export class ExposedState {
  constructor(
    readonly standing: StandingAlerts,
    readonly silences: SilenceStore,
    readonly table: RoutingTable,
    readonly groups: NotificationGroupStore,
    readonly reloading: Reloading,
  ) {}
}

/**
 * The metrics by which people watch an Alertmanager, under its names: dashboards and alerts made for it go on working, and
 * karma reads the version here. All but the counters of what was received are read when somebody asks.
 */
@Injectable()
export class Exposition {
  /** `alerts_received_total` and `alerts_invalid_total`, counted by whoever takes alerts. */
  readonly received: Counter<'status' | 'version'>;
  readonly invalid: Counter<'version'>;

  constructor(
    private readonly platform: Platform,
    private readonly state: ExposedState,
    private readonly place: ClusterPlace,
  ) {
    const { metrics } = platform;
    this.received = metrics.counter('alertmanager_alerts_received_total', 'Alerts received.', [
      'status',
      'version',
    ]);
    this.invalid = metrics.counter('alertmanager_alerts_invalid_total', 'Alerts refused.', ['version']);
    for (const status of ['firing', 'resolved']) this.received.inc({ status, version: 'v2' }, 0);
    this.invalid.inc({ version: 'v2' }, 0);
    for (const [name, { labels, help }] of Object.entries(GAUGES))
      metrics.measured('gauge', `alertmanager_${name}`, help, labels, () => this.measure(name as GaugeName));
    const told = 'Attempts to deliver.';
    metrics.measured('counter', 'alertmanager_notifications_total', told, ['integration'], () =>
      this.notifications({ failed: false }),
    );
    metrics.measured(
      'counter',
      'alertmanager_notifications_failed_total',
      'Attempts to deliver that failed.',
      ['integration', 'reason'],
      () => this.notifications({ failed: true }),
    );
  }

  private async measure(name: GaugeName): Promise<readonly MetricSample[]> {
    const { standing, silences, table, groups, reloading } = this.state;
    const { clock, database } = this.platform;
    const one = (value: number): readonly MetricSample[] => [{ labels: {}, value }];
    switch (name) {
      case 'build_info': {
        const labels = { version: API_LEVEL, branch: 'retune', goversion: `node ${process.version}` };
        return [{ labels, value: 1 }];
      }
      case 'alerts':
        return sampleAlerts(await standing.find(EVERYTHING, clock.now()));
      case 'silences':
        return sampleSilences(await silences.list(database.db), clock.now());
      case 'receivers':
        return one(usedReceivers(table.current).length);
      case 'integrations':
        return one(usedReceivers(table.current).flatMap(({ integrations }) => integrations).length);
      case 'inhibition_rules':
        return one(table.current.inhibitRules.length);
      case 'dispatcher_aggregation_groups':
        return one(await groups.count(database.db));
      case 'config_hash':
        return sampleConfigHash(reloading.status().configHash);
      case 'config_last_reload_successful':
        return one(reloading.status().lastReload?.result.ok === false ? 0 : 1);
      case 'config_last_reload_success_timestamp_seconds':
        return one(Date.parse(reloading.status().loadedAt) / 1000);
      case 'cluster_enabled':
        return one(this.place.member ? 1 : 0);
      case 'cluster_members':
        return one(1);
      case 'cluster_failed_peers':
      case 'cluster_health_score':
      case 'peer_position':
        return one(0);
    }
  }

  private async notifications(which: { readonly failed: boolean }): Promise<readonly MetricSample[]> {
    const counted = await this.platform.metrics.registry
      .getSingleMetric('retune_delivery_attempts_total')
      ?.get();
    const attempts = (counted?.values ?? []).map(({ labels, value }): CountedAttempts => ({
      channel: String(labels['channel']),
      outcome: String(labels['outcome']),
      count: value,
    }));
    return sampleNotifications(attempts, this.state.table.current.receivers, which);
  }
}

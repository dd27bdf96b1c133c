import { Injectable } from '@nestjs/common';
import { AlertStore } from '../alerts/alert.store.js';
import { RoutingTable } from '../notifications/routing-table.store.js';
import { DatabaseClient } from '../platform/database.client.js';
import { SilenceStore } from '../routing/silence.store.js';
import type { AlertsQuery } from './alerts-query.js';
import { type StandingAlert, standingAlerts } from './standing-alerts.js';

/** The alerts that fire now, with what keeps them quiet, read from the database. */
@Injectable()
export class StandingAlerts {
  constructor(
    private readonly database: DatabaseClient,
    private readonly alerts: AlertStore,
    private readonly silences: SilenceStore,
    private readonly table: RoutingTable,
  ) {}

  /** Those that a query asks for. */
  async find(query: AlertsQuery, now: Date): Promise<readonly StandingAlert[]> {
    const [firing, silences] = await Promise.all([
      this.alerts.firing(this.database.db),
      this.silences.active(now, this.database.db),
    ]);
    const { route, inhibitRules } = this.table.current;
    return standingAlerts(firing, { route, inhibitRules, silences }, query, now);
  }
}

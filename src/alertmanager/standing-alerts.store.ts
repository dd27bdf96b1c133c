import { Injectable } from '@nestjs/common';
import { AlertStore, type FiringRow } from '../alerts/alert.store.js';
import { RoutingTable } from '../notifications/routing-table.store.js';
import { DatabaseClient } from '../platform/database.client.js';
import { SilenceStore } from '../routing/silence.store.js';
import type { AlertsQuery } from './alerts-query.js';
import { LabelMemory } from './known-labels.js';
import { type FiringAlert, type StandingAlert, standingAlerts } from './standing-alerts.js';

/** The alerts that fire now, with what keeps them quiet, read from the database. */
@Injectable()
export class StandingAlerts {
  private readonly memory = new LabelMemory();

  constructor(
    private readonly database: DatabaseClient,
    private readonly alerts: AlertStore,
    private readonly silences: SilenceStore,
    private readonly table: RoutingTable,
  ) {}

  /** Those that a query asks for. */
  async find(query: AlertsQuery, now: Date): Promise<readonly StandingAlert[]> {
    const [rows, silences] = await Promise.all([
      this.alerts.listFiring(this.database.db),
      this.silences.active(now, this.database.db),
    ]);
    this.memory.begin();
    const firing = rows.map((row) => this.toFiring(row));
    const { route, inhibitRules } = this.table.current;
    return standingAlerts(firing, { route, inhibitRules, silences }, query, now);
  }

  private toFiring(row: FiringRow): FiringAlert {
    const { labels, fingerprint } = this.memory.read(row.labels);
    return {
      fingerprint,
      labels,
      annotations: this.memory.read(row.annotations).labels,
      startsAt: row.starts_at,
      ...(row.ends_at && { endsAt: row.ends_at }),
      updatedAt: row.evaluated_at,
      ...(row.generator_url && { generatorUrl: row.generator_url }),
    };
  }
}

import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Alert } from '../alerts/alert.js';
import { AlertStore, type AlertChange } from '../alerts/alert.store.js';
import { fingerprint } from '../alerts/fingerprint.js';
import type { Db } from '../platform/database.client.js';
import {
  type DatasourceLook,
  type DatasourceWatch,
  DOWN_LABELS,
  EVALUATION_SOURCE,
  isExcused,
  stepDatasourceAlert,
  watchDatasource,
} from './watch-datasource.js';

/** What an evaluation means for the alert about Prometheus. */
export interface DatasourceOutcome {
  /** The failure is not the rules' own. */
  readonly excused: boolean;
  /** Something about the alert may have to be stored: ask `change` within the transaction. */
  readonly due: boolean;
  change(on: Db): Promise<readonly AlertChange[]>;
}

/** Watches, over all groups this process evaluates, whether Prometheus answers. */
@Injectable()
export class DatasourceAlarm {
  private watch: DatasourceWatch = { failures: new Map() };

  constructor(private readonly alerts: AlertStore) {}

  /** Takes one evaluation into account. `open` are alerts of the source {@link EVALUATION_SOURCE}. */
  look(look: DatasourceLook, open: readonly Alert[]): DatasourceOutcome {
    const before = this.watch;
    this.watch = watchDatasource(before, look);
    const key = fingerprint(DOWN_LABELS);
    const known = open.find((alert) => alert.fingerprint === key);
    return {
      excused: isExcused(this.watch, look),
      due: stepDatasourceAlert(before, look, known) !== undefined,
      change: async (on) => {
        // Groups fail together, and the first of them raises the alert.
        await sql`select pg_advisory_xact_lock(hashtext(${`retune ${EVALUATION_SOURCE}`}))`.execute(on);
        const stored = await this.alerts.lock(EVALUATION_SOURCE, key, on);
        const change = stepDatasourceAlert(before, look, stored);
        return change ? [change] : [];
      },
    };
  }
}

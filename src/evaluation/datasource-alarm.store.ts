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

const KEY = fingerprint(DOWN_LABELS);
/** How long what was read of the alert is believed while nothing is wrong here; milliseconds. */
const BELIEVED_MS = 30_000;

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
  private known: { readonly alert: Alert | undefined; readonly at: Date } | undefined;

  constructor(private readonly alerts: AlertStore) {}

  /** Takes one evaluation into account. */
  async look(look: DatasourceLook, on: Db): Promise<DatasourceOutcome> {
    const before = this.watch;
    this.watch = watchDatasource(before, look);
    const known = await this.read(look, before, on);
    return {
      excused: isExcused(this.watch, look),
      due: stepDatasourceAlert(before, look, known) !== undefined,
      change: async (trx) => {
        // Groups fail together, and the first of them raises the alert.
        await sql`select pg_advisory_xact_lock(hashtext(${`retune ${EVALUATION_SOURCE}`}))`.execute(trx);
        const stored = await this.alerts.lock(EVALUATION_SOURCE, KEY, trx);
        const change = stepDatasourceAlert(before, look, stored);
        this.known = undefined;
        return change ? [change] : [];
      },
    };
  }

  /** The alert as it is stored. Another process may have raised it, and be gone: so it is looked for also in good times. */
  private async read(
    { slot, failure }: DatasourceLook,
    before: DatasourceWatch,
    on: Db,
  ): Promise<Alert | undefined> {
    const calm = failure === undefined && before.failures.size === 0 && this.known?.alert?.state !== 'firing';
    if (calm && this.known && slot.getTime() - this.known.at.getTime() < BELIEVED_MS) return this.known.alert;
    const [alert] = await this.alerts.openOf([EVALUATION_SOURCE], on);
    this.known = { alert: alert?.fingerprint === KEY ? alert : undefined, at: slot };
    return this.known.alert;
  }
}

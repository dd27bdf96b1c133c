import { randomBytes } from 'node:crypto';
import type { Alert } from '../alerts/alert.js';
import { ALERT_NAME, MODEL_NAME } from '../alerts/labels.js';
import { type Db, withTables } from '../platform/database.client.js';
import { buildRollback } from './build-rollback.js';
import type { CiTarget } from './ci.schema.js';
import { OWN_SOURCE } from './incident.js';
import { DID_NOT_HELP } from './run-alerts.js';
import { ID_BYTES, newRunId } from './run-id.js';
import type { Run } from './run.js';
import type { RunStore } from './run.store.js';
import type { RetrainingTables } from './tables.js';

/** Asks evaluation, by a row, to compare a version that was proved better with itself from now on. */
export async function askRepin(run: Run, now: Date, trx: Db): Promise<void> {
  if (run.state !== 'verified' || run.rollsBack !== undefined || run.newVersion === undefined) return;
  if (run.outcomes?.verified.repin === false) return;
  await withTables<RetrainingTables>(trx)
    .insertInto('reference_repins')
    .values({
      model: run.model,
      version: run.newVersion,
      reason: `run ${run.id} was verified`,
      asked_at: now,
    })
    .execute();
}

/** Offers the way back from a run that made the model worse, where the policy names one. The new run waits for a person. */
export async function offerRollback(
  run: Run,
  targetOf: (name: string) => CiTarget | undefined,
  externalUrl: string,
  now: Date,
  runs: RunStore,
  trx: Db,
): Promise<Run | undefined> {
  const ci = run.outcomes?.regressed.rollback;
  if (run.state !== 'regressed' || run.rollsBack !== undefined || ci === undefined) return undefined;
  const target = targetOf(ci);
  if (!target) return undefined;
  const id = newRunId(now, randomBytes(ID_BYTES));
  const made = buildRollback({ id, regressed: run, ci, provider: target.provider.type, externalUrl }, now);
  return (await runs.insert(made, now, trx)) ? made : undefined;
}

/** Alerts that tell of an end of an earlier run of this model and policy, other than those named: what this end replaces. */
export function earlierTellings(
  run: Run,
  firing: readonly Alert[],
  kept: readonly string[],
): readonly Alert[] {
  return firing.filter(
    ({ source, labels, fingerprint }) =>
      source === OWN_SOURCE &&
      labels[ALERT_NAME] === DID_NOT_HELP &&
      labels[MODEL_NAME] === run.model &&
      labels['policy'] === run.policy &&
      !kept.includes(fingerprint),
  );
}

import type { Db } from '../platform/database.client.js';
import type { OpenAlert } from './signal.js';

/**
 * Which of these alerts a silence covers at `now`: then nothing about them starts without a person.
 *
 * The one place where retraining learns of silences. The table `silences` is read here, by its rows, once it exists; until then no
 * alert is silenced.
 */
export async function silencedAlerts(
  _alerts: readonly OpenAlert[],
  _now: Date,
  _on: Db,
): Promise<readonly OpenAlert[]> {
  return [];
}

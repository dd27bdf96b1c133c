import { jsonObject, sayAnswer } from '../answer.js';
import type { CiIo, CiRef } from '../ci-provider.js';
import { airflowApi, runPath } from './api.js';
import type { AirflowConfig } from './config.js';
import { dagRunRef, isOurs } from './status.js';

/** The run whose id is the correlation id, of which there is one at most. Throws when Airflow does not say whether there is. */
export async function findAirflow(
  correlationId: string,
  _since: Date,
  config: AirflowConfig,
  io: CiIo,
): Promise<readonly CiRef[]> {
  const entrance = await airflowApi(config, io);
  if (!entrance.ok) throw new Error(`searching Airflow: ${entrance.detail}`);
  const { api } = entrance;
  const result = await api.call('GET', runPath(config, correlationId));
  if (result.kind === 'failure') throw new Error(`searching Airflow: ${result.detail}`);
  const json = jsonObject(result.body);
  if (result.status === 404 && json) return [];
  const ref = result.status === 200 && json ? dagRunRef(json, config) : undefined;
  if (!json || !ref) throw new Error(`searching Airflow: ${sayAnswer(result, api.secrets)}`);
  return isOurs(json, correlationId) ? [ref] : [];
}

import { jsonObject, notKnown, sayAnswer } from '../answer.js';
import type { CiApi } from '../ci-api.js';
import type { CiIo, CiRef, CiStatus } from '../ci-provider.js';
import { mappings } from '../pipeline-inputs.js';
import { airflowApi, dagPath, runPath } from './api.js';
import type { AirflowConfig } from './config.js';
import { CANCEL_NOTE, dagRunStatus, isOurs, runIdOf, usedUpItsTime } from './status.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * The state of a DAG run. Of a failure the DAG's details are asked whether time had run out; of a success the task instances, for Airflow
 * also calls one so whose tasks were all skipped.
 */
export async function statusAirflow(
  ref: CiRef,
  correlationId: string,
  config: AirflowConfig,
  io: CiIo,
): Promise<CiStatus> {
  const id = runIdOf(ref);
  if (id === undefined) return notKnown('no id of a DAG run');
  const entrance = await airflowApi(config, io);
  if (!entrance.ok) return notKnown(entrance.detail);
  const { api } = entrance;
  const read = await readRun(api, config, id);
  if (typeof read === 'string') return notKnown(read);
  // A run that a person named is theirs to vouch for.
  if (id === correlationId && !isOurs(read, correlationId)) return notKnown(`${id} is of another request`);
  const status = dagRunStatus(read, config);
  if (status.state === 'failed') {
    const details = await api.call('GET', `${dagPath(config)}/details`);
    const json = details.kind === 'answer' && details.status === 200 ? jsonObject(details.body) : undefined;
    return json && usedUpItsTime(read, json)
      ? { ...status, state: 'timed_out', detail: 'the dagrun_timeout of the DAG was over' }
      : status;
  }
  return status.state === 'succeeded' ? provenSuccess(api, config, id, status) : status;
}

async function provenSuccess(
  api: CiApi,
  config: AirflowConfig,
  id: string,
  status: CiStatus,
): Promise<CiStatus> {
  const result = await api.call('GET', `${runPath(config, id)}/taskInstances?state=success&limit=100`);
  if (result.kind === 'failure') return notKnown(result.detail);
  // Who may not see the tasks has to believe the run.
  if (result.status === 403 || result.status === 404) return status;
  const tasks = result.status === 200 ? jsonObject(result.body)?.['task_instances'] : undefined;
  if (!Array.isArray(tasks)) return notKnown(sayAnswer(result, api.secrets));
  return mappings(tasks).some(({ state }) => state === 'success')
    ? { ...status, nothingRan: false }
    : { ...status, state: 'failed', nothingRan: true, detail: 'every task was skipped' };
}

/** A run as Airflow describes it, or why it does not. */
async function readRun(api: CiApi, config: AirflowConfig, id: string): Promise<Json | string> {
  const result = await api.call('GET', runPath(config, id));
  if (result.kind === 'failure') return result.detail;
  return (result.status === 200 && jsonObject(result.body)) || sayAnswer(result, api.secrets);
}

/**
 * Marks a run that is not over as failed, which ends its tasks. It is looked at first, since Airflow would as readily mark one that succeeded.
 * The note tells it from a run that failed by itself; Airflow 2 sets it by another address, which older ones lack.
 */
export async function cancelAirflow(
  ref: CiRef,
  config: AirflowConfig,
  io: CiIo,
): Promise<'requested' | 'already_finished'> {
  const id = runIdOf(ref);
  if (id === undefined) throw new Error(`cancelling in Airflow: expected the id of a DAG run, got ${ref.id}`);
  const entrance = await airflowApi(config, io);
  if (!entrance.ok) throw new Error(`cancelling in Airflow: ${entrance.detail}`);
  const { api } = entrance;
  const run = await readRun(api, config, id);
  if (typeof run === 'string') throw new Error(`cancelling in Airflow: ${run}`);
  if (!['queued', 'running'].includes(dagRunStatus(run, config).state)) return 'already_finished';
  const note = { note: CANCEL_NOTE };
  if (config.version === 2) await api.call('PATCH', `${runPath(config, id)}/setNote`, note);
  const wish = { state: 'failed', ...(config.version === 2 ? {} : note) };
  const result = await api.call('PATCH', runPath(config, id), wish);
  if (result.kind === 'failure') throw new Error(`cancelling in Airflow: ${result.detail}`);
  if (result.status === 200 && jsonObject(result.body)) return 'requested';
  throw new Error(`cancelling in Airflow: ${sayAnswer(result, api.secrets)}`);
}

import { textField } from '../answer.js';
import type { CiRef, CiStatus } from '../ci-provider.js';
import { mapping } from '../pipeline-inputs.js';
import { dagPath } from './api.js';
import type { AirflowConfig } from './config.js';

type Json = Readonly<Record<string, unknown>>;

/** Every word of Airflow for a DAG run in ours. Source: `DagRunState` in Airflow's API. */
const STATES: Readonly<Record<string, CiStatus['state']>> = {
  queued: 'queued',
  running: 'running',
  success: 'succeeded',
  failed: 'failed',
};

/** The note of a run that we had stopped: Airflow has no state for it, and calls it failed. */
export const CANCEL_NOTE = 'cancelled by Retune';

/** A DAG run as Airflow describes it, with the address of its page; undefined when this is none. */
export function dagRunRef(run: Json, config: AirflowConfig): CiRef | undefined {
  const id = textField(run['dag_run_id']);
  if (id === undefined) return undefined;
  const page = `${config.url.replace(/\/+$/, '')}${dagPath(config)}`;
  const name = encodeURIComponent(id);
  return { id, url: config.version === 2 ? `${page}/grid?dag_run_id=${name}` : `${page}/runs/${name}` };
}

/** The id of a run; a person may have given the address of its page only. Undefined when neither holds one. */
export function runIdOf({ id }: CiRef): string | undefined {
  if (!/^https?:/.test(id)) return id === '' || id.includes('/') ? undefined : id;
  const found = /\/runs\/([^/?#]+)|[?&]dag_run_id=([^&#]+)/.exec(id);
  const name = found?.[1] ?? found?.[2];
  try {
    return name === undefined ? undefined : decodeURIComponent(name);
  } catch {
    return undefined;
  }
}

/** True when the run's conf holds this correlation id, or when its conf is not shown to us. */
export function isOurs(run: Json, correlationId: string): boolean {
  const told = textField(mapping(run['conf'])['correlation_id']);
  return told === undefined ? textField(run['dag_run_id']) === correlationId : told === correlationId;
}

/** A DAG run's state in our words. A word that Airflow adds later counts as running, never as success. */
export function dagRunStatus(run: Json, config: AirflowConfig): CiStatus {
  const raw = textField(run['state']) ?? 'missing';
  const ref = dagRunRef(run, config);
  const where = ref ? { ref } : {};
  const state = STATES[raw];
  if (!state) return { state: 'running', raw, detail: `unknown state ${raw}`, ...where };
  const stopped = state === 'failed' && (textField(run['note']) ?? '').startsWith(CANCEL_NOTE);
  return stopped ? { state: 'cancelled', raw, ...where } : { state, raw, ...where };
}

/** Whether a run that failed had used up the `dagrun_timeout` that its DAG's details name, which Airflow does not say. */
export function usedUpItsTime(run: Json, details: Json): boolean {
  const limit = durationMs(details['dag_run_timeout']);
  const lasted =
    Date.parse(textField(run['end_date']) ?? '') - Date.parse(textField(run['start_date']) ?? '');
  return limit !== undefined && lasted >= limit;
}

/** Airflow 3 writes a duration as ISO 8601 (`PT6H`), Airflow 2 as an object of days, seconds and microseconds. */
function durationMs(value: unknown): number | undefined {
  if (typeof value === 'string') {
    const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(value);
    if (!parts) return undefined;
    const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
    return (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60_000 + (seconds ?? 0) * 1000;
  }
  const delta = mapping(value);
  if (delta['days'] === undefined && delta['seconds'] === undefined) return undefined;
  return Number(delta['days'] ?? 0) * 86_400_000 + Number(delta['seconds'] ?? 0) * 1000;
}

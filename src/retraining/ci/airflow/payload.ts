import type { RunRequest } from '../ci-provider.js';
import { runPayload } from '../run-payload.js';
import type { AirflowConfig } from './config.js';

/** Airflow keeps 1,000 characters of a note. */
const LONGEST_NOTE = 1000;

/** The body of `POST …/dagRuns`. */
export interface DagRunBody {
  readonly dag_run_id: string;
  readonly conf: Readonly<Record<string, unknown>>;
  /** Airflow 3 only. Null means none: it is unique for a DAG, and 3.0 and 3.1 refuse a body without the key. */
  readonly logical_date?: null;
  readonly note?: string;
}

/**
 * A run as a DAG run whose id is the correlation id, so that Airflow itself refuses a second one. Airflow 3 refuses keys that it does not
 * know; Airflow 2 knows notes from 2.5 on only, so it gets none.
 */
export function dagRunBody(run: RunRequest, config: AirflowConfig): DagRunBody {
  const conf = {
    ...config.conf,
    correlation_id: run.correlationId,
    model: run.model,
    payload: runPayload(run),
  };
  if (config.version === 2) return { dag_run_id: run.correlationId, conf };
  const note = `${run.reason.requestedBy}: ${run.reason.summary}`.slice(0, LONGEST_NOTE);
  return { dag_run_id: run.correlationId, logical_date: null, conf, note };
}

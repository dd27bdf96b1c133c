import type { CiProvider } from '../ci-provider.js';
import { AirflowConfig } from './config.js';
import { findAirflow } from './find.js';
import { cancelAirflow, statusAirflow } from './follow.js';
import { preflightAirflow } from './preflight.js';
import { triggerAirflow } from './trigger.js';

/** Apache Airflow 2 and 3. The correlation id is the DAG run's id, so that a repetition is answered 409 and harmless. */
export const airflow: CiProvider<'airflow', AirflowConfig> = {
  type: 'airflow',
  summary: 'a DAG of Apache Airflow 2 or 3, whose run has the id that Retune gives it',
  Config: AirflowConfig,
  idempotency: 'native',
  settleMs: 15_000,
  claimsWithRefId: true,
  trigger: triggerAirflow,
  find: findAirflow,
  status: statusAirflow,
  cancel: cancelAirflow,
  preflight: preflightAirflow,
};

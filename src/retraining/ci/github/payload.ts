import type { RunRequest } from '../ci-provider.js';
import { runPayload } from '../run-payload.js';
import type { GithubConfig } from './config.js';

/** The body of `POST …/workflows/{workflow}/dispatches`. All inputs are texts. */
export interface DispatchBody {
  ref: string;
  inputs: Record<string, string>;
  return_run_details?: boolean;
}

/**
 * The dispatch of a run: the operator's own inputs and our three. `returnRunDetails` asks for the run's id in the answer, which
 * GitHub Enterprise Server does not know before it is told of in its API.
 */
export function dispatchBody(run: RunRequest, config: GithubConfig, returnRunDetails: boolean): DispatchBody {
  return {
    ref: config.ref,
    inputs: {
      ...config.inputs,
      correlation_id: run.correlationId,
      model: run.model,
      payload: JSON.stringify(runPayload(run)),
    },
    ...(returnRunDetails ? { return_run_details: true } : {}),
  };
}

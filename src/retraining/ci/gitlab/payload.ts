import type { RunRequest } from '../ci-provider.js';
import { runPayload } from '../run-payload.js';
import { type GitlabConfig, ownNames } from './config.js';

/** The body of `POST …/pipeline`, or with a token of `POST …/trigger/pipeline`, which takes variables in another form. */
export interface PipelineBody {
  readonly ref: string;
  readonly token?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly variables?:
    readonly { readonly key: string; readonly value: string }[] | Readonly<Record<string, string>>;
}

/** A run as a pipeline: the operator's own inputs and our three, as inputs or as variables. */
export function pipelineBody(run: RunRequest, config: GitlabConfig, triggerToken?: string): PipelineBody {
  const own = [run.correlationId, run.model, JSON.stringify(runPayload(run))];
  const values = {
    ...config.inputs,
    ...Object.fromEntries(ownNames(config.pass_as).map((name, index) => [name, own[index] as string])),
  };
  const start = { ref: config.ref, ...(triggerToken === undefined ? {} : { token: triggerToken }) };
  if (config.pass_as === 'inputs') return { ...start, inputs: values };
  if (triggerToken !== undefined) return { ...start, variables: values };
  return { ...start, variables: Object.entries(values).map(([key, value]) => ({ key, value })) };
}

import { textField } from '../answer.js';
import type { CiRef, CiStatus } from '../ci-provider.js';
import { mapping } from '../pipeline-inputs.js';
import { ID_LABEL } from './api.js';
import type { ArgoWorkflowsConfig } from './config.js';

type Json = Readonly<Record<string, unknown>>;

/** What is asked of a workflow; all of one may be megabytes. */
export const WORKFLOW_FIELDS = [
  'metadata.name',
  'metadata.uid',
  'metadata.labels',
  'metadata.creationTimestamp',
  'spec.shutdown',
  'spec.suspend',
  'spec.activeDeadlineSeconds',
  'status.phase',
  'status.message',
  'status.progress',
  'status.startedAt',
  'status.finishedAt',
  'status.storedWorkflowTemplateSpec.activeDeadlineSeconds',
];

/** Every phase of a workflow in our words; one that no controller has seen yet has none. Source: `WorkflowPhase` in Argo's API types. */
const PHASES: Readonly<Record<string, CiStatus['state']>> = {
  '': 'queued',
  Pending: 'queued',
  Running: 'running',
  Succeeded: 'succeeded',
  Failed: 'failed',
  Error: 'failed',
};

/** A workflow as Argo describes it, with the address of its page; undefined when this is none. */
export function workflowRef(workflow: Json, config: ArgoWorkflowsConfig): CiRef | undefined {
  const id = textField(mapping(workflow['metadata'])['name']);
  if (id === undefined) return undefined;
  return { id, url: `${config.url.replace(/\/+$/, '')}/workflows/${config.namespace}/${id}` };
}

/** The name of a workflow; a person may have given the address of its page only. Undefined when neither holds one. */
export function workflowNameOf({ id }: CiRef): string | undefined {
  const name = /^https?:/.test(id) ? /\/workflows\/[^/]+\/([^/?#]+)/.exec(id)?.[1] : id;
  return name !== undefined && /^[a-z0-9][a-z0-9.-]*$/.test(name) ? name : undefined;
}

/** The correlation id that a workflow's label holds. */
export function correlationIdIn(workflow: Json): string | undefined {
  return textField(mapping(mapping(workflow['metadata'])['labels'])[ID_LABEL]);
}

/**
 * A workflow's phase in our words. Argo calls one that was stopped failed, and one whose steps were all skipped succeeded. A phase that
 * Argo adds later counts as running, never as success.
 */
export function workflowStatus(workflow: Json, config: ArgoWorkflowsConfig): CiStatus {
  const spec = mapping(workflow['spec']);
  const status = mapping(workflow['status']);
  const phase = textField(status['phase']) ?? '';
  const message = textField(status['message']);
  const ref = workflowRef(workflow, config);
  const told: Pick<CiStatus, 'raw' | 'ref' | 'detail'> = {
    raw: phase === '' ? 'no phase yet' : phase,
    ...(ref ? { ref } : {}),
    ...(message === undefined ? {} : { detail: message }),
  };
  const state = PHASES[phase];
  if (!state) return { ...told, state: 'running', detail: `unknown phase ${phase}` };
  if (phase === 'Failed' && textField(spec['shutdown']) !== undefined) return { ...told, state: 'cancelled' };
  if (phase === 'Failed' && ranOutOfTime(spec, status)) return { ...told, state: 'timed_out' };
  // Progress counts pods and the like, and no step that was skipped.
  if (phase === 'Succeeded' && status['progress'] === '0/0') {
    return { ...told, state: 'failed', nothingRan: true, detail: 'every step was skipped' };
  }
  return { ...told, state, blocked: spec['suspend'] === true };
}

function ranOutOfTime(spec: Json, status: Json): boolean {
  if (/deadline|max duration limit exceeded/i.test(textField(status['message']) ?? '')) return true;
  const stored = mapping(status['storedWorkflowTemplateSpec'])['activeDeadlineSeconds'];
  const seconds = Number(spec['activeDeadlineSeconds'] ?? stored ?? NaN);
  const time = (value: unknown): number => Date.parse(textField(value) ?? '');
  return time(status['finishedAt']) - time(status['startedAt']) >= seconds * 1000;
}

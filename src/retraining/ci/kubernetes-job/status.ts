import { textField } from '../answer.js';
import type { CiRef, CiStatus } from '../ci-provider.js';
import { mapping, mappings } from '../pipeline-inputs.js';
import { ID_LABEL } from './api.js';

type Json = Readonly<Record<string, unknown>>;

/** A Job as Kubernetes describes it; undefined when this is none. */
export function jobRef(job: Json): CiRef | undefined {
  const id = textField(mapping(job['metadata'])['name']);
  return id === undefined ? undefined : { id };
}

/** The name of a job, if what a person gave can be one. */
export function jobNameOf({ id }: CiRef): string | undefined {
  return /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(id) ? id : undefined;
}

/** True when the job's label is this correlation id. */
export function isOurs(job: Json, correlationId: string): boolean {
  return textField(mapping(mapping(job['metadata'])['labels'])[ID_LABEL]) === correlationId;
}

/** A Job's conditions in our words. Conditions that are not true yet, and those that Kubernetes adds later, end nothing. */
export function jobStatus(job: Json): CiStatus {
  const ref = jobRef(job);
  const where = ref ? { ref } : {};
  const status = mapping(job['status']);
  const held = mappings(status['conditions']).filter((condition) => condition['status'] === 'True');
  const conditionOf = (type: string): Json | undefined =>
    held.find((condition) => condition['type'] === type);
  const failed = conditionOf('Failed');
  if (failed) {
    const reason = textField(failed['reason']) ?? '';
    const state = reason === 'DeadlineExceeded' ? 'timed_out' : 'failed';
    const detail = textField(failed['message']);
    return { state, raw: `Failed ${reason}`.trim(), ...(detail === undefined ? {} : { detail }), ...where };
  }
  if (conditionOf('Complete')) return { state: 'succeeded', raw: 'Complete', ...where };
  if (mapping(job['metadata'])['deletionTimestamp'] !== undefined) {
    return { state: 'cancelled', raw: 'deleted', ...where };
  }
  if (mapping(job['spec'])['suspend'] === true)
    return { state: 'queued', raw: 'suspended', blocked: true, ...where };
  const active = Number(status['active'] ?? 0);
  return active > 0
    ? { state: 'running', raw: `${active} active`, ...where }
    : { state: 'queued', raw: 'no pod', ...where };
}

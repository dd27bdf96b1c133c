import { textField } from '../answer.js';
import type { CiRef, CiStatus } from '../ci-provider.js';

/** Every word of GitLab for a pipeline in ours. Source: docs.gitlab.com/api/pipelines. */
export const PIPELINE_STATES: Readonly<Record<string, CiStatus['state']>> = {
  created: 'queued',
  waiting_for_resource: 'queued',
  preparing: 'queued',
  pending: 'queued',
  scheduled: 'queued',
  manual: 'queued',
  running: 'running',
  waiting_for_callback: 'running',
  canceling: 'running',
  success: 'succeeded',
  failed: 'failed',
  skipped: 'failed',
  canceled: 'cancelled',
};

/** A pipeline as GitLab describes it, or undefined when this is none. */
export function pipelineRef(pipeline: Readonly<Record<string, unknown>>): CiRef | undefined {
  const id = textField(pipeline['id']);
  const url = textField(pipeline['web_url']);
  return id === undefined || !/^\d+$/.test(id) ? undefined : { id, ...(url ? { url } : {}) };
}

/** The numeric id of a pipeline; a person may have given the address of its page only. */
export function pipelineIdOf({ id, url }: CiRef): string | undefined {
  if (/^\d+$/.test(id)) return id;
  return /\/pipelines\/(\d+)/.exec(`${id} ${url ?? ''}`)?.[1];
}

/** A pipeline's status in our words; `manual` waits for a person. A word GitLab adds later counts as running, never as success. */
export function gitlabStatus(pipeline: Readonly<Record<string, unknown>>): CiStatus {
  const raw = textField(pipeline['status']) ?? 'missing';
  const state = PIPELINE_STATES[raw];
  const ref = pipelineRef(pipeline);
  return {
    state: state ?? 'running',
    raw,
    nothingRan: raw === 'skipped',
    blocked: raw === 'manual',
    ...(state ? {} : { detail: `unknown status ${raw}` }),
    ...(ref ? { ref } : {}),
  };
}

/** Whether jobs that failed did so for want of time; `failure_reason` as in GitLab's list of jobs. */
export function ranOutOfTime(jobs: readonly unknown[]): boolean {
  return jobs.some((job) => {
    const reason = textField((job as Readonly<Record<string, unknown>> | null)?.['failure_reason']) ?? '';
    return reason === 'job_execution_timeout' || reason.startsWith('stuck_or_timeout');
  });
}

import { textField } from '../answer.js';
import type { CiRef, CiStatus } from '../ci-provider.js';

const QUEUED = ['requested', 'queued', 'pending', 'waiting'];
const CONCLUSIONS: Readonly<Record<string, CiStatus['state']>> = {
  success: 'succeeded',
  failure: 'failed',
  startup_failure: 'failed',
  action_required: 'failed',
  stale: 'failed',
  neutral: 'failed',
  skipped: 'failed',
  cancelled: 'cancelled',
  timed_out: 'timed_out',
};
const NOTHING_RAN = ['neutral', 'skipped'];

/** The run as GitHub describes it (`workflow-run` in its API), or undefined when this is not one. */
export function runRef(run: Readonly<Record<string, unknown>>): CiRef | undefined {
  const id = textField(run['id']);
  const url = textField(run['html_url']);
  return id === undefined ? undefined : { id, ...(url ? { url } : {}) };
}

/** A workflow run's `status` and `conclusion` in our words. A word GitHub adds later counts as running, never as success. */
export function githubStatus(run: Readonly<Record<string, unknown>>): CiStatus {
  const status = textField(run['status']) ?? 'missing';
  const conclusion = textField(run['conclusion']);
  const ref = runRef(run);
  const where = ref ? { ref } : {};
  if (status !== 'completed') {
    if (QUEUED.includes(status)) {
      return { state: 'queued', raw: status, blocked: status === 'waiting', ...where };
    }
    const strange = status === 'in_progress' ? {} : { detail: `unknown status ${status}` };
    return { state: 'running', raw: status, ...strange, ...where };
  }
  const raw = `completed/${conclusion ?? 'missing'}`;
  const state = CONCLUSIONS[conclusion ?? ''];
  if (!state)
    return { state: 'running', raw, detail: `unknown conclusion ${conclusion ?? 'missing'}`, ...where };
  const superseded =
    state === 'cancelled'
      ? { detail: 'cancelled in GitHub, by a person or by a newer run of its concurrency group' }
      : {};
  return { state, raw, nothingRan: NOTHING_RAN.includes(conclusion ?? ''), ...superseded, ...where };
}

/** The numeric id of a run; a person may have given the address of its page only. */
export function runIdOf({ id, url }: CiRef): string | undefined {
  if (/^\d+$/.test(id)) return id;
  return /\/actions\/runs\/(\d+)/.exec(`${id} ${url ?? ''}`)?.[1];
}

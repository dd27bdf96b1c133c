import { textField } from '../answer.js';
import type { CiRef, CiStatus } from '../ci-provider.js';
import { mappings } from '../pipeline-inputs.js';

type Json = Readonly<Record<string, unknown>>;

/** Every state of a build in ours. Source: buildkite.com/docs/pipelines/configure/build-states. */
const STATES: Readonly<Record<string, CiStatus['state']>> = {
  creating: 'queued',
  scheduled: 'queued',
  waiting: 'queued',
  running: 'running',
  started: 'running',
  failing: 'running',
  canceling: 'running',
  blocked: 'running',
  passed: 'succeeded',
  failed: 'failed',
  waiting_failed: 'failed',
  skipped: 'failed',
  not_run: 'failed',
  canceled: 'cancelled',
};
const NOTHING_RAN = ['skipped', 'not_run'];
/** Jobs that train nothing: gates between others, and those whose turn never came. */
const GATES = ['waiter', 'manual'];
const IDLE = ['skipped', 'broken', 'expired'];

/** A build as Buildkite describes it, known by its number; undefined when this is none. */
export function buildRef(build: Json): CiRef | undefined {
  const id = textField(build['number']);
  const url = textField(build['web_url']);
  return id === undefined || !/^\d+$/.test(id) ? undefined : { id, ...(url ? { url } : {}) };
}

/** The number of a build; a person may have given the address of its page only. */
export function buildNumberOf({ id, url }: CiRef): string | undefined {
  if (/^\d+$/.test(id)) return id;
  return /\/builds\/(\d+)/.exec(`${id} ${url ?? ''}`)?.[1];
}

/**
 * A build's state in our words. Buildkite calls a build passed or failed that waits at a block step, and failed whose job ran out of time.
 * A word that it adds later counts as running, never as success.
 */
export function buildStatus(build: Json): CiStatus {
  const raw = textField(build['state']) ?? 'missing';
  const ref = buildRef(build);
  const where = ref ? { ref } : {};
  const state = STATES[raw];
  if (!state) return { state: 'running', raw, detail: `unknown state ${raw}`, ...where };
  const waits = raw === 'blocked' || (build['blocked'] === true && (raw === 'passed' || raw === 'failed'));
  if (waits) return { state: 'running', raw, blocked: true, ...where };
  const jobs = mappings(build['jobs']);
  if (raw === 'failed' && jobs.some((job) => job['state'] === 'timed_out')) {
    return { state: 'timed_out', raw, detail: 'a job ran out of time', ...where };
  }
  const idle = Array.isArray(build['jobs']) && jobs.every(didNothing);
  const nothingRan = NOTHING_RAN.includes(raw) || (raw === 'passed' && idle);
  return { state: nothingRan ? 'failed' : state, raw, nothingRan, ...where };
}

function didNothing(job: Json): boolean {
  return GATES.includes(textField(job['type']) ?? '') || IDLE.includes(textField(job['state']) ?? '');
}

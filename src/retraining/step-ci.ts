import type { CiStatus } from './ci/ci-provider.js';
import type { Run } from './run.js';
import type { RunStep } from './run-event.js';
import { amend, cancelRequested, isInCi, move, stay } from './run-progress.js';

/**
 * What the CI system or the pipeline says about a run. It counts while the run is in the CI system; later, only a model version not
 * known before is still of use. A pipeline that ended without training anything has failed, whatever it calls itself. However one ends
 * that we asked to stop, other than in success, it was cancelled: that says nothing of the training.
 */
export function stepCiStatus(run: Run, status: CiStatus, now: Date): RunStep {
  const facts = factsOf(run, status);
  if (!isInCi(run)) {
    const named = run.state === 'succeeded' && facts.newVersion !== undefined;
    return named ? amend(run, 'version_learnt', { newVersion: facts.newVersion }) : stay(run, 'comes_late');
  }
  const stopped = status.nothingRan || ['failed', 'cancelled', 'timed_out'].includes(status.state);
  if (stopped && cancelRequested(run)) return move(run, 'cancelled', 'cancelled', now, facts);
  if (status.nothingRan) return move(run, 'failed', 'nothing_ran', now, facts);
  switch (status.state) {
    case 'succeeded':
      return move(run, 'succeeded', 'succeeded_in_ci', now, { ...facts, succeededAt: now });
    case 'failed':
      return move(run, 'failed', 'failed_in_ci', now, facts);
    case 'cancelled':
      return move(run, 'cancelled', 'cancelled_in_ci', now, facts);
    case 'timed_out':
      return move(run, 'timed_out', 'timed_out_in_ci', now, facts);
    case 'running':
      if (run.state === 'running') return learn(run, facts);
      return move(run, 'running', 'running_in_ci', now, { ...facts, startedAt: now });
    case 'queued': {
      const blocked = status.blocked === true;
      const known = run.state === 'dispatched' && blocked === (run.reason === 'blocked_in_ci');
      if (known || (run.state === 'dispatched' && cancelRequested(run))) return learn(run, facts);
      return move(run, 'dispatched', blocked ? 'blocked_in_ci' : 'queued_in_ci', now, facts);
    }
    case 'unknown':
      return learn(run, facts);
  }
}

/** Facts of a status that are new: where the run is, and which version it made. */
function factsOf(run: Run, { ref: given, modelVersion }: CiStatus): Partial<Run> {
  const ref = given && given.id === run.ref?.id ? { ...run.ref, ...given } : given;
  const moved =
    ref && (ref.id !== run.ref?.id || ref.url !== run.ref.url || ref.statusUrl !== run.ref.statusUrl);
  const made =
    modelVersion && run.newVersion === undefined && !run.baseline.knownVersions.includes(modelVersion);
  return { ...(moved ? { ref } : {}), ...(made ? { newVersion: modelVersion } : {}) };
}

function learn(run: Run, facts: Partial<Run>): RunStep {
  if (Object.keys(facts).length === 0) return stay(run, 'no_news');
  return amend(run, facts.ref ? 'ref_learnt' : 'version_learnt', facts);
}

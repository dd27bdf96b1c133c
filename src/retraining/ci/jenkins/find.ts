import type { CiIo, CiRef } from '../ci-provider.js';
import { jenkinsApi } from './api.js';
import { buildsSince, waitingItems } from './builds.js';
import type { JenkinsConfig } from './config.js';
import { buildRef, parameterOf } from './status.js';

/** Clocks differ; a build made this long before the intent is still looked at. */
const CLOCK_SKEW_MS = 120_000;

/**
 * Builds and waiting items whose CORRELATION_ID is this one, oldest first. The queue is read first: what leaves it meanwhile is then among
 * the builds. Throws when the job does not declare CORRELATION_ID, for then Jenkins drops it and no search can prove anything.
 */
export async function findJenkins(
  correlationId: string,
  since: Date,
  config: JenkinsConfig,
  io: CiIo,
): Promise<readonly CiRef[]> {
  const api = await jenkinsApi(config, io);
  const waiting = await waitingItems(api);
  const { builds, declared } = await buildsSince(api, config, new Date(since.getTime() - CLOCK_SKEW_MS));
  if (!declared.includes('CORRELATION_ID')) {
    throw new Error(`searching Jenkins: ${config.job} does not declare the parameter CORRELATION_ID`);
  }
  const line = `CORRELATION_ID=${correlationId}`;
  const queued = waiting
    .filter(({ params }) => params.split('\n').some((each) => each.trim() === line))
    .map(({ id }): CiRef => ({ id, url: `${api.base}/queue/item/${id}/` }));
  const built = builds
    .filter((build) => parameterOf(build, 'CORRELATION_ID') === correlationId)
    .flatMap((build) => buildRef(build) ?? []);
  // An item that left the queue between the two answers is in both; the build knows more.
  const byId = new Map([...queued, ...built].map((ref) => [ref.id, ref]));
  return [...byId.values()].toSorted((left, right) => Number(left.id) - Number(right.id));
}

import { textField } from '../answer.js';
import type { CiRef, CiStatus } from '../ci-provider.js';
import { property, requestUrl } from './api.js';

type Resource = Readonly<Record<string, unknown>>;

/** `buildbot.process.results`: SUCCESS, WARNINGS, FAILURE, SKIPPED, EXCEPTION, RETRY, CANCELLED. */
const RESULTS: readonly CiStatus['state'][] = [
  'succeeded',
  'succeeded',
  'failed',
  'failed',
  'failed',
  'running',
  'cancelled',
];
const WARNINGS = 1;
const SKIPPED = 3;

/**
 * How a build request fares, in our words. `build` is its latest build, if it has one: a build that was interrupted ends RETRY and
 * another is made for the same request, so only the request says how it ended. Results Buildbot adds later count as running.
 */
export function buildbotStatus(request: Resource, build: Resource | undefined, base: string): CiStatus {
  const ref = refOf(request, build, base);
  const where = ref ? { ref } : {};
  if (request['complete'] !== true) {
    return request['claimed'] === true
      ? { state: 'running', raw: textField(build?.['state_string']) ?? 'claimed', ...where }
      : { state: 'queued', raw: 'unclaimed', ...where };
  }
  const result = Number(request['results']);
  const raw = `complete/${textField(request['results']) ?? 'missing'}`;
  const state = RESULTS[result];
  if (state === undefined) return { state: 'running', raw, detail: `unknown result ${raw}`, ...where };
  const said = textField(build?.['state_string']);
  const version = build ? property(build, 'model_version') : undefined;
  return {
    state,
    raw,
    nothingRan: result === SKIPPED,
    ...(version === undefined ? {} : { modelVersion: version }),
    ...detailOf(result, said),
    ...where,
  };
}

function detailOf(result: number, said: string | undefined): { readonly detail?: string } {
  if (result === SKIPPED) {
    return { detail: 'skipped, or merged into another request: set collapseRequests=False on the builder' };
  }
  if (result === WARNINGS) return { detail: 'ended with warnings' };
  return result === 0 || said === undefined ? {} : { detail: said };
}

/** The request's id, with the page of its latest build if there is one. */
function refOf(request: Resource, build: Resource | undefined, base: string): CiRef | undefined {
  const id = textField(request['buildrequestid']);
  if (id === undefined) return undefined;
  const builder = textField(build?.['builderid']);
  const number = textField(build?.['number']);
  const page = builder !== undefined && number !== undefined;
  return { id, url: page ? `${base}/#/builders/${builder}/builds/${number}` : requestUrl(base, id) };
}

import type { CiIo, CiRef } from '../ci-provider.js';
import { type BuildbotApi, buildbotApi, property, requestUrl, resources, sayBuildbot } from './api.js';
import type { BuildbotConfig } from './config.js';
import { fieldsIn } from './fields.js';

const PER_PAGE = 200;
const MOST_PAGES = 25;
/** Clocks differ; a request made this long before the intent is still looked at. */
const CLOCK_SKEW_MS = 120_000;

type BuildRequest = Readonly<Record<string, unknown>>;

/**
 * Build requests that carry the correlation id, oldest first. Requests, because builds do not show what is still queued, and
 * because a build that is interrupted is made anew for the same request. Throws when the list cannot be read to the end, or when
 * the scheduler does not declare the property that is looked for: then nothing ever carries it.
 */
export async function findBuildbot(
  correlationId: string,
  since: Date,
  config: BuildbotConfig,
  io: CiIo,
): Promise<readonly CiRef[]> {
  const api = await buildbotApi(config, io);
  const requests = await readRequests(api, since.getTime() - CLOCK_SKEW_MS);
  const found = requests.filter((request) => property(request, 'correlation_id') === correlationId);
  // While it is read the list grows at its front, which shows some of them twice.
  const ids = [...new Set(found.map(requestId))].toSorted((left, right) => left - right);
  if (ids.length === 0) await requireDeclared(api, config);
  return ids.map((id) => ({ id: String(id), url: requestUrl(api.web, String(id)) }));
}

/** All build requests that were submitted after `oldest`, newest first. */
async function readRequests(api: BuildbotApi, oldest: number): Promise<readonly BuildRequest[]> {
  const requests: BuildRequest[] = [];
  for (let page = 0; page < MOST_PAGES; page++) {
    const slice = `order=-buildrequestid&limit=${PER_PAGE}&offset=${page * PER_PAGE}`;
    const listed = await list(api, `/buildrequests?property=correlation_id&${slice}`, 'buildrequests');
    requests.push(...listed);
    const last = listed.at(-1);
    if (!last || listed.length < PER_PAGE || Number(last['submitted_at']) * 1000 < oldest) return requests;
  }
  throw new Error(`searching Buildbot: more than ${MOST_PAGES * PER_PAGE} requests since the run was sent`);
}

/** A scheduler drops what it does not declare without a word. */
async function requireDeclared(api: BuildbotApi, { scheduler }: BuildbotConfig): Promise<void> {
  const [found] = await list(api, `/forceschedulers/${scheduler}`, 'forceschedulers');
  if (found && fieldsIn(found['all_fields']).some(({ name }) => name === 'correlation_id')) return;
  throw new Error(
    `searching Buildbot: nothing can be found, expected a parameter correlation_id of ${scheduler}`,
  );
}

async function list(api: BuildbotApi, path: string, kind: string): Promise<readonly BuildRequest[]> {
  const result = await api.call('GET', path);
  if (result.kind === 'failure') throw new Error(`searching Buildbot: ${result.detail}`);
  const listed = resources(result, kind);
  if (!listed) throw new Error(`searching Buildbot: ${sayBuildbot(result, api.secrets)}`);
  return listed;
}

function requestId(request: BuildRequest): number {
  return Number(request['buildrequestid']);
}

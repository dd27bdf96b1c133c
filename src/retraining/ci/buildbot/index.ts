import { jsonObject, tidyText } from '../answer.js';
import type { CiIo, CiProvider, CiRef, CiStatus } from '../ci-provider.js';
import { type BuildbotApi, buildbotApi, resources, sayBuildbot } from './api.js';
import { BuildbotConfig } from './config.js';
import { findBuildbot } from './find.js';
import { preflightBuildbot } from './preflight.js';
import { buildbotStatus } from './status.js';
import { triggerBuildbot } from './trigger.js';

/** Buildbot, through the REST API of its web server. A run is a build request, and its id is the request's. */
export const buildbot: CiProvider<'buildbot', BuildbotConfig> = {
  type: 'buildbot',
  summary: 'a builder of Buildbot, started through a ForceScheduler and found again by a property',
  Config: BuildbotConfig,
  idempotency: 'searchable',
  settleMs: 30_000,
  claimsWithRefId: true,
  trigger: triggerBuildbot,
  find: findBuildbot,
  preflight: preflightBuildbot,

  async status(ref: CiRef, _correlationId: string, config: BuildbotConfig, io: CiIo): Promise<CiStatus> {
    const id = requestIdOf(ref);
    if (id === undefined) return unknown('no id of a build request');
    const api = await buildbotApi(config, io);
    const result = await api.call('GET', `/buildrequests/${id}`);
    if (result.kind === 'failure') return unknown(result.detail);
    const request = resources(result, 'buildrequests')?.[0];
    if (!request) return unknown(sayBuildbot(result, api.secrets));
    const build = request['claimed'] === true ? await latestBuild(id, api) : undefined;
    // The version is read once, when the run ended; without it success says too little.
    if (build === 'unread' && request['complete'] === true) return unknown('its build could not be read');
    const status = buildbotStatus(request, build === 'unread' ? undefined : build, api.web);
    return status.detail === undefined ? status : { ...status, detail: tidyText(status.detail, api.secrets) };
  },

  /** One method for both: a request that waits ends cancelled, the build of one that runs is stopped. It says nothing of one that is over. */
  async cancel(ref: CiRef, config: BuildbotConfig, io: CiIo): Promise<'requested' | 'already_finished'> {
    const id = requestIdOf(ref);
    if (id === undefined) throw new Error(`cancelling in Buildbot: no id of a build request`);
    const api = await buildbotApi(config, io);
    const before = await api.call('GET', `/buildrequests/${id}`);
    const known = before.kind === 'answer' ? resources(before, 'buildrequests')?.[0] : undefined;
    if (known?.['complete'] === true) return 'already_finished';
    const result = await api.control(`/buildrequests/${id}`, 'cancel', { reason: 'cancelled by Retune' });
    if (result.kind === 'failure') throw new Error(`cancelling in Buildbot: ${result.detail}`);
    // A page with status 200 is a proxy's, and no proof that Buildbot heard of it.
    if (result.status === 200 && jsonObject(result.body)?.['jsonrpc'] === '2.0') return 'requested';
    throw new Error(`cancelling in Buildbot: ${sayBuildbot(result, api.secrets)}`);
  },
};

/** The build made last for a request, undefined when there is none yet. */
async function latestBuild(
  id: string,
  api: BuildbotApi,
): Promise<Readonly<Record<string, unknown>> | undefined | 'unread'> {
  const result = await api.call('GET', `/buildrequests/${id}/builds?property=model_version&order=-buildid`);
  const builds = result.kind === 'answer' ? resources(result, 'builds') : undefined;
  return builds ? builds[0] : 'unread';
}

/** The number of a build request; a person may have given the address of its page only. */
function requestIdOf({ id, url }: CiRef): string | undefined {
  if (/^\d+$/.test(id)) return id;
  return /\/buildrequests\/(\d+)/.exec(`${id} ${url ?? ''}`)?.[1];
}

function unknown(detail: string): CiStatus {
  return { state: 'unknown', raw: '', detail };
}

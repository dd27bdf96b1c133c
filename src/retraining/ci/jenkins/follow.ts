import { jsonObject, notKnown, sayAnswer, textField } from '../answer.js';
import type { CiApi } from '../ci-api.js';
import type { CiIo, CiRef, CiStatus } from '../ci-provider.js';
import { jenkinsApi, jobPath } from './api.js';
import { BUILD_FIELDS, buildsSince } from './builds.js';
import type { JenkinsConfig } from './config.js';
import { buildStatus, parameterOf, placeOf, queueStatus } from './status.js';

/** The status of a run: of its build if that is known, else of its queue item, which Jenkins forgets 5 minutes after it left the queue. */
export async function statusJenkins(
  ref: CiRef,
  correlationId: string,
  config: JenkinsConfig,
  io: CiIo,
): Promise<CiStatus> {
  const api = await jenkinsApi(config, io);
  const { queueId, build } = placeOf(ref);
  if (build !== undefined) return ofBuild(api, build, ref, config);
  if (queueId === undefined) return notKnown('neither a queue item nor a build');
  const result = await api.call('GET', `/queue/item/${queueId}/api/json`);
  if (result.kind === 'failure') return notKnown(result.detail);
  if (result.status === 404) return ofForgotten(api, queueId, correlationId, config);
  const item = result.status === 200 ? jsonObject(result.body) : undefined;
  if (!item) return notKnown(sayAnswer(result, api.secrets));
  const status = queueStatus(item, ref);
  return 'build' in status ? ofBuild(api, status.build, ref, config) : status;
}

async function ofBuild(api: CiApi, build: string, ref: CiRef, config: JenkinsConfig): Promise<CiStatus> {
  const result = await api.call('GET', `${jobPath(config)}/${build}/api/json?tree=${BUILD_FIELDS}`);
  if (result.kind === 'failure') return notKnown(result.detail);
  const json = result.status === 200 ? jsonObject(result.body) : undefined;
  if (!json) return notKnown(sayAnswer(result, api.secrets));
  const { queueId } = placeOf(ref);
  const other = textField(json['queueId']);
  if (queueId !== undefined && other !== undefined && other !== queueId) {
    return notKnown(`build ${build} came from queue item ${other}, not ${queueId}`);
  }
  return buildStatus(json, config.unstable);
}

async function ofForgotten(
  api: CiApi,
  queueId: string,
  correlationId: string,
  config: JenkinsConfig,
): Promise<CiStatus> {
  try {
    // Only the newest page: a run is looked at every minute or so, and its build is known from then on.
    const { builds } = await buildsSince(api, config, new Date(8.64e15));
    const own = builds.find(
      (each) =>
        textField(each['queueId']) === queueId || parameterOf(each, 'CORRELATION_ID') === correlationId,
    );
    return own
      ? buildStatus(own, config.unstable)
      : notKnown(`404: queue item ${queueId} is gone, and no build came from it`);
  } catch (error) {
    return notKnown((error as Error).message);
  }
}

/** Takes a waiting item out of the queue, or stops its build. Jenkins answers both with a redirect to a page. */
export async function cancelJenkins(
  ref: CiRef,
  config: JenkinsConfig,
  io: CiIo,
): Promise<'requested' | 'already_finished'> {
  const status = await statusJenkins(ref, '', config, io);
  if (status.state === 'unknown') throw new Error(`cancelling in Jenkins: ${status.detail ?? 'not found'}`);
  if (status.state !== 'queued' && status.state !== 'running') return 'already_finished';
  const api = await jenkinsApi(config, io);
  const { queueId, build } = placeOf(status.ref ?? ref);
  const path =
    build === undefined ? `/queue/cancelItem?id=${queueId ?? ''}` : `${jobPath(config)}/${build}/stop`;
  const result = await api.call('POST', path);
  if (result.kind === 'failure') throw new Error(`cancelling in Jenkins: ${result.detail}`);
  const toLogin = /\/(login|securityRealm)\b/.test(result.headers['location'] ?? '');
  if (result.status >= 200 && result.status < 400 && !toLogin) return 'requested';
  throw new Error(`cancelling in Jenkins: ${sayAnswer(result, api.secrets)}`);
}

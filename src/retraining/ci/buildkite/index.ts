import { jsonObject, notKnown, sayAnswer } from '../answer.js';
import type { CiIo, CiProvider, CiRef, CiStatus } from '../ci-provider.js';
import { buildkiteApi, buildsPath } from './api.js';
import { cancelBuildkite } from './cancel.js';
import { BuildkiteConfig } from './config.js';
import { findBuildkite } from './find.js';
import { preflightBuildkite } from './preflight.js';
import { buildNumberOf, buildStatus } from './status.js';
import { triggerBuildkite } from './trigger.js';

/** Buildkite. */
export const buildkite: CiProvider<'buildkite', BuildkiteConfig> = {
  type: 'buildkite',
  summary: 'a build of a Buildkite pipeline, found again by its meta-data',
  Config: BuildkiteConfig,
  idempotency: 'searchable',
  settleMs: 30_000,
  claimsWithRefId: true,
  trigger: triggerBuildkite,
  find: findBuildkite,
  cancel: cancelBuildkite,
  preflight: preflightBuildkite,

  async status(ref: CiRef, _correlationId: string, config: BuildkiteConfig, io: CiIo): Promise<CiStatus> {
    const number = buildNumberOf(ref);
    if (!number) return notKnown('no number of a build');
    const api = await buildkiteApi(config, io);
    const result = await api.call('GET', `${buildsPath(config)}/${number}`);
    if (result.kind === 'failure') return notKnown(result.detail);
    const build = result.status === 200 ? jsonObject(result.body) : undefined;
    return build ? buildStatus(build) : notKnown(sayAnswer(result, api.secrets));
  },
};

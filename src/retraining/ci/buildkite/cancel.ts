import { jsonObject, sayAnswer } from '../answer.js';
import type { CiIo, CiRef } from '../ci-provider.js';
import { buildkiteApi, buildsPath } from './api.js';
import type { BuildkiteConfig } from './config.js';
import { buildNumberOf } from './status.js';

/** Asks Buildkite to cancel a build: 200 with the build, or 422 when it is over. */
export async function cancelBuildkite(
  ref: CiRef,
  config: BuildkiteConfig,
  io: CiIo,
): Promise<'requested' | 'already_finished'> {
  const number = buildNumberOf(ref);
  if (!number) throw new Error(`cancelling in Buildkite: expected the number of a build, got ${ref.id}`);
  const api = await buildkiteApi(config, io);
  const result = await api.call('PUT', `${buildsPath(config)}/${number}/cancel`);
  if (result.kind === 'failure') throw new Error(`cancelling in Buildkite: ${result.detail}`);
  if (result.status === 200 && jsonObject(result.body)) return 'requested';
  if (result.status === 422) return 'already_finished';
  throw new Error(`cancelling in Buildkite: ${sayAnswer(result, api.secrets)}`);
}

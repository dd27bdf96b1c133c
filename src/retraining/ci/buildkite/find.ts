import { jsonArray, sayAnswer, textField } from '../answer.js';
import type { CiIo, CiRef } from '../ci-provider.js';
import { mapping, mappings } from '../pipeline-inputs.js';
import { buildkiteApi, buildsPath } from './api.js';
import type { BuildkiteConfig } from './config.js';
import { buildRef } from './status.js';

/**
 * Builds whose meta-data hold the correlation id, oldest first; one that was rebuilt by hand may be among them. Throws when the list cannot
 * be read, and when it holds other builds too: then the filter was not heeded, and the list proves nothing.
 */
export async function findBuildkite(
  correlationId: string,
  _since: Date,
  config: BuildkiteConfig,
  io: CiIo,
): Promise<readonly CiRef[]> {
  const api = await buildkiteApi(config, io);
  const query = new URLSearchParams({ 'meta_data[correlation_id]': correlationId, per_page: '100' });
  const result = await api.call('GET', `${buildsPath(config)}?${query.toString()}`);
  if (result.kind === 'failure') throw new Error(`searching Buildkite: ${result.detail}`);
  const listed = result.status === 200 ? jsonArray(result.body) : undefined;
  if (!listed) throw new Error(`searching Buildkite: ${sayAnswer(result, api.secrets)}`);
  const builds = mappings(listed);
  const strange = builds.filter(
    (build) => textField(mapping(build['meta_data'])['correlation_id']) !== correlationId,
  );
  if (strange.length > 0) {
    throw new Error(`searching Buildkite: ${strange.length} of ${builds.length} builds are not of this run`);
  }
  return builds
    .flatMap((build) => buildRef(build) ?? [])
    .toSorted((left, right) => Number(left.id) - Number(right.id));
}

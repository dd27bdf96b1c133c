import { jsonArray, sayAnswer, textField } from '../answer.js';
import type { CiApi } from '../ci-api.js';
import type { CiIo, CiRef } from '../ci-provider.js';
import { mapping, mappings } from '../pipeline-inputs.js';
import { gitlabApi } from './api.js';
import type { GitlabConfig } from './config.js';
import { pipelineRef } from './status.js';

const PER_PAGE = 100;
const MOST_PAGES = 10;
/** Clocks differ; a pipeline made this long before the intent is still looked at. */
const CLOCK_SKEW_MS = 120_000;

type Pipeline = Readonly<Record<string, unknown>>;

/**
 * Pipelines whose name carries the correlation id, oldest first; those without a name are told by their variables. Throws when a list
 * cannot be read to the end, and when a pipeline without a name could be the one: that it is not cannot be proved.
 */
export async function findGitlab(
  correlationId: string,
  since: Date,
  config: GitlabConfig,
  io: CiIo,
): Promise<readonly CiRef[]> {
  const api = await gitlabApi(config, io);
  const pipelines = await listSince(api, new Date(since.getTime() - CLOCK_SKEW_MS));
  const named = pipelines.filter((each) => textField(each['name'])?.includes(correlationId) === true);
  const nameless = pipelines.filter(
    (each) => textField(each['name']) === undefined && couldBeOurs(each, config),
  );
  const told = named.length > 0 ? [] : await byVariables(api, nameless, correlationId, config);
  return [...named, ...told]
    .flatMap((each) => pipelineRef(each) ?? [])
    .toSorted((left, right) => Number(left.id) - Number(right.id));
}

function couldBeOurs(pipeline: Pipeline, { ref }: GitlabConfig): boolean {
  const source = textField(pipeline['source']);
  return pipeline['ref'] === ref && (source === undefined || source === 'api' || source === 'trigger');
}

async function byVariables(
  api: CiApi,
  pipelines: readonly Pipeline[],
  correlationId: string,
  { pass_as: passAs }: GitlabConfig,
): Promise<readonly Pipeline[]> {
  if (pipelines.length === 0) return [];
  if (passAs === 'inputs') {
    throw new Error(
      `searching GitLab: ${pipelines.length} pipelines have no name; write workflow: name with the correlation id`,
    );
  }
  const found: Pipeline[] = [];
  for (const pipeline of pipelines) {
    const variables = await list(api, `/pipelines/${textField(pipeline['id']) ?? ''}/variables`);
    const own = variables.find((each) => mapping(each)['key'] === 'CORRELATION_ID');
    if (own?.['value'] === correlationId) found.push(pipeline);
  }
  return found;
}

/** Pipelines made after `oldest`, newest first; GitLab shows those of child pipelines only when asked for. */
async function listSince(api: CiApi, oldest: Date): Promise<readonly Pipeline[]> {
  const pipelines: Pipeline[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const query = new URLSearchParams({
      created_after: oldest.toISOString(),
      order_by: 'id',
      sort: 'desc',
      per_page: String(PER_PAGE),
      page: String(page),
    });
    const listed = await list(api, `/pipelines?${query.toString()}`);
    pipelines.push(...listed);
    // A server that does not know created_after gives all there are.
    const last = Date.parse(textField(listed.at(-1)?.['created_at']) ?? '');
    if (listed.length < PER_PAGE || last < oldest.getTime()) return pipelines;
  }
  throw new Error(
    `searching GitLab: more than ${MOST_PAGES * PER_PAGE} pipelines since the request was sent`,
  );
}

async function list(api: CiApi, path: string): Promise<readonly Pipeline[]> {
  const result = await api.call('GET', path);
  if (result.kind === 'failure') throw new Error(`searching GitLab: ${result.detail}`);
  const listed = result.status === 200 ? jsonArray(result.body) : undefined;
  if (!listed) throw new Error(`searching GitLab: ${sayAnswer(result, api.secrets)}`);
  return mappings(listed);
}

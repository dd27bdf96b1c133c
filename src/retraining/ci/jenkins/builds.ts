import { jsonObject, sayAnswer, textField } from '../answer.js';
import type { CiApi } from '../ci-api.js';
import { mapping, mappings } from '../pipeline-inputs.js';
import { jobPath } from './api.js';
import type { JenkinsConfig } from './config.js';

type Json = Readonly<Record<string, unknown>>;

/** What is asked of a build. */
export const BUILD_FIELDS = 'number,queueId,url,building,result,timestamp';

const PER_PAGE = 100;
const MOST_PAGES = 10;

/** What a job showed: its builds, newest first, and the parameters it declares. */
export interface JobBuilds {
  readonly builds: readonly Json[];
  readonly declared: readonly string[];
}

/** Builds of the job since `oldest`, all of them. Throws when they cannot be read to the end. */
export async function buildsSince(api: CiApi, config: JenkinsConfig, oldest: Date): Promise<JobBuilds> {
  const builds: Json[] = [];
  for (let page = 0; page < MOST_PAGES; page++) {
    const range = `{${page * PER_PAGE},${(page + 1) * PER_PAGE}}`;
    const fields = `${BUILD_FIELDS},actions[parameters[name,value]]`;
    const tree = `property[parameterDefinitions[name]],allBuilds[${fields}]${range}`;
    const json = await read(api, `${jobPath(config)}/api/json?tree=${encodeURIComponent(tree)}`);
    const listed = mappings(json['allBuilds']);
    builds.push(...listed);
    if (listed.length < PER_PAGE || Number(listed.at(-1)?.['timestamp']) < oldest.getTime()) {
      return { builds, declared: declaredParameters(json).map(({ name }) => name) };
    }
  }
  throw new Error(`searching Jenkins: more than ${MOST_PAGES * PER_PAGE} builds since the request was sent`);
}

/** Parameters that a job declares, with their types, from its `property`. */
export function declaredParameters(job: Json): readonly { readonly name: string; readonly type: string }[] {
  return mappings(job['property'])
    .flatMap((property) => mappings(property['parameterDefinitions']))
    .flatMap((definition) => {
      const name = textField(definition['name']);
      return name === undefined ? [] : [{ name, type: textField(definition['type']) ?? '' }];
    });
}

/** Items of this job that wait in the queue: their ids, and their parameters as Jenkins writes them, a line each. */
export async function waitingItems(
  api: CiApi,
): Promise<readonly { readonly id: string; readonly params: string }[]> {
  const tree = encodeURIComponent('items[id,params,task[name]]');
  const json = await read(api, `/queue/api/json?tree=${tree}`);
  if (!Array.isArray(json['items'])) throw new Error('searching Jenkins: the queue has no items');
  return mappings(json['items']).map((item) => ({
    id: textField(item['id']) ?? '',
    params: textField(item['params']) ?? '',
  }));
}

async function read(api: CiApi, path: string): Promise<Json> {
  const result = await api.call('GET', path);
  if (result.kind === 'failure') throw new Error(`searching Jenkins: ${result.detail}`);
  const json = result.status === 200 ? jsonObject(result.body) : undefined;
  if (!json) throw new Error(`searching Jenkins: ${sayAnswer(result, api.secrets)}`);
  return mapping(json);
}

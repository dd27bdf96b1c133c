import { jsonObject, sayAnswer, textField } from '../answer.js';
import type { CiApi } from '../ci-api.js';
import type { CiIo, CiRef } from '../ci-provider.js';
import { githubApi } from './api.js';
import type { GithubConfig } from './config.js';
import { runRef } from './status.js';

const PER_PAGE = 100;
const MOST_PAGES = 10;
/** Clocks differ; a run made this long before the intent is still looked at. */
const CLOCK_SKEW_MS = 120_000;

type WorkflowRun = Readonly<Record<string, unknown>>;

/**
 * Runs whose title carries the correlation id, oldest first. Lists are read without any filter, because GitHub answers filtered ones
 * from an index that lags; and when the workflow's own list shows nothing, the repository's is asked as well. Throws when a list
 * cannot be read to the end.
 */
export async function findGithub(
  correlationId: string,
  since: Date,
  config: GithubConfig,
  io: CiIo,
): Promise<readonly CiRef[]> {
  const api = await githubApi(config, io);
  const oldest = since.getTime() - CLOCK_SKEW_MS;
  const carriesId = (run: WorkflowRun): boolean =>
    textField(run['display_title'])?.includes(correlationId) === true;
  for (const list of [`/actions/workflows/${config.workflow}/runs`, '/actions/runs']) {
    const found = (await readRuns(api, list, oldest)).filter(carriesId);
    if (found.length > 0)
      return found.toSorted((left, right) => createdAt(left) - createdAt(right)).flatMap(toRef);
  }
  return [];
}

/** All runs of a list that were made after `oldest`; GitHub lists the newest first. */
async function readRuns(api: CiApi, list: string, oldest: number): Promise<readonly WorkflowRun[]> {
  const runs: WorkflowRun[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const result = await api.call('GET', `${list}?per_page=${PER_PAGE}&page=${page}`);
    if (result.kind === 'failure') throw new Error(`searching GitHub: ${result.detail}`);
    const listed = result.status === 200 ? jsonObject(result.body)?.['workflow_runs'] : undefined;
    if (!Array.isArray(listed)) throw new Error(`searching GitHub: ${sayAnswer(result, api.secrets)}`);
    runs.push(...(listed as WorkflowRun[]));
    const last = runs.at(-1);
    if (listed.length < PER_PAGE || (last && createdAt(last) < oldest)) return runs;
  }
  throw new Error(`searching GitHub: more than ${MOST_PAGES * PER_PAGE} runs since the request was sent`);
}

function createdAt(run: WorkflowRun): number {
  return Date.parse(textField(run['created_at']) ?? '');
}

function toRef(run: WorkflowRun): readonly CiRef[] {
  const ref = runRef(run);
  return ref ? [ref] : [];
}

import { textField } from '../answer.js';
import type { CiRef, CiStatus } from '../ci-provider.js';
import { mapping, mappings } from '../pipeline-inputs.js';
import type { JenkinsConfig } from './config.js';

type Json = Readonly<Record<string, unknown>>;

const RESULTS: Readonly<Record<string, CiStatus['state']>> = {
  SUCCESS: 'succeeded',
  FAILURE: 'failed',
  NOT_BUILT: 'failed',
  ABORTED: 'cancelled',
};

/** Where a build stands among those of its job. A run is known by its queue item, whose number stays the same; its build comes later. */
export interface BuildPlace {
  readonly queueId?: string;
  readonly build?: string;
}

/** The numbers in a reference: its id is that of the queue item, its address that of the build once there is one. */
export function placeOf({ id, url = '' }: CiRef): BuildPlace {
  const queueId = /^\d+$/.test(id) ? id : /\/queue\/item\/(\d+)/.exec(`${id} ${url}`)?.[1];
  const address = [url, id].find((text) => /\/job\//.test(text));
  const build = address === undefined ? undefined : /\/(\d+)\/?(?:console\w*\/?)?$/.exec(address)?.[1];
  return { ...(queueId === undefined ? {} : { queueId }), ...(build === undefined ? {} : { build }) };
}

/** A build as Jenkins describes it, as the run it is: known by its queue item. */
export function buildRef(build: Json): CiRef | undefined {
  const id = textField(build['queueId']);
  const url = textField(build['url']);
  return id === undefined ? undefined : { id, ...(url ? { url } : {}) };
}

/** The parameter of a build, from its `actions`. */
export function parameterOf(build: Json, name: string): string | undefined {
  const parameters = mappings(build['actions']).flatMap((action) => mappings(action['parameters']));
  return textField(parameters.find((each) => each['name'] === name)?.['value']);
}

/** A build's `building` and `result` in our words. A result that Jenkins does not have today counts as running, never as success. */
export function buildStatus(build: Json, unstable: JenkinsConfig['unstable']): CiStatus {
  const ref = buildRef(build);
  const where = ref ? { ref } : {};
  const result = textField(build['result']);
  if (build['building'] === true || result === undefined)
    return { state: 'running', raw: 'building', ...where };
  const state = result === 'UNSTABLE' ? unstable : RESULTS[result];
  const strange = state ? {} : { detail: `unknown result ${result}` };
  return { state: state ?? 'running', raw: result, nothingRan: result === 'NOT_BUILT', ...strange, ...where };
}

/** What a queue item says: cancelled, waiting, or which build it became. */
export function queueStatus(item: Json, ref: CiRef): CiStatus | { readonly build: string } {
  if (item['cancelled'] === true) return { state: 'cancelled', raw: 'cancelled in the queue', ref };
  const build = textField(mapping(item['executable'])['number']);
  if (build !== undefined) return { build };
  const why = textField(item['why']);
  return { state: 'queued', raw: 'queued', ...(why === undefined ? {} : { detail: why }), ref };
}

import type { HttpResult } from '../../platform/ports.js';
import { jsonObject, sayAnswer } from './answer.js';
import type { CiApi } from './ci-api.js';
import type { Finding, FindingReason } from './ci-provider.js';

type Json = Readonly<Record<string, unknown>>;
type Answer = Extract<HttpResult, { kind: 'answer' }>;

/** What a preflight saw at an address: a JSON object, or why there was none. `status` is 0 without an answer. */
export type Seen =
  | { readonly ok: true; readonly json: Json; readonly answer: Answer }
  | { readonly ok: false; readonly status: number; readonly finding: Finding };

/** What is looked at, for the words of a finding. */
export interface Subject {
  /** `the workflow retrain.yml`. */
  readonly name: string;
  /** What to write or grant when it is not there or not allowed. */
  readonly instead: string;
}

/** Something that keeps runs from starting. */
export function wrong(reason: FindingReason, what: string, instead: string): Finding {
  return { severity: 'error', reason, what, instead };
}

/** Something that keeps runs from being found or followed, or that may. */
export function doubtful(reason: FindingReason, what: string, instead: string): Finding {
  return { severity: 'warning', reason, what, instead };
}

/** Something that could not be looked at, and that is only good to know. */
export function unchecked(what: string, instead: string): Finding {
  return { severity: 'info', reason: 'not_checked', what, instead };
}

/** Reads an address for a preflight. Only a JSON object with status 200 counts as seen: a page of a proxy or a login does not. */
export async function look(api: CiApi, path: string, subject: Subject): Promise<Seen> {
  const result = await api.call('GET', path);
  if (result.kind === 'failure') return { ok: false, status: 0, finding: cannotReach(result.detail) };
  const json = result.status === 200 ? jsonObject(result.body) : undefined;
  if (json) return { ok: true, json, answer: result };
  return { ok: false, status: result.status, finding: seenInstead(result, api.secrets, subject) };
}

/** The finding for a target that gives no answer at all. */
export function cannotReach(detail: string): Finding {
  return wrong('unreachable', `no answer: ${detail}`, 'check the address, and the way from here to there');
}

/** The finding for an answer that shows nothing of the subject. */
export function seenInstead(
  answer: Answer,
  secrets: readonly (string | undefined)[],
  { name, instead }: Subject,
): Finding {
  const { status } = answer;
  const said = sayAnswer(answer, secrets);
  if (status === 401)
    return wrong('unauthorized', `${name}: ${said}`, 'write a token or password that is valid');
  if (status === 403) return wrong('permission_missing', `${name}: ${said}`, instead);
  if (status === 404) return wrong('not_found', `${name}: ${said}`, instead);
  if (status === 429) return doubtful('not_checked', `${name}: ${said}`, 'check again later');
  if (status === 408 || status >= 500) {
    return wrong('unreachable', `${name}: ${said}`, 'check again once the CI system is well');
  }
  const page = status < 300 ? `${status}, and no JSON` : said;
  return wrong('unexpected_answer', `${name}: ${page}`, 'check that the address is that of the API');
}

import type { HttpResult } from '../../../platform/ports.js';
import { jsonObject, sayAnswer, textField, tidyText } from '../answer.js';
import { type CiApi, ciApi } from '../ci-api.js';
import type { CiIo } from '../ci-provider.js';
import type { BuildbotConfig } from './config.js';

type Answer = Extract<HttpResult, { kind: 'answer' }>;

/** The REST API of a Buildbot master. */
export interface BuildbotApi extends CiApi {
  /** Address of the web server, without a slash at its end. */
  readonly web: string;
  /** A control method of a resource. Source: docs.buildbot.net, developer/rest: JSON-RPC 2.0 by POST. */
  control(path: string, method: string, params: object): Promise<HttpResult>;
}

/** Reads the credentials anew and gives a way to call the API with them. */
export async function buildbotApi(config: BuildbotConfig, io: CiIo): Promise<BuildbotApi> {
  const { authorization, secrets } = await credentials(config, io);
  const headers: Record<string, string> = authorization === undefined ? {} : { Authorization: authorization };
  const web = config.url.replace(/\/+$/, '');
  const api = ciApi(`${web}/api/v2`, headers, secrets, io);
  return {
    ...api,
    web,
    control: (path, method, params) => api.call('POST', path, { jsonrpc: '2.0', id: 1, method, params }),
  };
}

async function credentials(
  config: BuildbotConfig,
  io: CiIo,
): Promise<{ readonly authorization?: string; readonly secrets: readonly string[] }> {
  const token = config.bearer_token ?? config.bearer_token_file;
  if (token) {
    const bearer = await io.reveal(token);
    return { authorization: `Bearer ${bearer}`, secrets: [bearer] };
  }
  const password = config.password ?? config.password_file;
  if (config.username === undefined || !password) return { secrets: [] };
  const given = await io.reveal(password);
  const basic = Buffer.from(`${config.username}:${given}`, 'utf8').toString('base64');
  return { authorization: `Basic ${basic}`, secrets: [given, basic] };
}

/** The error object of a JSON-RPC answer: its code, and its message in one line; undefined when there is none. */
export function rpcError({ body }: Answer): { readonly code: unknown; readonly message: string } | undefined {
  const error = jsonObject(body)?.['error'];
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  // A parameter that is refused comes as an object from its name to what is wrong with it.
  const fields = typeof message === 'object' && message !== null ? Object.values(message) : [message];
  return { code, message: fields.flatMap((field) => textField(field) ?? []).join('; ') };
}

/** What Buildbot said, for people, in one line without secrets. */
export function sayBuildbot(answer: Answer, secrets: readonly (string | undefined)[]): string {
  const error = rpcError(answer);
  return error ? `${answer.status}: ${tidyText(error.message, secrets)}` : sayAnswer(answer, secrets);
}

/** The resources of a kind in an answer, `buildrequests` for example; undefined when the answer is none of Buildbot's. */
export function resources(
  answer: Answer,
  kind: string,
): readonly Readonly<Record<string, unknown>>[] | undefined {
  const listed = answer.status === 200 ? jsonObject(answer.body)?.[kind] : undefined;
  return Array.isArray(listed) ? (listed as Record<string, unknown>[]) : undefined;
}

/** The value of a property of a request or a build; Buildbot gives a pair of value and source. */
export function property(resource: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const properties = resource['properties'];
  const pair =
    typeof properties === 'object' && properties !== null
      ? (properties as Record<string, unknown>)[name]
      : undefined;
  return Array.isArray(pair) ? textField(pair[0]) : undefined;
}

/** The page of a build request. */
export function requestUrl(base: string, id: string): string {
  return `${base}/#/buildrequests/${id}`;
}

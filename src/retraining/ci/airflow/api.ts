import type { HttpResult } from '../../../platform/ports.js';
import type { Secret } from '../../../schema/secret.js';
import { jsonObject, sayAnswer, textField } from '../answer.js';
import { type CiApi, ciApi } from '../ci-api.js';
import type { CiIo } from '../ci-provider.js';
import type { AirflowConfig } from './config.js';

/** The API, or what was answered to the login in its place; nothing else was asked then. */
export type Entrance =
  | { readonly ok: true; readonly api: CiApi }
  | {
      readonly ok: false;
      readonly login: HttpResult;
      readonly detail: string;
      readonly secrets: readonly string[];
    };

/**
 * The REST API (`/api/v2`, of Airflow 2 `/api/v1`), with the credentials read anew. Airflow 3 takes tokens only: a user's is fetched from
 * `/auth/token` each time, which also renews it. Source: Airflow's "Stable REST API", and "Generate JWT token" of its auth managers.
 */
export async function airflowApi(config: AirflowConfig, io: CiIo): Promise<Entrance> {
  const fixed = config.token ?? config.token_file;
  if (fixed) return open(config, io, 'Bearer', await io.reveal(fixed));
  const { username = '' } = config;
  const password = await io.reveal((config.password ?? config.password_file) as Secret);
  const basic = Buffer.from(`${username}:${password}`).toString('base64');
  if (config.version === 2) return open(config, io, 'Basic', basic, password);
  const login = await ciApi(config.url, {}, [password], io).call('POST', '/auth/token', {
    username,
    password,
  });
  if (login.kind === 'failure') return { ok: false, login, detail: login.detail, secrets: [password] };
  const made = login.status === 200 || login.status === 201;
  const token = made ? textField(jsonObject(login.body)?.['access_token']) : undefined;
  if (token !== undefined) return open(config, io, 'Bearer', token, password);
  // A body that holds a token in a form we do not know must not be told.
  const said = made ? `${login.status}, and no access_token` : sayAnswer(login, [password]);
  return { ok: false, login, detail: `/auth/token: ${said}`, secrets: [password] };
}

function open(
  config: AirflowConfig,
  io: CiIo,
  scheme: 'Basic' | 'Bearer',
  credentials: string,
  password?: string,
): Entrance {
  const headers = { Authorization: `${scheme} ${credentials}` };
  return { ok: true, api: ciApi(rootOf(config), headers, [credentials, password], io) };
}

/** Where the API of this version, or of another one, begins. */
export function rootOf({ url, version }: Pick<AirflowConfig, 'url' | 'version'>): string {
  return `${url.replace(/\/+$/, '')}/api/${version === 2 ? 'v1' : 'v2'}`;
}

/** The path of the DAG behind the API's root. */
export function dagPath({ dag }: AirflowConfig): string {
  return `/dags/${encodeURIComponent(dag)}`;
}

/** The path of one of its runs. */
export function runPath(config: AirflowConfig, runId: string): string {
  return `${dagPath(config)}/dagRuns/${encodeURIComponent(runId)}`;
}

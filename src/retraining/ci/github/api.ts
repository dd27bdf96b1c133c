import type { HttpRequest, HttpResult } from '../../../platform/ports.js';
import type { Secret } from '../../../schema/secret.js';
import type { CiIo } from '../ci-provider.js';
import type { GithubConfig } from './config.js';

const LARGEST_ANSWER = 8 * 1024 * 1024;

/** One call to the REST API of a repository. */
export interface GithubApi {
  /** The token, so that it can be kept out of what is told. */
  readonly token: string;
  /** `path` starts behind the repository: `/actions/runs/42`. */
  call(method: HttpRequest['method'], path: string, body?: object): Promise<HttpResult>;
}

/** Reads the token anew and gives a way to call the API with it. Source: docs.github.com/rest, version 2022-11-28. */
export async function githubApi(config: GithubConfig, io: CiIo): Promise<GithubApi> {
  const token = await io.reveal((config.token ?? config.token_file) as Secret);
  const base = `${config.api_url.replace(/\/+$/, '')}/repos/${config.repo}`;
  return {
    token,
    call: (method, path, body) =>
      io.http.send({
        method,
        url: `${base}${path}`,
        headers: {
          Accept: 'application/vnd.github+json',
          Authorization: `Bearer ${token}`,
          'X-GitHub-Api-Version': '2022-11-28',
          ...(body ? { 'Content-Type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
        maxAnswerBytes: LARGEST_ANSWER,
        ...(io.signal ? { signal: io.signal } : {}),
      }),
  };
}

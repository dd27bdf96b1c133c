import type { Secret } from '../../../schema/secret.js';
import { type CiApi, ciApi } from '../ci-api.js';
import type { CiIo } from '../ci-provider.js';
import type { GithubConfig } from './config.js';

/**
 * The REST API of a repository, with the token read anew; paths begin behind the repository: `/actions/runs/42`.
 * Source: docs.github.com/rest, version 2022-11-28, which GitHub Enterprise Server speaks as well.
 */
export async function githubApi(config: GithubConfig, io: CiIo): Promise<CiApi> {
  const token = await io.reveal((config.token ?? config.token_file) as Secret);
  const headers = {
    Accept: 'application/vnd.github+json',
    Authorization: `Bearer ${token}`,
    'X-GitHub-Api-Version': '2022-11-28',
  };
  return ciApi(`${config.api_url.replace(/\/+$/, '')}/repos/${config.repo}`, headers, [token], io);
}

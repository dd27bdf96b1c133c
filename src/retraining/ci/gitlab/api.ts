import type { Secret } from '../../../schema/secret.js';
import { type CiApi, ciApi } from '../ci-api.js';
import type { CiIo } from '../ci-provider.js';
import type { GitlabConfig } from './config.js';

/**
 * The REST API of a project, with the token read anew; paths begin behind the project: `/pipelines/42`. Source: docs.gitlab.com/api.
 */
export async function gitlabApi(config: GitlabConfig, io: CiIo): Promise<CiApi> {
  const token = await io.reveal((config.token ?? config.token_file) as Secret);
  const base = `${rootOf(config)}/projects/${encodeURIComponent(config.project)}`;
  return ciApi(base, { 'PRIVATE-TOKEN': token }, [token], io);
}

/** The REST API itself, for what belongs to no project. */
export async function gitlabRoot(config: GitlabConfig, io: CiIo): Promise<CiApi> {
  const token = await io.reveal((config.token ?? config.token_file) as Secret);
  return ciApi(rootOf(config), { 'PRIVATE-TOKEN': token }, [token], io);
}

/** The trigger token, read anew; undefined when the target has none. */
export async function triggerTokenOf(config: GitlabConfig, io: CiIo): Promise<string | undefined> {
  const token = config.trigger_token ?? config.trigger_token_file;
  return token ? io.reveal(token) : undefined;
}

function rootOf(config: GitlabConfig): string {
  return `${config.url.replace(/\/+$/, '')}/api/v4`;
}

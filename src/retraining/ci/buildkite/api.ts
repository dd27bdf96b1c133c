import type { Secret } from '../../../schema/secret.js';
import { type CiApi, ciApi } from '../ci-api.js';
import type { CiIo } from '../ci-provider.js';
import type { BuildkiteConfig } from './config.js';

/** The REST API, with the token read anew. Source: buildkite.com/docs/apis/rest-api. */
export async function buildkiteApi(config: BuildkiteConfig, io: CiIo): Promise<CiApi> {
  const token = await io.reveal((config.token ?? config.token_file) as Secret);
  return ciApi(config.api_url, { Authorization: `Bearer ${token}` }, [token], io);
}

/** The path of the pipeline's builds. */
export function buildsPath({ organization, pipeline }: BuildkiteConfig): string {
  return `/organizations/${organization}/pipelines/${pipeline}/builds`;
}

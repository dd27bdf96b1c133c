import type { Secret } from '../../../schema/secret.js';
import { type CiApi, ciApi } from '../ci-api.js';
import type { CiIo } from '../ci-provider.js';
import type { JenkinsConfig } from './config.js';

/**
 * The controller, with the API token read anew. A request with an API token needs no crumb (Jenkins' `CrumbFilter` lets it through).
 * Source: www.jenkins.io/doc/book/using/remote-access-api.
 */
export async function jenkinsApi(config: JenkinsConfig, io: CiIo): Promise<CiApi> {
  const token = await io.reveal((config.token ?? config.token_file) as Secret);
  const basic = Buffer.from(`${config.user}:${token}`).toString('base64');
  return ciApi(config.url, { Authorization: `Basic ${basic}` }, [token, basic], io);
}

/** The path of a job: each folder and the job itself stand behind a `/job/`. */
export function jobPath({ job }: JenkinsConfig): string {
  return job
    .split('/')
    .map((name) => `/job/${encodeURIComponent(name)}`)
    .join('');
}

import type { CiIo, Finding } from '../ci-provider.js';
import { look, unchecked, wrong } from '../look.js';
import { buildkiteApi } from './api.js';
import type { BuildkiteConfig } from './config.js';

/** Scopes without which runs are not started, or not found and followed. */
const NEEDED = ['read_builds', 'write_builds'];

/**
 * What keeps a build from being created: looks at the token and at the pipeline. Buildkite gives every build its meta-data and variables,
 * declared or not, so that nothing of the pipeline's steps matters.
 */
export async function preflightBuildkite(config: BuildkiteConfig, io: CiIo): Promise<readonly Finding[]> {
  const api = await buildkiteApi(config, io);
  const token = await look(api, '/access-token', {
    name: 'the token',
    instead: 'write an API token of a person, not of an agent',
  });
  if (!token.ok) return [token.finding];
  const findings: Finding[] = [];
  const { scopes } = token.json;
  const missing = Array.isArray(scopes) ? NEEDED.filter((each) => !scopes.includes(each)) : [];
  if (missing.length > 0) {
    const what = `the token has no ${missing.join(' and no ')}`;
    findings.push(wrong('permission_missing', what, `make a token with ${NEEDED.join(' and ')}`));
  }
  const name = `${config.organization}/${config.pipeline}`;
  const path = `/organizations/${config.organization}/pipelines/${config.pipeline}`;
  const pipeline = await look(api, path, {
    name: `the pipeline ${name}`,
    instead: 'write both slugs as in its address, or give the token access to the organization',
  });
  if (!pipeline.ok) {
    const hidden = pipeline.status === 403 && missing.length === 0;
    if (!hidden) return [...findings, pipeline.finding];
    return [
      ...findings,
      unchecked(`${name} may not be read`, 'give the token read_pipelines if it should be'),
    ];
  }
  const archived = pipeline.json['archived_at'];
  if (archived !== null && archived !== undefined) {
    findings.push(wrong('disabled', `${name} is archived`, 'unarchive it, or name another'));
  }
  return findings;
}

import { textField } from '../answer.js';
import type { CiApi } from '../ci-api.js';
import type { CiIo, Finding } from '../ci-provider.js';
import { doubtful, look, unchecked, wrong } from '../look.js';
import { compareInputs, mapping } from '../pipeline-inputs.js';
import { gitlabApi, gitlabRoot } from './api.js';
import { type GitlabConfig, ownNames } from './config.js';
import { readPipelineFile } from './pipeline-file.js';

/** GitLab's number for the role Developer, the least that may run pipelines. */
const DEVELOPER = 30;

/**
 * What keeps a pipeline from being created: looks at project, branch, token and pipeline file. GitLab offers no way to try a creation
 * without creating, so that rules of the pipeline (`workflow: rules`) are not evaluated.
 */
export async function preflightGitlab(config: GitlabConfig, io: CiIo): Promise<readonly Finding[]> {
  const api = await gitlabApi(config, io);
  const project = await look(api, '', {
    name: `the project ${config.project}`,
    instead: 'write its present path, or make the token one of this project',
  });
  if (!project.ok) return [project.finding];
  return [
    ...checkProject(project.json, config),
    ...(await checkToken(await gitlabRoot(config, io), config)),
    ...(await checkRef(api, config)),
    ...(await checkFile(api, textField(project.json['ci_config_path']) ?? '.gitlab-ci.yml', config)),
  ];
}

function checkProject(project: Readonly<Record<string, unknown>>, config: GitlabConfig): readonly Finding[] {
  const findings: Finding[] = [];
  if (project['archived'] === true) {
    findings.push(wrong('disabled', `${config.project} is archived`, 'unarchive it, or name another'));
  }
  if (project['builds_access_level'] === 'disabled' || project['jobs_enabled'] === false) {
    const instead = 'enable CI/CD under Settings, General, Visibility';
    findings.push(wrong('disabled', `CI/CD of ${config.project} is disabled`, instead));
  }
  const permissions = mapping(project['permissions']);
  const levels = ['project_access', 'group_access'].flatMap(
    (each) => mapping(permissions[each])['access_level'] ?? [],
  );
  const level = Math.max(...levels.map(Number));
  if (levels.length > 0 && level < DEVELOPER && !hasTriggerToken(config)) {
    const what = `the token has the access level ${level} on ${config.project}`;
    findings.push(wrong('permission_missing', what, `give it the role Developer (${DEVELOPER})`));
  }
  const role = textField(project['ci_pipeline_variables_minimum_override_role']);
  if (config.pass_as === 'variables' && role === 'no_one_allowed') {
    const what = `${config.project} lets nobody set pipeline variables`;
    findings.push(
      wrong('permission_missing', what, 'write pass_as: inputs, or allow variables to developers'),
    );
  }
  return findings;
}

async function checkToken(root: CiApi, config: GitlabConfig): Promise<readonly Finding[]> {
  const token = await look(root, '/personal_access_tokens/self', { name: 'the token', instead: '' });
  const scopes = token.ok ? token.json['scopes'] : undefined;
  // Tokens of CI jobs and of OAuth cannot be looked at; what they may do shows in the rest.
  if (!Array.isArray(scopes) || scopes.includes('api')) return [];
  const enough = hasTriggerToken(config) && scopes.includes('read_api');
  const what = `the token has the scopes ${scopes.join(', ') || 'none'}`;
  if (!enough) return [wrong('permission_missing', what, 'make a token with the scope api')];
  return [
    unchecked(`${what}: runs can be followed, and not cancelled`, 'give it the scope api if they should be'),
  ];
}

async function checkRef(api: CiApi, config: GitlabConfig): Promise<readonly Finding[]> {
  const name = encodeURIComponent(config.ref);
  const subject = { name: `the branch or tag ${config.ref}`, instead: 'write one that exists' };
  const branch = await look(api, `/repository/branches/${name}`, subject);
  if (branch.ok) {
    const locked = branch.json['protected'] === true && branch.json['can_push'] === false;
    if (!locked || hasTriggerToken(config)) return [];
    const what = `${config.ref} is protected, and the token may not push to it, which pipelines there need`;
    return [
      doubtful(
        'permission_missing',
        what,
        'give the token the role Maintainer, or allow its role to push or merge',
      ),
    ];
  }
  if (branch.status !== 404) return [branch.finding];
  const tag = await look(api, `/repository/tags/${name}`, subject);
  return tag.ok ? [] : [tag.finding];
}

async function checkFile(api: CiApi, path: string, config: GitlabConfig): Promise<readonly Finding[]> {
  const place = `${path} on ${config.ref}`;
  // A file of another project or of the web is written `file@group/project` or as an address.
  if (/[@:]/.test(path)) {
    return [
      unchecked(`${path} is kept elsewhere, so its inputs were not compared`, 'compare them with the README'),
    ];
  }
  const address = `/repository/files/${encodeURIComponent(path)}?ref=${encodeURIComponent(config.ref)}`;
  const seen = await look(api, address, { name: place, instead: 'add the pipeline file to this branch' });
  if (!seen.ok)
    return seen.status === 404
      ? [seen.finding]
      : [unchecked(`${place} could not be read`, seen.finding.instead)];
  const file = readPipelineFile(
    Buffer.from(textField(seen.json['content']) ?? '', 'base64').toString('utf8'),
  );
  if (!file) return [wrong('broken_pipeline', `${place} is no YAML`, 'correct the file')];
  const byName = config.pass_as === 'inputs' ? 'inputs.correlation_id' : 'CORRELATION_ID';
  const findings: Finding[] = [];
  if (config.pass_as === 'inputs') {
    const sent = [...ownNames('inputs'), ...Object.keys(config.inputs)];
    findings.push(
      ...compareInputs(sent, file.inputs, place, 'declare it below spec: inputs:, above the first ---'),
    );
  }
  if (!file.name.includes(byName)) {
    const what = `workflow: name of ${place} does not hold the correlation id, so that a run whose answer is lost cannot be found`;
    const value = config.pass_as === 'inputs' ? '$[[ inputs.correlation_id ]]' : '$CORRELATION_ID';
    findings.push(doubtful('not_searchable', what, `write workflow: name: 'retrain ${value}'`));
  }
  return findings;
}

function hasTriggerToken(config: GitlabConfig): boolean {
  return (config.trigger_token ?? config.trigger_token_file) !== undefined;
}

import { textField } from '../answer.js';
import type { CiApi } from '../ci-api.js';
import type { CiIo, Finding } from '../ci-provider.js';
import { doubtful, look, unchecked, wrong } from '../look.js';
import { compareInputs, mapping, mappings } from '../pipeline-inputs.js';
import { argoApi, workflowsPath } from './api.js';
import { type ArgoWorkflowsConfig, OWN_PARAMETERS } from './config.js';

type Json = Readonly<Record<string, unknown>>;

/** A finished workflow that is deleted sooner may be gone before its result was read: looks are up to a minute apart, and restarts happen. */
const LEAST_TTL_S = 300;

/**
 * What keeps a workflow from starting or from being followed: looks at the template and at the list of workflows. The server's own dry run
 * is an option of the submission itself, and a server that does not know it would start a workflow; so whether the token may create shows at
 * the first run only.
 */
export async function preflightArgo(config: ArgoWorkflowsConfig, io: CiIo): Promise<readonly Finding[]> {
  const api = await argoApi(config, io);
  const kind = config.cluster_scope ? 'ClusterWorkflowTemplate' : 'WorkflowTemplate';
  const path = config.cluster_scope
    ? `/cluster-workflow-templates/${encodeURIComponent(config.template)}`
    : `/workflow-templates/${encodeURIComponent(config.namespace)}/${encodeURIComponent(config.template)}`;
  const template = await look(api, path, {
    name: `the ${kind} ${config.template}`,
    instead: `write its name and namespace, or let the service account get ${kind.toLowerCase()}s`,
  });
  if (!template.ok) return [template.finding];
  return [
    ...checkTemplate(mapping(template.json['spec']), config),
    ...(await mayList(api, config)),
    unchecked(
      'whether the service account may create and terminate workflows shows only when one is started',
      `let it create and patch workflows in ${config.namespace}`,
    ),
  ];
}

function checkTemplate(spec: Json, config: ArgoWorkflowsConfig): readonly Finding[] {
  const findings: Finding[] = [];
  const { template: name } = config;
  if (textField(spec['entrypoint']) === undefined && spec['workflowTemplateRef'] === undefined) {
    findings.push(
      wrong('broken_pipeline', `${name} has no entrypoint`, 'write which of its templates begins'),
    );
  }
  if (spec['suspend'] === true) {
    findings.push(
      wrong('paused', `workflows of ${name} start suspended`, 'remove suspend: true from its spec'),
    );
  }
  const declared = mappings(mapping(spec['arguments'])['parameters']).map((parameter) => ({
    name: textField(parameter['name']) ?? '',
    required: ['value', 'valueFrom', 'default'].every((key) => parameter[key] === undefined),
  }));
  const sent = [...OWN_PARAMETERS, ...Object.keys(config.parameters)];
  findings.push(...compareInputs(sent, declared, name, 'declare it below spec.arguments.parameters'));
  const ttl = mapping(spec['ttlStrategy']);
  const seconds = Math.min(...Object.values(ttl).filter((each) => typeof each === 'number'));
  if (seconds < LEAST_TTL_S) {
    const what = `workflows of ${name} are deleted ${seconds} s after their end, maybe before their result was read`;
    findings.push(
      doubtful('not_searchable', what, `write at least ${LEAST_TTL_S} s, or keep an archive of workflows`),
    );
  }
  return findings;
}

async function mayList(api: CiApi, config: ArgoWorkflowsConfig): Promise<readonly Finding[]> {
  const seen = await look(api, `${workflowsPath(config)}?listOptions.limit=1&fields=metadata`, {
    name: `the workflows of ${config.namespace}`,
    instead: `let the service account get and list workflows in ${config.namespace}`,
  });
  return seen.ok ? [] : [seen.finding];
}

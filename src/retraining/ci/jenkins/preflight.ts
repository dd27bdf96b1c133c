import type { CiIo, Finding } from '../ci-provider.js';
import { doubtful, look, unchecked, wrong } from '../look.js';
import { compareInputs } from '../pipeline-inputs.js';
import { jenkinsApi, jobPath } from './api.js';
import { declaredParameters } from './builds.js';
import { type JenkinsConfig, OWN_PARAMETERS } from './config.js';

/** What a value of ours is cut to or refused in: only a text field takes any text. */
const TEXT_TYPES = ['StringParameterDefinition', 'TextParameterDefinition'];

/**
 * What keeps a build from starting: looks at the job and at what it declares, since Jenkins drops a parameter that is not declared without a
 * word. Whether the user may build shows only when one is started.
 */
export async function preflightJenkins(config: JenkinsConfig, io: CiIo): Promise<readonly Finding[]> {
  const api = await jenkinsApi(config, io);
  const tree = encodeURIComponent('buildable,property[parameterDefinitions[name,type]]');
  const job = await look(api, `${jobPath(config)}/api/json?tree=${tree}`, {
    name: `the job ${config.job}`,
    instead: `write its name with its folders, or grant ${config.user} Overall/Read and Item/Read`,
  });
  if (!job.ok) return [job.finding];
  const findings: Finding[] = [];
  if (job.json['buildable'] === false) {
    findings.push(wrong('disabled', `${config.job} is disabled, or a folder`, 'enable it, or name a job'));
  }
  const declared = declaredParameters(job.json);
  const sent = [...OWN_PARAMETERS, ...Object.keys(config.parameters)];
  const how = 'add string parameters of these names to the job; Jenkins drops others silently';
  const required = declared.map(({ name }) => ({ name, required: false }));
  findings.push(...compareInputs(sent, required, config.job, how));
  const odd = declared.filter(
    ({ name, type }) => OWN_PARAMETERS.some((own) => own === name) && !TEXT_TYPES.includes(type),
  );
  for (const { name, type } of odd) {
    findings.push(
      doubtful('broken_pipeline', `${name} of ${config.job} is a ${type}`, 'make it a string parameter'),
    );
  }
  const what = `whether ${config.user} may start and stop builds shows only when one is started`;
  findings.push(unchecked(what, 'grant Item/Build and Item/Cancel'));
  return findings;
}

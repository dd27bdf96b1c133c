import { textField } from '../answer.js';
import type { CiIo, Finding } from '../ci-provider.js';
import { doubtful, look, unchecked, wrong } from '../look.js';
import { compareInputs, mapping, mappings } from '../pipeline-inputs.js';
import { type BuildbotApi, buildbotApi } from './api.js';
import { type BuildbotConfig, OWN_PARAMETERS } from './config.js';
import { fieldsIn } from './fields.js';
import { forcedNames } from './trigger.js';

type Json = Readonly<Record<string, unknown>>;

/** What takes any text as it is. */
const TEXT_TYPES = ['text', 'textarea'];

/**
 * What keeps a build from starting: looks at the scheduler, its builders and what it declares, since Buildbot drops a parameter that is
 * not declared without a word, and at the workers. Whether the credentials may force shows only when a build is forced.
 */
export async function preflightBuildbot(config: BuildbotConfig, io: CiIo): Promise<readonly Finding[]> {
  const api = await buildbotApi(config, io);
  const seen = await look(api, `/forceschedulers/${config.scheduler}`, {
    name: `the force scheduler ${config.scheduler}`,
    instead: "write the name of a ForceScheduler, and the address of Buildbot's web server without /api/v2",
  });
  if (!seen.ok) return [seen.finding];
  const [scheduler] = mappings(seen.json['forceschedulers']);
  if (!scheduler) {
    const what = `the force scheduler ${config.scheduler}: an answer that is none of Buildbot's`;
    return [wrong('unexpected_answer', what, "write the address of Buildbot's web server")];
  }
  return [
    ...checkScheduler(scheduler, config),
    ...(await checkWorkers(api, config)),
    unchecked(
      'whether the credentials may force and cancel builds shows only when one is started',
      'let them use force and cancel wherever Buildbot or the proxy in front of it decides',
    ),
  ];
}

function checkScheduler(scheduler: Json, config: BuildbotConfig): readonly Finding[] {
  const { scheduler: name, builder, parameters } = config;
  const findings: Finding[] = [];
  const builders = scheduler['builder_names'];
  if (Array.isArray(builders) && !builders.includes(builder)) {
    const instead = `name one of ${builders.join(', ') || 'its builders'}, or add it to builderNames`;
    findings.push(wrong('not_found', `${name} has no builder ${builder}`, instead));
  }
  const fields = fieldsIn(scheduler['all_fields']);
  const own = [...OWN_PARAMETERS, ...Object.keys(parameters)];
  const sent = new Set(forcedNames(config));
  const declared = fields.map(({ name: field, required }) => ({
    name: field,
    required: required && !sent.has(field),
  }));
  const how = `add a StringParameter of this name to the properties of ${name}; Buildbot drops others silently`;
  findings.push(...compareInputs(own, declared, name, how));
  const odd = fields.filter(
    (field) => OWN_PARAMETERS.some((each) => each === field.name) && !TEXT_TYPES.includes(field.type),
  );
  for (const field of odd) {
    const what = `${field.name} of ${name} is of the type ${field.type}`;
    findings.push(doubtful('broken_pipeline', what, 'make it a StringParameter'));
  }
  return findings;
}

/** Whether somebody is there to do the work. Nothing is said of what cannot be read: proxies often let only some paths through. */
async function checkWorkers(api: BuildbotApi, { builder }: BuildbotConfig): Promise<readonly Finding[]> {
  const subject = { name: 'the workers', instead: '' };
  const [builders, workers] = await Promise.all([
    look(api, `/builders?name=${encodeURIComponent(builder)}`, subject),
    look(api, '/workers', subject),
  ]);
  const id = builders.ok ? textField(mappings(builders.json['builders'])[0]?.['builderid']) : undefined;
  if (id === undefined || !workers.ok) return [];
  const own = mappings(workers.json['workers']).filter((worker) =>
    mappings(worker['configured_on']).some((on) => textField(mapping(on)['builderid']) === id),
  );
  if (own.length > 0 && own.every((worker) => worker['paused'] === true)) {
    const what = `every worker of ${builder} is paused: Buildbot takes runs and leaves them waiting`;
    return [doubtful('paused', what, 'let a worker go on')];
  }
  if (own.some((worker) => mappings(worker['connected_to']).length > 0)) return [];
  const what = `no worker of ${builder} is connected: Buildbot takes runs and leaves them waiting`;
  return [unchecked(what, 'start a worker; one that is made on demand needs nothing')];
}

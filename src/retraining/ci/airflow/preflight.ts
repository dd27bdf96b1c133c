import { textField } from '../answer.js';
import { type CiApi, ciApi } from '../ci-api.js';
import type { CiIo, Finding } from '../ci-provider.js';
import { cannotReach, look, seenInstead, wrong } from '../look.js';
import { compareInputs, mapping } from '../pipeline-inputs.js';
import { airflowApi, dagPath, rootOf } from './api.js';
import { type AirflowConfig, OWN_CONF } from './config.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * What keeps a DAG run from starting: looks at the DAG and its details, and asks for a run with a date that is none, which Airflow refuses
 * with 400 or 422, or with 403 when the user may not create runs.
 */
export async function preflightAirflow(config: AirflowConfig, io: CiIo): Promise<readonly Finding[]> {
  const entrance = await airflowApi(config, io);
  if (!entrance.ok) {
    const { login, secrets } = entrance;
    if (login.kind === 'failure') return [cannotReach(login.detail)];
    const instead = 'write version: 2, or a token in place of the username';
    return [seenInstead(login, secrets, { name: 'the login at /auth/token', instead })];
  }
  const { api } = entrance;
  const dag = await look(api, `${dagPath(config)}/details`, {
    name: `the DAG ${config.dag}`,
    instead: 'write its id, or let the user read and edit it',
  });
  if (!dag.ok) return [(dag.status === 404 && (await otherVersion(api, config, io))) || dag.finding];
  return [...checkDag(dag.json, config), ...(await mayCreate(api, config))];
}

/** Whether it is Airflow's other major version that answers; undefined when it is not. */
async function otherVersion(api: CiApi, config: AirflowConfig, io: CiIo): Promise<Finding | undefined> {
  const versionOf = async (at: CiApi): Promise<string | undefined> => {
    const seen = await look(at, '/version', { name: 'the version', instead: '' });
    return seen.ok ? textField(seen.json['version']) : undefined;
  };
  if ((await versionOf(api)) !== undefined) return undefined;
  const version = config.version === 2 ? 3 : 2;
  const other = await versionOf(ciApi(rootOf({ ...config, version }), {}, api.secrets, io));
  return other === undefined
    ? undefined
    : wrong('wrong_version', `this is Airflow ${other}`, `write version: ${version}`);
}

function checkDag(dag: Json, config: AirflowConfig): readonly Finding[] {
  const findings: Finding[] = [];
  const { dag: name } = config;
  if (dag['is_stale'] === true || dag['is_active'] === false) {
    findings.push(wrong('not_found', `the file of ${name} is gone`, 'put it back into the DAG folder'));
  }
  if (dag['has_import_errors'] === true) {
    const what = `the file of ${name} has import errors, and Airflow refuses runs of it`;
    findings.push(wrong('broken_pipeline', what, 'correct what the start page of Airflow shows'));
  }
  if (dag['is_paused'] === true) {
    const what = `${name} is paused: Airflow takes runs of it and leaves them queued for ever`;
    findings.push(wrong('paused', what, 'unpause it'));
  }
  const types = dag['allowed_run_types'];
  if (Array.isArray(types) && !types.includes('manual')) {
    const what = `${name} allows runs of the types ${types.join(', ') || 'none'} only`;
    findings.push(wrong('disabled', what, 'add manual to its allowed_run_types'));
  }
  // Conf that is not declared is passed on all the same, so only what is missing matters.
  const required = requiredParams(mapping(dag['params']));
  const sent = [...OWN_CONF, ...Object.keys(config.conf)];
  const declared = sent.map((each) => ({ name: each, required: false }));
  const expected = required.map((each) => ({ name: each, required: true }));
  return [...findings, ...compareInputs(sent, [...declared, ...expected], name, '')];
}

/** Params without a default that may not be null: a run without them is refused. */
function requiredParams(params: Json): readonly string[] {
  return Object.entries(params).flatMap(([name, param]) => {
    const { value, schema } = mapping(param);
    const { type } = mapping(schema);
    const types = [type].flat();
    return (value ?? undefined) === undefined && type !== undefined && !types.includes('null') ? [name] : [];
  });
}

async function mayCreate(api: CiApi, config: AirflowConfig): Promise<readonly Finding[]> {
  const impossible = { logical_date: 'a date that is none, to start nothing' };
  const result = await api.call('POST', `${dagPath(config)}/dagRuns`, impossible);
  if (result.kind === 'failure') return [];
  const name = `a run of ${config.dag}`;
  if (result.status === 403 || result.status === 401) {
    const instead = `let the user edit ${config.dag} and create DAG runs`;
    return [{ ...seenInstead(result, api.secrets, { name, instead }), reason: 'permission_missing' }];
  }
  if (result.status < 300) {
    const what = `${name} on a date that is none was answered ${result.status}`;
    return [wrong('unexpected_answer', what, 'check that the address is that of Airflow')];
  }
  return [];
}

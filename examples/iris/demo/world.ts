import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { localPrometheusConfig } from '../prometheus-config.js';
import { type Children, portNear } from './children.js';
import type { Ending } from './endings.js';
import { demoRules } from './rules.js';

const SCRAPE_INTERVAL = '1s';
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** Addresses of what runs. */
export interface World {
  readonly retune: string;
  readonly traffic: string;
  readonly prometheus: string;
  /** Rules, data and secrets of this demo; removed at its end. */
  readonly folder: string;
}

/** Starts inbox, model server, pipeline, traffic, Prometheus and Retune, each in a process of its own. `tell` names each as it starts. */
export async function startWorld(
  children: Children,
  { sustained }: Pick<Ending, 'sustained'>,
  tell: (what: string, where: string) => void,
): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'retune-demo-'));
  await chmod(folder, 0o755); // the embedded PostgreSQL may run as another user
  await mkdir(join(folder, 'rules'));
  const keep = async (name: string, text: string): Promise<string> => {
    const file = join(folder, name);
    await writeFile(file, text, { mode: 0o600 });
    return file;
  };

  const inbox = await children.example('inbox', ['--port', '0', '--smtp-port', '0']);
  tell('inbox', `Slack, PagerDuty and mail arrive at ${inbox.url} and port ${inbox.smtp_port}`);
  const server = await children.example('server', ['--port', '0']);
  const serverUrl = `http://127.0.0.1:${server.port}`;
  tell('model', `iris-classifier version 1 serves at ${serverUrl}`);
  const secretFile = await keep('pipeline-secret', `whsec_${randomBytes(32).toString('base64')}`);
  const pipelineArgs = ['--port', '0', '--model-server', serverUrl, '--secret-file', secretFile];
  const pipeline = await children.example('pipeline', pipelineArgs);
  const pipelineUrl = `http://127.0.0.1:${pipeline.port}`;
  tell('pipeline', `training pipeline takes orders at ${pipelineUrl}`);
  const traffic = await children.example('traffic', ['--port', '0', '--target', serverUrl]);

  const port = await portNear(8686);
  const retune = `http://127.0.0.1:${port}`;
  const prometheus = await startPrometheus(children, folder, `127.0.0.1:${port}`, `127.0.0.1:${server.port}`);
  tell('prometheus', `scrapes every second, ${prometheus}`);
  const reference = await (await fetch(`${serverUrl}/reference`)).text();
  const rules = demoRules(
    {
      slackUrlFile: await keep('slack-url', `${inbox.url}/services/T000/B000/demo`),
      pagerdutyKeyFile: await keep('pagerduty-key', randomBytes(16).toString('hex')),
      pagerdutyUrl: `${inbox.url}/v2/enqueue`,
      smtp: `127.0.0.1:${inbox.smtp_port}`,
      pipelineUrl,
      pipelineSecretFile: secretFile,
      referenceFile: await keep('iris-1.json', reference),
    },
    sustained,
  );
  await keep('rules/iris.yml', rules);
  await children.server(
    'retune',
    process.execPath,
    [join(ROOT, 'dist/main.js')],
    {
      PROMETHEUS_URL: prometheus,
      RULES_DIR: join(folder, 'rules'),
      DATA_DIR: join(folder, 'data'),
      PORT: String(port),
      HOST: '127.0.0.1',
      LOG_FORMAT: 'json',
      RETUNE_SCRAPE_INTERVAL: SCRAPE_INTERVAL,
    },
    `${retune}/readyz`,
  );
  tell('retune', `${retune}/api/docs`);
  return { retune, traffic: `http://127.0.0.1:${traffic.port}`, prometheus, folder };
}

/** A Prometheus of our own, or the one of PROMETHEUS_URL, which then has to scrape the printed addresses. */
async function startPrometheus(
  children: Children,
  folder: string,
  retune: string,
  iris: string,
): Promise<string> {
  const given = process.env['PROMETHEUS_URL'];
  if (given) return given.replace(/\/+$/, '');
  const deployed = await readFile(join(ROOT, 'deploy/prometheus.yml'), 'utf8');
  const config = join(folder, 'prometheus.yml');
  await writeFile(config, localPrometheusConfig(deployed, { retune, iris }, SCRAPE_INTERVAL));
  const port = await portNear(9090);
  const url = `http://127.0.0.1:${port}`;
  await children.server(
    'prometheus',
    process.env['RETUNE_DEMO_PROMETHEUS'] ?? 'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'prometheus')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    {},
    `${url}/-/ready`,
  );
  return url;
}

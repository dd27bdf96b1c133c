import { hostname, networkInterfaces } from 'node:os';
import { basename, dirname } from 'node:path';
import { API_LEVEL } from '../alertmanager/api-level.js';
import { holdClusterAddress } from '../alertmanager/cluster.client.js';
import { loadSettings } from '../settings/load-settings.store.js';
import { FLAGS } from './alertmanager-flags.js';
import { type AlertmanagerStart, readAlertmanagerStart } from './alertmanager-options.js';
import type { Command, Surroundings } from './command.js';

const WIDTH = Math.max(...Object.keys(FLAGS).map((name) => name.length));
const HELP = `retune alertmanager [flags]

Stands in Alertmanager's place: takes its flags, reads its file, answers its API, and keeps its data in --storage.path. Signals are
Alertmanager's too: SIGHUP reads the file again, SIGTERM ends it. Variables of the environment that no flag names hold as for the
service, such as DATABASE_URL, RETUNE_API_TOKEN and PROMETHEUS_URL.

${Object.entries(FLAGS)
  .filter(([, { help }]) => help !== undefined)
  .map(([name, { help }]) => `  --${name.padEnd(WIDTH)}  ${help}`)
  .join('\n')}

The other flags of Alertmanager are taken; those that would change what happens are told on standard error. Without RETUNE_API_TOKEN
Alertmanager's API is open to whoever reaches it, as Alertmanager's is, and the rest of Retune to this machine only.`;

const OPTIONS = Object.fromEntries(
  Object.entries(FLAGS).flatMap(([name, { type, multiple = false }]) => [
    [name, { type, multiple }],
    ...(type === 'boolean' ? [[`no-${name}`, { type }] as const] : []),
  ]),
);

/** `retune alertmanager`: the service with Alertmanager's command line. Does not end by itself. */
export const alertmanager: Command = {
  usage: 'alertmanager [flags]',
  summary: "run the service in Alertmanager's place, with its flags and its file",
  help: HELP,
  operands: 0,
  options: { ...OPTIONS, version: { type: 'boolean' } },
  async run({ options }, around) {
    if (options['version'] === true) {
      around.print(`alertmanager, version ${API_LEVEL} (Retune)`);
      return 0;
    }
    const everywhere = hasIpv6() ? '::' : '0.0.0.0';
    const read = readAlertmanagerStart(options, { ...around, hostname: hostname(), everywhere });
    if (!read.ok) {
      for (const complaint of read.complaints) around.complain(complaint);
      return 2;
    }
    for (const warning of read.start.warnings) around.complain(`level=WARN msg=${JSON.stringify(warning)}`);
    return serve(read.start, around);
  },
};

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((list) => list?.some(({ family }) => family === 'IPv6'));
}

/** Runs the service; the promise stays open, for signals end the process. */
async function serve({ env, configFile, cluster }: AlertmanagerStart, around: Surroundings): Promise<number> {
  const listening = (address: string, component = ''): void =>
    around.complain(
      `time=${new Date().toISOString()} level=INFO msg="Listening on"${component} address=${address}`,
    );
  const held = cluster && (await holdClusterAddress(cluster).catch((error: Error) => error));
  if (held instanceof Error) {
    around.complain(`cannot listen on --cluster.listen-address: ${held.message}`);
    return 1;
  }
  if (held) listening(held.address, ' component=cluster');
  const surroundings = { ...around.env, ...env };
  const { runService } = await import('../run-service.js');
  await runService({
    load: () =>
      loadSettings(surroundings, dirname(configFile), { files: [basename(configFile)], whole: true }),
    announce: ({ bound }) => listening(bound),
    logTo: process.stderr,
    ...(held && { cluster: held.member }),
  });
  return 0;
}

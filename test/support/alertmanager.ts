import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireBinary } from './binaries.js';
import { freePort } from './free-port.js';
import { ServerProcess, answersOk } from './server-process.js';
import { tempDir } from './temp-dir.js';

/** A running Alertmanager. */
export interface TestAlertmanager extends Pick<
  ServerProcess,
  'start' | 'stop' | 'kill' | 'restart' | 'output'
> {
  readonly url: string;
}

/**
 * Starts Alertmanager on a free port with a configuration, YAML text or the object it stands for, and waits until it is
 * ready. Not clustered. `flags` are added to the command line. Ends with the tests of the file.
 */
export async function startAlertmanager(
  config: string | object,
  flags: readonly string[] = [],
): Promise<TestAlertmanager> {
  const folder = tempDir();
  const url = `http://127.0.0.1:${await freePort()}`;
  const configFile = join(folder, 'alertmanager.yml');
  writeFileSync(configFile, typeof config === 'string' ? config : JSON.stringify(config)); // JSON is YAML
  const args = [
    `--config.file=${configFile}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=${new URL(url).host}`,
    '--cluster.listen-address=',
    '--log.level=warn',
    ...flags,
  ];
  const ready = (): Promise<boolean> => answersOk(`${url}/-/ready`);
  const server = await ServerProcess.start({ command: requireBinary('alertmanager'), args, ready });
  return Object.assign(server, { url });
}

import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const AMTOOL = process.env['AMTOOL_BIN'] ?? '/usr/bin/amtool';

/** Whether Alertmanager's own tool is here to compare with. */
export const hasAmtool = existsSync(AMTOOL);

/** Up to 0.26 it knows the classic matcher syntax only, and no flag to ask for it. */
export const knowsModes =
  hasAmtool && spawnSync(AMTOOL, ['--help']).stdout.toString().includes('--enable-feature');
const CLASSIC = knowsModes ? ['--enable-feature=classic-mode'] : [];

// One thread and no garbage collection: the tool lives for a few milliseconds.
const environment = { ...process.env, GOMAXPROCS: '1', GOGC: 'off' };

/** What a command prints; a failed check is an answer, too. */
function run(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(command, args, { env: environment, maxBuffer: 1 << 26 }, (_error, stdout) => resolve(stdout));
  });
}

const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function labelArgument([name, value]: readonly [string, string]): string {
  return `${name}="${value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')}"`;
}

/**
 * Receivers of each alert in the order of the tree. The tool takes one alert a call; a shell starts it faster than Node does. `flags`
 * say how it reads matchers.
 */
export async function receiversOf(
  file: string,
  labelSets: readonly Readonly<Record<string, string>>[],
  flags: readonly string[] = CLASSIC,
): Promise<readonly (readonly string[])[]> {
  const lines = labelSets.map((labels) =>
    [
      AMTOOL,
      ...flags,
      'config',
      'routes',
      'test',
      `--config.file=${file}`,
      ...Object.entries(labels).map(labelArgument),
    ]
      .map(shellQuoted)
      .join(' '),
  );
  const output = await run('/bin/sh', ['-c', lines.join('\n')]);
  return output
    .split('\n')
    .slice(0, labelSets.length)
    .map((line) => line.split(','));
}

/** The matchers of each route under the root, as the tool prints them; a route without any is no line. */
export async function printedMatchers(file: string): Promise<readonly string[]> {
  const output = await run(AMTOOL, [...CLASSIC, 'config', 'routes', 'show', `--config.file=${file}`]);
  return [...output.matchAll(/^ {4}[├└]── (\{.*\}) {2}receiver: /gm)].map((match) => match[1] as string);
}

/** Which of the configurations the tool accepts; one process for all of them. */
export async function accepts(
  folder: string,
  configurations: readonly string[],
): Promise<readonly boolean[]> {
  const files = configurations.map((_, index) => join(folder, `${index}.yml`));
  await Promise.all(files.map((file, index) => writeFile(file, configurations[index] as string)));
  const output = await run(AMTOOL, [...CLASSIC, 'check-config', ...files]);
  return files.map((file) => output.includes(`Checking '${file}'  SUCCESS`));
}

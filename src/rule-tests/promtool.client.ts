import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PromtoolFiles } from './promtool-files.js';

const run = promisify(execFile);
/** A test of a few series takes a moment; one that hangs must not hang the suite. */
const WITHIN_MS = 120_000;
const MOST_OUTPUT = 1 << 26;

/** A promtool of this machine, and the major version of the Prometheus it belongs to. */
export interface Promtool {
  readonly program: string;
  /** `2.42.0` */
  readonly release: string;
  readonly major: 2 | 3;
}

/** The promtool that `program` names; undefined when there is none. */
export async function findPromtool(program: string): Promise<Promtool | undefined> {
  try {
    const { stdout, stderr } = await run(program, ['--version'], { timeout: WITHIN_MS });
    const release = /promtool, version (\d+\.\d+\.\d+)/.exec(`${stdout}${stderr}`)?.[1];
    return release === undefined ? undefined : { program, release, major: release.startsWith('2.') ? 2 : 3 };
  } catch {
    return undefined;
  }
}

/** What promtool says of a test: nothing when it passes, else its lines. */
export async function askPromtool({ program }: Promtool, files: PromtoolFiles): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'retune-test-'));
  try {
    for (const [name, text] of files.rules) await writeFile(join(folder, name), text);
    const test = join(folder, 'test.yml');
    await writeFile(test, files.test);
    await run(program, ['test', 'rules', test], { timeout: WITHIN_MS, maxBuffer: MOST_OUTPUT });
    return [];
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    const said = `${stdout}\n${stderr}`
      .split('\n')
      .filter((line) => !/^\s*(?:FAILED:|Unit Testing: .*)?$/.test(line));
    return said.length > 0 ? said.map((line) => line.replaceAll(`${folder}/`, '')) : [message];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

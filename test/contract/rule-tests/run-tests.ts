import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommandLine } from '../../../src/cli.js';
import { tempDir } from '../../support/temp-dir.js';

/** What `retune test` came to. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The folder it ran in. */
  readonly cwd: string;
}

/** Runs `retune test` in a folder with the given files, beside the fixtures for rule tests. */
export async function runTests(
  files: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<Outcome> {
  const cwd = tempDir();
  cpSync('test/fixtures/rule-tests', cwd, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCommandLine(['test', ...args], {
    env: {},
    cwd,
    print: (line) => void out.push(line),
    complain: (line) => void err.push(line),
  });
  return { code, out: out.join('\n'), err: err.join('\n'), cwd };
}

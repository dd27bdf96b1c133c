#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkReport } from './settings/check-report.js';
import { loadSettings } from './settings/load-settings.store.js';
import { rulesFileJsonSchema } from './settings/rules-file-json-schema.js';
import { didYouMean } from './schema/did-you-mean.js';

/** Where a command runs and where its lines go. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
}

/** A subcommand: what it takes, what it is for, and what it does; resolves to the exit code. */
interface Command {
  readonly usage: string;
  readonly summary: string;
  /** Most operands it takes. */
  readonly operands: number;
  run(operands: readonly string[], around: Surroundings): Promise<number>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  check: {
    usage: 'check [dir]',
    summary: 'read the environment and the rules directory, and tell every error in them',
    operands: 1,
    async run([dir], { env, cwd, print, complain }) {
      const asked = dir === undefined ? env : { ...env, RULES_DIR: dir };
      const { ok, problems, summary } = checkReport(await loadSettings(asked, cwd));
      for (const problem of problems) complain(problem);
      (ok ? print : complain)(summary);
      return ok ? 0 : 1;
    },
  },
  schema: {
    usage: 'schema',
    summary: 'print the JSON schema of a rules file, for editors',
    operands: 0,
    run(_, { print }) {
      print(JSON.stringify(rulesFileJsonSchema(), null, 2));
      return Promise.resolve(0);
    },
  },
};

function help(): string {
  const width = Math.max(...Object.values(COMMANDS).map(({ usage }) => usage.length));
  const lines = Object.values(COMMANDS).map(
    ({ usage, summary }) => `  retune ${usage.padEnd(width)}  ${summary}`,
  );
  return ['Usage:', ...lines, '', 'Exit codes: 0 fine, 1 errors found, 2 wrong usage'].join('\n');
}

/** Runs one command line without the program's name; resolves to the exit code and never exits by itself. */
export async function runCommandLine(args: readonly string[], around: Surroundings): Promise<number> {
  const refuse = (message: string): number => {
    around.complain(`${message}\n\n${help()}`);
    return 2;
  };
  let parsed;
  try {
    const options = { help: { type: 'boolean', short: 'h' } } as const;
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    return refuse((error as Error).message);
  }
  const [name, ...operands] = parsed.positionals;
  if (parsed.values.help === true || name === 'help') {
    around.print(help());
    return 0;
  }
  if (name === undefined) return refuse('expected a command');
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    return refuse(`unknown command ${JSON.stringify(name)}${didYouMean(name, Object.keys(COMMANDS))}`);
  }
  if (operands.length > command.operands) {
    return refuse(`retune ${name} takes ${command.usage.slice(name.length + 1) || 'nothing else'}`);
  }
  return command.run(operands, around);
}

// npm installs the program as a link to this file.
if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await runCommandLine(process.argv.slice(2), {
    env: process.env,
    cwd: process.cwd(),
    print: (line) => console.log(line),
    complain: (line) => console.error(line),
  });
}

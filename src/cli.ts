#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { COMMANDS } from './commands/index.js';
import type { Surroundings } from './commands/command.js';
import { didYouMean } from './schema/did-you-mean.js';

const HELP = { help: { type: 'boolean', short: 'h' } } as const;

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
  const [name, ...rest] = args;
  if (name === 'help' || name === '--help' || name === '-h') {
    around.print(help());
    return 0;
  }
  if (name === undefined) return refuse('expected a command');
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    return refuse(`unknown command ${JSON.stringify(name)}${didYouMean(name, Object.keys(COMMANDS))}`);
  }
  let parsed;
  try {
    const options = { ...command.options, ...HELP };
    parsed = parseArgs({ args: rest, options, allowPositionals: true });
  } catch (error) {
    return refuse((error as Error).message);
  }
  const { positionals: operands, values } = parsed;
  if (values['help'] === true) {
    around.print(command.help ?? help());
    return 0;
  }
  if (operands.length > command.operands) {
    return refuse(`retune ${name} takes ${command.usage.slice(name.length + 1) || 'nothing else'}`);
  }
  return command.run({ operands, options: values }, around);
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

#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { checkReport } from './settings/check-report.js';
import { loadSettings } from './settings/load-settings.store.js';
import { rulesFileJsonSchema } from './settings/rules-file-json-schema.js';
import { didYouMean } from './schema/did-you-mean.js';

/** A subcommand: what it takes, what it is for, and what it does; resolves to the exit code. */
interface Command {
  readonly usage: string;
  readonly summary: string;
  /** Most operands it takes. */
  readonly operands: number;
  run(operands: readonly string[]): Promise<number>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  check: {
    usage: 'check [dir]',
    summary: 'read the environment and the rules directory, and tell every error in them',
    operands: 1,
    async run([dir]) {
      const env = dir === undefined ? process.env : { ...process.env, RULES_DIR: dir };
      const { ok, problems, summary } = checkReport(await loadSettings(env, process.cwd()));
      for (const problem of problems) console.error(problem);
      (ok ? console.log : console.error)(summary);
      return ok ? 0 : 1;
    },
  },
  schema: {
    usage: 'schema',
    summary: 'print the JSON schema of a rules file, for editors',
    operands: 0,
    run() {
      console.log(JSON.stringify(rulesFileJsonSchema(), null, 2));
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

function refuse(message: string): number {
  console.error(`${message}\n\n${help()}`);
  return 2;
}

async function main(args: readonly string[]): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      options: { help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
  } catch (error) {
    return refuse((error as Error).message);
  }
  const [name, ...operands] = parsed.positionals;
  if (parsed.values.help === true || name === 'help') {
    console.log(help());
    return 0;
  }
  if (name === undefined) return refuse('expected a command');
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined)
    return refuse(`unknown command ${JSON.stringify(name)}${didYouMean(name, Object.keys(COMMANDS))}`);
  if (operands.length > command.operands)
    return refuse(`retune ${name} takes ${command.usage.slice(name.length + 1) || 'nothing else'}`);
  return command.run(operands);
}

process.exitCode = await main(process.argv.slice(2));

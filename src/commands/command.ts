import type { ParseArgsConfig } from 'node:util';

/** Where a command runs and where its lines go. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** A line of the answer: standard output. */
  readonly print: (line: string) => void;
  /** A line about what is wrong: standard error. */
  readonly complain: (line: string) => void;
}

/** What stood behind the command's name: operands in order, and options by their long name. */
export interface Invocation {
  readonly operands: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
}

/** A subcommand: what it takes, what it is for, and what it does. */
export interface Command {
  /** As the help shows it, the name first: `check [dir]`. */
  readonly usage: string;
  readonly summary: string;
  /** What its own `--help` says, where the usage alone does not say enough. */
  readonly help?: string;
  /** Most operands it takes. */
  readonly operands: number;
  /** Options it takes besides `--help`, as `parseArgs` of `node:util` wants them. */
  readonly options?: Readonly<NonNullable<ParseArgsConfig['options']>>;
  /** Resolves to the exit code: 0 fine, 1 errors found, 2 wrong usage. */
  run(invocation: Invocation, around: Surroundings): Promise<number>;
}

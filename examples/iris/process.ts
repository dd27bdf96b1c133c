import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** Something that runs until it is closed. */
export interface Running {
  /** What a parent process needs to know, above all the real ports. */
  readonly ready: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

/** Each flag with its default; a default of `false` makes a switch. */
export type FlagDefaults = Readonly<Record<string, string | false>>;
type Flags<D extends FlagDefaults> = { readonly [K in keyof D]: D[K] extends false ? boolean : string };

/**
 * Reads `--flag value`, else the environment (`--model-file` is `IRIS_MODEL_FILE`), else the default.
 * Throws on a flag that does not exist.
 */
export function readFlags<D extends FlagDefaults>(
  defaults: D,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Flags<D> {
  const options = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [
      name,
      { type: value === false ? 'boolean' : 'string' } as const,
    ]),
  );
  const { values } = parseArgs({ args: [...argv], options, strict: true });
  const entries = Object.entries(defaults).map(([name, fallback]) => {
    const fromEnv = env[`IRIS_${name.replaceAll('-', '_').toUpperCase()}`] || undefined;
    const switchedOn = fallback === false && fromEnv !== undefined ? /^(1|true|yes)$/.test(fromEnv) : fromEnv;
    return [name, values[name] ?? switchedOn ?? fallback];
  });
  return Object.fromEntries(entries) as Flags<D>;
}

/** A number in words of the command line; throws with the flag's name otherwise. */
export function readNumber(name: string, text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(value) || value < 0)
    throw new RangeError(`--${name}: expected a number from 0, got "${text}"`);
  return value;
}

/** Prints one JSON line. */
export function printLine(line: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/**
 * Runs `start` when `moduleUrl` is the program that Node was asked to run: prints one JSON line when ready, and ends with
 * exit code 0 on SIGTERM, SIGINT or, with IRIS_EXIT_WITH_STDIN=1, when the parent's end of stdin closes.
 */
export async function runWhenMain(
  moduleUrl: string,
  name: string,
  start: () => Promise<Running>,
): Promise<void> {
  const main = process.argv[1];
  if (main === undefined || realpathSync(main) !== fileURLToPath(moduleUrl)) return;
  try {
    const running = await start();
    const followsParent = process.env.IRIS_EXIT_WITH_STDIN === '1';
    let closing = false;
    const close = () => {
      if (closing) return;
      closing = true;
      running.close().catch(fail);
      if (followsParent) process.stdin.destroy();
    };
    process.on('SIGTERM', close);
    process.on('SIGINT', close);
    if (followsParent) process.stdin.once('end', close).resume();
    printLine({ event: 'ready', process: name, pid: process.pid, ...running.ready });
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

import { describe } from '@jest/globals';
import { type Program, findProgram } from '../../scripts/programs.mjs';

/** The path of a server binary, from e.g. PROMETHEUS_BIN or the PATH; undefined when this machine has none. */
export const findBinary = findProgram;

/** The path of a server binary; throws where {@link describeWith} should have skipped the suite. */
export function requireBinary(program: Program): string {
  const path = findProgram(program);
  if (path === undefined)
    throw new Error(`${program} is not installed: wrap the suite in describeWith(['${program}'], …)`);
  return path;
}

/** `describe`, skipped under a name that says why when one of the binaries is missing on this machine. */
export function describeWith(programs: readonly Program[], name: string, body: () => void): void {
  const missing = programs.filter((program) => findProgram(program) === undefined);
  if (missing.length === 0) describe(name, body);
  else describe.skip(`${name} (needs ${missing.join(' and ')})`, body);
}

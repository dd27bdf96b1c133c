/** Servers that the demo and the tests start. */
export type Program = 'prometheus' | 'redis' | 'alertmanager' | 'buildbot';
/** The path of a program: from `<PROGRAM>_BIN` in the environment, else from the PATH; undefined when it is on neither. */
export function findProgram(program: Program): string | undefined;

import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { ConfigIssue } from './config-issue.js';

/** A text that was read, under the name people know it by. */
export interface TextFile {
  /** `rules/iris.yml`: as it is shown. */
  readonly file: string;
  /** `iris.yml`: the bare name. */
  readonly name: string;
  readonly text: string;
}

/** The text of a rules file. */
export interface RulesText extends TextFile {
  /** Its directory, absolute. */
  readonly folder: string;
}

/** The texts of a folder, or of single files, and what could not be read. */
export interface ReadDirectory {
  readonly files: readonly RulesText[];
  readonly issues: readonly ConfigIssue[];
}

const CAUSES: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'it is not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8',
};

/** Why a file could not be read, for people. */
function causeOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  return CAUSES[code ?? ''] ?? code ?? String(error);
}

/** The text of a UTF-8 file, or why it could not be read. */
export async function readText(
  path: string,
): Promise<{ readonly text: string } | { readonly cause: string }> {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path)) };
  } catch (error) {
    return { cause: causeOf(error) };
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    // A link to nowhere: reading it tells the operator why.
    return true;
  }
}

/**
 * The *.yml and *.yaml files directly in a folder, sorted by name. Names that begin with a dot are passed over: editors
 * and mounted volumes leave such things behind. `shown` is what people call the folder.
 */
export async function readRulesDirectory(folder: string, shown: string): Promise<ReadDirectory> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    const message = `cannot read the rules directory ${shown}: ${causeOf(error)}`;
    return { files: [], issues: [{ file: 'environment', path: 'RULES_DIR', message }] };
  }
  const files: RulesText[] = [];
  const issues: ConfigIssue[] = [];
  for (const name of names.filter((name) => /^[^.].*\.ya?ml$/.test(name)).toSorted()) {
    const path = join(folder, name);
    if (!(await isFile(path))) continue;
    const file = join(shown, name);
    const read = await readText(path);
    if ('text' in read) files.push({ file, name, folder, text: read.text });
    else issues.push({ file, path: '', message: `cannot be read: ${read.cause}` });
  }
  return { files, issues };
}

/** Single files, whatever they are called, in the order given; relative paths start in `cwd`. */
export async function readRulesFiles(paths: readonly string[], cwd: string): Promise<ReadDirectory> {
  const files: RulesText[] = [];
  const issues: ConfigIssue[] = [];
  for (const file of new Set(paths)) {
    const path = resolve(cwd, file);
    const read = await readText(path);
    if ('text' in read) files.push({ file, name: file, folder: dirname(path), text: read.text });
    else issues.push({ file, path: '', message: `cannot be read: ${read.cause}` });
  }
  return { files, issues };
}

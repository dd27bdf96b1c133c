import type { z } from 'zod';
import type { ConfigIssue, ConfigPath } from './config-issue.js';
import { formatPath } from './config-issue.js';
import { complaintsOf, explain, type Complaint } from './explain-issue.js';
import { prepareValue, replaceAt } from './prepare-value.js';
import { declaredKeysAt } from './schema-walk.js';
import { parseYaml, type YamlSource } from './yaml-source.js';

/** A value in the form its schema gives it, or everything that is wrong with it. */
export type Checked<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly issues: readonly ConfigIssue[] };

/** YAML 1.1's other words for true and false, which Go's parser takes where a boolean is wanted. */
const SWITCH = /^(?:(y|yes|on)|(n|no|off))$/i;

/** The value a complaint is about as Go's YAML reads it, which follows the wanted type; undefined when that does not help. */
function rereadAs(complaint: Complaint, plainText: string | undefined): string | boolean | undefined {
  if (plainText === undefined || plainText === '') return undefined;
  if (complaint.expected === 'string') return plainText;
  const match = complaint.expected === 'boolean' ? SWITCH.exec(plainText) : null;
  return match === null ? undefined : match[1] !== undefined;
}

/** Checks the part of a YAML file at `path` against its schema. `folder` is where relative paths start. */
export function checkValue<T>(
  source: YamlSource,
  path: ConfigPath,
  value: unknown,
  schema: z.ZodType<T>,
  folder: string,
): Checked<T> {
  let prepared = prepareValue(value, schema, folder);
  const keysAt = (at: ConfigPath): readonly string[] => declaredKeysAt(schema, at);
  for (let pass = 0; ; pass += 1) {
    const result = schema.safeParse(prepared, { error: explain });
    if (result.success) return { ok: true, value: result.data };
    const complaints = complaintsOf(result.error.issues, keysAt);
    let reread = false;
    for (const complaint of complaints) {
      const replacement =
        pass > 1 ? undefined : rereadAs(complaint, source.plainTextAt([...path, ...complaint.path]));
      if (replacement === undefined) continue;
      prepared = replaceAt(prepared, complaint.path, replacement);
      reread = true;
    }
    if (!reread) return { ok: false, issues: complaints.map((complaint) => locate(source, path, complaint)) };
  }
}

/** Messages about PromQL and templates begin with the place inside their text. */
const INSIDE = /^(\d+):(\d+) (.*)$/s;

function locate(source: YamlSource, prefix: ConfigPath, complaint: Complaint): ConfigIssue {
  const path = [...prefix, ...complaint.path];
  const [, line, column, rest] = INSIDE.exec(complaint.message) ?? [];
  if (rest !== undefined) return issueInside(source, path, Number(line), Number(column), rest);
  const position = complaint.atKey ? source.keyPositionOf(path) : source.positionOf(path);
  return { file: source.file, position, path: formatPath(path), message: complaint.message };
}

/** An issue at a place inside the text at a path, both counted from 1; where the text is not written as it reads, the message tells the place. */
export function issueInside(
  source: YamlSource,
  path: ConfigPath,
  line: number,
  column: number,
  message: string,
): ConfigIssue {
  const shown = { file: source.file, path: formatPath(path) };
  const position = source.positionInside(path, line, column);
  if (position !== undefined) return { ...shown, position, message };
  const told = `line ${line}, column ${column} of the text: ${message}`;
  return { ...shown, position: source.positionOf(path), message: told };
}

/** An issue at a path of a file; for checks that no schema can make. */
export function issueAt(source: YamlSource, path: ConfigPath, message: string): ConfigIssue {
  return { file: source.file, position: source.positionOf(path), path: formatPath(path), message };
}

/** Reads a whole YAML text with one schema. Pure: the text is handed in, errors are values with their places. */
export function readYaml<T>(file: string, text: string, schema: z.ZodType<T>, folder: string): Checked<T> {
  const { source, issues } = parseYaml(file, text);
  if (source === undefined) return { ok: false, issues };
  const checked = checkValue(source, [], source.value, schema, folder);
  if (checked.ok && issues.length === 0) return checked;
  return { ok: false, issues: [...issues, ...(checked.ok ? [] : checked.issues)] };
}

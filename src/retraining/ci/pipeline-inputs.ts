import { parseAllDocuments } from 'yaml';
import type { Finding } from './ci-provider.js';
import { wrong } from './look.js';

/** An input as a pipeline declares it. */
export interface DeclaredInput {
  readonly name: string;
  /** Nobody may start the pipeline without it. */
  readonly required: boolean;
}

/** The documents of a YAML text as plain values, or undefined when it is no YAML. Tags that only the CI system knows are let through. */
export function yamlDocuments(text: string): readonly unknown[] | undefined {
  try {
    const documents = parseAllDocuments(text, { logLevel: 'silent' });
    if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0)) return undefined;
    return documents.map((document): unknown => document.toJS());
  } catch {
    return undefined;
  }
}

/** A value as a mapping; an empty one when it is anything else. */
export function mapping(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** A value as a list of mappings; what is none is left out. */
export function mappings(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'object' && each !== null) : [];
}

/**
 * What does not fit between the inputs a run sends and those a pipeline declares. `where` is the pipeline as people know it, `how` what a
 * declaration looks like there.
 */
export function compareInputs(
  sent: readonly string[],
  declared: readonly DeclaredInput[],
  where: string,
  how: string,
): readonly Finding[] {
  const names = new Set(declared.map(({ name }) => name));
  const unknown = sent.filter((name) => !names.has(name));
  const missing = declared.filter(({ name, required }) => required && !sent.includes(name));
  return [
    ...(unknown.length > 0
      ? [wrong('inputs_not_declared', `${where} does not declare ${unknown.join(', ')}`, how)]
      : []),
    ...(missing.length > 0
      ? [
          wrong(
            'inputs_missing',
            `${where} requires ${missing.map(({ name }) => name).join(', ')}, which no run sends`,
            'write a value for it in the ci target, or give it a default in the pipeline',
          ),
        ]
      : []),
  ];
}

/** What is wrong with an operator's inputs that reuse names of ours; `field` is the key they are written under. For zod's `addIssue`. */
export function takenNames(
  own: readonly string[],
  written: Readonly<Record<string, unknown>>,
  field: string,
): readonly { readonly code: 'custom'; readonly path: string[]; readonly message: string }[] {
  return own
    .filter((name) => name in written)
    .map((name) => ({
      code: 'custom',
      path: [field, name],
      message: `expected another name than ${name}, which every run sets itself`,
    }));
}

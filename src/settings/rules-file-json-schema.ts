import { z } from 'zod';
import { describeKey } from './key-descriptions.js';
import { RulesFile } from './rules-file.schema.js';

type JsonSchema = Record<string, unknown>;

/**
 * JSON schema (draft 2020-12) of a file in the rules directory, for editors: what may be written, before anything is
 * transformed, with a description of every key.
 */
export function rulesFileJsonSchema(): Readonly<JsonSchema> {
  const { $schema, ...rest } = z.toJSONSchema(RulesFile, {
    io: 'input',
    unrepresentable: 'any',
    reused: 'inline',
  });
  const schema: JsonSchema = { $schema, title: 'Retune rules file', ...rest };
  describeKeys(schema, [], schema);
  return schema;
}

/** Schemas inside others that stand for the same path. */
const VARIANTS = ['anyOf', 'oneOf', 'allOf', 'prefixItems', 'items', 'additionalProperties'] as const;

/** Writes the meaning of each key into its schema, where none stands yet. Schemas that contain themselves are described once. */
function describeKeys(
  schema: unknown,
  path: readonly string[],
  root: JsonSchema,
  seen: Set<unknown> = new Set(),
): void {
  if (typeof schema !== 'object' || schema === null || seen.has(schema)) return;
  seen.add(schema);
  const { $ref, properties, ...others } = schema as JsonSchema;
  if (typeof $ref === 'string') describeKeys(resolve(root, $ref), path, root, seen);
  for (const [key, value] of Object.entries(properties ?? {})) {
    const property = value as JsonSchema;
    const inner = [...path, key];
    const meaning = property['description'] ?? describeKey(inner);
    if (meaning !== undefined) property['description'] = meaning;
    describeKeys(property, inner, root, seen);
  }
  for (const name of VARIANTS) {
    const inside = others[name];
    for (const variant of Array.isArray(inside) ? inside : [inside]) describeKeys(variant, path, root, seen);
  }
}

/** The schema that a reference inside the document points at: `#/$defs/__schema0`. */
function resolve(root: JsonSchema, reference: string): unknown {
  const [, ...keys] = reference.split('/');
  return keys.reduce<unknown>((node, key) => (node as JsonSchema | undefined)?.[key], root);
}

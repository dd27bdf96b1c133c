import { isAbsolute, join } from 'node:path';
import type { z } from 'zod';
import { declaredKeys, formsOf, formsUnder } from './schema-walk.js';

/** Whether a text under this key of a map is the path of a file. */
function namesFile(key: string, parent: PropertyKey | undefined): boolean {
  return key.endsWith('_file') || (key === 'file' && parent === 'reference');
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * What was written, made ready for its schema:
 * - relative paths under keys ending in `_file`, and under `reference.file`, are taken from `folder`;
 * - a key without a value counts as absent, as it does for Prometheus and Alertmanager.
 * Only keys that the schema spells out are touched: a label named `log_file` is nobody's path.
 */
export function prepareValue(value: unknown, schema: z.core.$ZodType, folder: string): unknown {
  const visit = (
    node: unknown,
    forms: readonly z.core.$ZodType[],
    parent: PropertyKey | undefined,
  ): unknown => {
    if (Array.isArray(node)) return node.map((item, index) => visit(item, formsUnder(forms, index), parent));
    if (!isMap(node)) return node;
    const declared = new Set(declaredKeys(forms));
    const entries = Object.entries(node).flatMap(([key, child]): readonly (readonly [string, unknown])[] => {
      if (!declared.has(key)) return [[key, visit(child, formsUnder(forms, key), key)]];
      if (child === null) return [];
      if (typeof child === 'string' && child !== '' && namesFile(key, parent) && !isAbsolute(child))
        return [[key, join(folder, child)]];
      return [[key, visit(child, formsUnder(forms, key), key)]];
    });
    return Object.fromEntries(entries);
  };
  return visit(value, formsOf(schema), undefined);
}

/** A copy of `value` with the value at `path` replaced. */
export function replaceAt(value: unknown, path: readonly PropertyKey[], replacement: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return replacement;
  if (Array.isArray(value))
    return value.map((item, index) => (index === Number(key) ? replaceAt(item, rest, replacement) : item));
  if (!isMap(value)) return value;
  return { ...value, [key]: replaceAt(value[String(key)], rest, replacement) };
}

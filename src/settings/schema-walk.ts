import type { z } from 'zod';

type Schema = z.core.$ZodType;

/** The definitions this walk looks into; every other schema is a leaf. */
type Definition = z.core.$ZodTypes['_zod']['def'];

const definitionOf = (schema: Schema): Definition => (schema as z.core.$ZodTypes)._zod.def;

/** The forms a written value may take: wrappers (optional, default, transforms, unions, …) peeled off. */
export function formsOf(schema: Schema): readonly Schema[] {
  const definition = definitionOf(schema);
  switch (definition.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'catch':
    case 'readonly':
      return formsOf(definition.innerType);
    case 'pipe':
      return definitionOf(definition.in).type === 'transform'
        ? formsOf(definition.out)
        : formsOf(definition.in);
    case 'union':
      return definition.options.flatMap(formsOf);
    case 'intersection':
      return [...formsOf(definition.left), ...formsOf(definition.right)];
    case 'lazy':
      return formsOf(definition.getter());
    default:
      return [schema];
  }
}

/** The forms of the value under `key` of a map or list with the given forms. */
export function formsUnder(forms: readonly Schema[], key: PropertyKey): readonly Schema[] {
  return forms.flatMap((form) => {
    const definition = definitionOf(form);
    switch (definition.type) {
      case 'object': {
        const child = definition.shape[String(key)] ?? definition.catchall;
        return child === undefined ? [] : formsOf(child);
      }
      case 'array':
        return formsOf(definition.element);
      case 'tuple': {
        const child = definition.items[Number(key)] ?? definition.rest;
        return child ? formsOf(child) : [];
      }
      case 'record':
      case 'map':
        return formsOf(definition.valueType);
      default:
        return [];
    }
  });
}

/** The keys that the forms spell out. Free maps such as `labels` declare none. */
export function declaredKeys(forms: readonly Schema[]): readonly string[] {
  return forms.flatMap((form) => {
    const definition = definitionOf(form);
    return definition.type === 'object' ? Object.keys(definition.shape) : [];
  });
}

/** The keys that a schema spells out for the map at `path`. */
export function declaredKeysAt(schema: Schema, path: readonly PropertyKey[]): readonly string[] {
  return declaredKeys(path.reduce(formsUnder, formsOf(schema)));
}

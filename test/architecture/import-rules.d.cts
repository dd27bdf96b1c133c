/** Extension point → what its subfolders may import, as patterns on paths from the project's root. */
export const EXTENSION_POINTS: Readonly<Record<string, readonly string[]>>;
/** Patterns of the files of src/ that need not be pure; every other file there must be. */
export const NOT_PURE: readonly string[];
/** The rules in dependency-cruiser's own form. */
export function dependencyCruiserRules(): readonly { readonly name: string; readonly comment: string }[];

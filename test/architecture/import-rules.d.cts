/** The folders whose subfolders are extensions. */
export const EXTENSION_POINTS: Readonly<Record<string, object>>;
/** Patterns of the files of src/ that need not be pure; every other file there must be. */
export const NOT_PURE: readonly string[];
/** The rules in dependency-cruiser's own form. */
export function dependencyCruiserRules(): readonly { readonly name: string; readonly comment: string }[];
